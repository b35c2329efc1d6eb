from . import test_zone
from . import test_team
