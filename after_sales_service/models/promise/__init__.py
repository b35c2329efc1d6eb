from . import sla_policy
from . import sla_rung
from . import sla_clock
from . import sla_clock_ledger
from . import sla_event
from . import resource_calendar
from . import resource_calendar_leaves
