from . import sale_order
from . import sale_order_line
from . import account_move
from . import account_payment
from . import cash_handover
from . import order
