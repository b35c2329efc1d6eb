from . import resource_calendar
from . import sla_policy
from . import sla_clock
from . import sla_event
