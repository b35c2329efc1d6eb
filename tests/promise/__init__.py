from . import test_clock_ledger
from . import test_clock_replan
from . import test_escalation
from . import test_delay
from . import test_register_speed
from . import test_migration
