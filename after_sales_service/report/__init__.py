from . import cash_receipt
