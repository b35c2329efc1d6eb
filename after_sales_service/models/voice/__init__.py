from . import survey
from . import order
