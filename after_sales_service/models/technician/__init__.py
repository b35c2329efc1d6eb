from . import skill_requirement
from . import hr_employee
from . import hr_employee_skill
from . import res_users
