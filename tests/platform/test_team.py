import ast

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestTeam(AfterSalesCommon):
    """Teams and the settings page."""

    def test_mails_to_a_team_become_its_tickets(self):
        with Form(self.env["after.sales.team"].with_user(self.manager)) as form:
            form.name = "Workshop"
            form.alias_name = "Workshop Desk"
        alias = form.record.alias_id.sudo()
        self.assertEqual(alias.alias_name, "workshop-desk")
        self.assertEqual(alias.alias_model_id.model, "after.sales.ticket")
        defaults = ast.literal_eval(alias.alias_defaults)
        self.assertEqual(defaults["team_id"], form.record.id)

    def test_only_managers_change_teams(self):
        with self.assertRaises(AccessError):
            self.team.with_user(self.supervisor).name = "Mine"

    def test_the_settings_page_writes_to_the_company(self):
        settings = self.env["res.config.settings"].create({})
        with Form(settings) as form:
            form.after_sales_repeat_days = 45
            form.after_sales_is_card_sent = False
        settings.execute()
        self.assertEqual(self.company.after_sales_repeat_days, 45)
        self.assertFalse(self.company.after_sales_is_card_sent)
