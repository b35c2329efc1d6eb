from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import AfterSalesCommon

MANAGER = "after_sales_service.after_sales_group_manager"


@tagged("post_install", "-at_install")
class TestForeignLink(AfterSalesCommon):
    """Who follows a link to a document of another company is told what to do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create({"name": "Sister Pumps"})
        cls.both = new_test_user(
            cls.env,
            login="both.companies",
            groups=MANAGER,
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.sister).ids)],
        )
        team = cls.env["after.sales.team"].create(
            {"name": "Theirs", "company_id": cls.sister.id}
        )
        vals = {"company_id": cls.sister.id, "team_id": team.id}
        pump = cls._create_pump()
        cls.documents = [
            cls._create_ticket(subject="Secret of the sister", **vals),
            cls._create_order(technician_id=False, **vals),
            cls._create_unit(pump, name="SECRET-1", company_id=cls.sister.id),
        ]

    def _read(self, document, user):
        names = document.with_user(user).with_context(
            allowed_company_ids=self.company.ids
        )
        with self.assertRaises(AccessError) as caught:
            names.web_read({"display_name": {}})
        return caught.exception

    def test_who_has_the_company_is_told_to_switch(self):
        for document in self.documents:
            with self.subTest(document=document._name):
                error = self._read(document, self.both)
                self.assertIn("belongs to Sister Pumps. Choose that", str(error))
                # With this the web client switches by itself and opens the document.
                self.assertEqual(
                    error.context["suggested_company"]["id"], self.sister.id
                )

    def test_who_has_not_learns_nothing(self):
        for document in self.documents:
            with self.subTest(document=document._name):
                error = self._read(document, self.manager)
                self.assertIn("to which you have no access", str(error))
                for secret in ("Sister", "Secret", "SECRET", document.display_name):
                    self.assertNotIn(secret, str(error))
                self.assertNotIn(
                    "suggested_company", getattr(error, "context", None) or {}
                )

    def test_what_is_not_of_the_own_team_is_said_too(self):
        team = self.env["after.sales.team"].create({"name": "Far away"})
        ticket = self._create_ticket(team_id=team.id, subject="Secret")
        error = self._read(ticket, self.technician)
        self.assertIn("Ask your supervisor", str(error))
        self.assertNotIn("Secret", str(error))

    def test_other_documents_are_refused_as_ever(self):
        partner = self.env["res.partner"].create(
            {"name": "Theirs", "company_id": self.sister.id}
        )
        self.assertIn("top-secret", str(self._read(partner, self.manager)))
