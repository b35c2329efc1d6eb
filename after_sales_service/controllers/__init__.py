from . import contract_portal
from . import dealer_portal
from . import evaluation
from . import portal_ticket
from . import price_portal
from . import service_portal
from . import unit_portal
from . import unit_public
