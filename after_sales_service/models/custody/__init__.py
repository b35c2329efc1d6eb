from . import maintenance_equipment
from . import tool_movement
from . import handover
