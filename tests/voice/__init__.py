from . import test_card
