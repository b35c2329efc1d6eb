from . import fault_code
from . import component
from . import unit
from . import unit_component
from . import warranty_policy
from . import cover
from . import contract
from . import decision
