from . import test_zone
from . import test_team
from . import test_foreign_link
