from . import order
from . import order_line
from . import decision
from . import visit
from . import time_entry
from . import check_item
from . import ticket
