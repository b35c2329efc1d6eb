from . import cash_collect
from . import quotation_sign
