from . import judgement
from . import scheme
from . import evaluation
