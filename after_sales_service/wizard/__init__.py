from . import cash_collect
from . import quotation_sign
from . import order_line_override
from . import order_reason
from . import order_sign
from . import visit_plan
