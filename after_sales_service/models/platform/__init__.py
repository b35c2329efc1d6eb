from . import number_mixin
from . import state_mixin
from . import zone
from . import team
from . import res_partner
from . import product_template
from . import res_company
from . import res_config_settings
