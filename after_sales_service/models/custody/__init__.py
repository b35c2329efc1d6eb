from . import maintenance_equipment
from . import tool_movement
from . import hr_employee
from . import handover
