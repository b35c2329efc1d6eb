from odoo.tests import tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestNumber(AfterSalesCommon):
    """Documents are numbered by the sequence of their company."""

    def test_a_batch_is_numbered_in_its_order(self):
        tickets = self._create_ticket() | self._create_ticket()
        first, second = (int(ticket.name.split("/")[-1]) for ticket in tickets)
        self.assertEqual(second, first + 1)

    def test_a_company_may_have_its_own_sequence(self):
        self.env["ir.sequence"].create(
            {
                "name": "Calls of this company",
                "code": "after.sales.ticket",
                "prefix": "CALL-",
                "company_id": self.company.id,
            }
        )
        self.assertTrue(self._create_ticket().name.startswith("CALL-"))

    def test_only_managers_give_numbers_of_an_older_system(self):
        vals = {
            "name": "OLD-17",
            "subject": "Taken over",
            "partner_id": self.customer.id,
            "team_id": self.team.id,
        }
        tickets = self.env["after.sales.ticket"]
        self.assertEqual(tickets.with_user(self.manager).create(vals).name, "OLD-17")
        mine = tickets.with_user(self.agent).create(vals | {"name": "OLD-18"})
        self.assertNotEqual(mine.name, "OLD-18")
        self.assertEqual(vals["name"], "OLD-17")
