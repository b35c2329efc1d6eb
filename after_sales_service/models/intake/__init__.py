from . import sla
from . import pause_reason
from . import ticket
from . import ticket_clock
from . import ticket_step
from . import ticket_file
from . import ticket_mail
