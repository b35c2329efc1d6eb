from . import skill_requirement
from . import hr_employee
