from . import survey
from . import res_company
from . import res_config_settings
from . import order
