from . import daily_report
from . import judgement
from . import scheme
from . import evaluation
from . import evaluation_line
from . import measures
from . import order
from . import demerit
