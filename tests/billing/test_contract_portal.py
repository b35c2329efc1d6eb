from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .test_contract_billing import ContractBillingCommon


@tagged("post_install", "-at_install")
class TestContractPortal(HttpCase, ContractBillingCommon):
    @freeze_time("2026-01-01 10:00:00")
    def test_a_customer_sees_the_own_contract_and_no_other(self):
        self.company.after_sales_invoice_post = True
        contract = self._create_priced(quota_visits=4, visit_interval="quarter")
        self._run("2026-01-01")
        other_customer = self._create_partner(name="Else")
        unit = self._create_unit(
            self.pump, name="SECRET-1", partner_id=other_customer.id
        )
        other = self._create_priced(unit, partner_id=other_customer.id)
        user = new_test_user(
            self.env,
            login="contract.portal",
            password="contract.portal",
            groups="base.group_portal",
        )
        user.partner_id.parent_id = self.customer
        self.env.flush_all()
        self.authenticate("contract.portal", "contract.portal")
        home = self.url_open("/my/contracts")
        self.assertIn(contract.name, home.text)
        self.assertIn("4 of 4 visits", home.text)
        self.assertNotIn(other.name, home.text)
        invoice = contract.sudo().period_ids.move_id
        page = self.url_open(contract.get_portal_url())
        for text in (contract.name, "PX2-004711", invoice.name):
            self.assertIn(text, page.text)
        guessed = self.url_open(f"/my/contracts/{other.id}")
        self.assertNotIn("SECRET-1", guessed.text)
        self.assertNotIn(other.name, guessed.text)
        guessed = self.url_open(f"/my/contracts/{other.id}?access_token=x")
        self.assertNotIn("SECRET-1", guessed.text)

    @freeze_time("2026-01-01 10:00:00")
    def test_nobody_without_the_link(self):
        contract = self._create_priced()
        contract._portal_ensure_token()
        self.env.flush_all()
        self.authenticate(None, None)
        page = self.url_open(f"/my/contracts/{contract.id}")
        self.assertNotIn("PX2-004711", page.text)
        page = self.url_open(contract.get_portal_url())
        self.assertIn("PX2-004711", page.text)
