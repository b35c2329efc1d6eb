from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import HttpCase, freeze_time

from ..scenarios.story import StoryCommon


class TourCommon(StoryCommon, HttpCase):
    """The main story on screens. The browser's clock is real: no fixed dates."""

    @classmethod
    def setUpClass(cls):
        today = fields.Date.today()
        cls.certified_from = today - relativedelta(years=1)
        cls.certified_to = today + relativedelta(years=1)
        super().setUpClass()
        with freeze_time(today - relativedelta(months=14)):
            cls._deliver(cls.pump, cls._create_lots(cls.pump, ["PX2-004711"]))
        cls.unit = cls.env["after.sales.unit"].search([("name", "=", "PX2-004711")])
