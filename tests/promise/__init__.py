from . import test_clock_ledger
