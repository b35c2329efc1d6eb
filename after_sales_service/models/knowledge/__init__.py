from . import solution
from . import ticket
