from . import test_ticket
from . import test_ticket_access
from . import test_ticket_mail
from . import test_ticket_mail_formats
from . import test_ticket_merge
from . import test_ticket_panel
from . import test_ticket_portal
from . import test_ticket_register
