from . import test_card
from . import test_complaint
from . import test_ticket_rating
