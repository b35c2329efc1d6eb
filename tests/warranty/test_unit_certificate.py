from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .test_cover_decision import CoverCommon


@tagged("post_install", "-at_install")
class TestCertificate(CoverCommon):
    @freeze_time("2026-03-06 10:00:00")
    def test_the_certificate_names_what_still_holds(self):
        rows = self.unit.with_user(self.technician)._get_certificate_rows()
        self.assertEqual([row["subject"] for row in rows], ["Motor", "Shaft seal"])
        self.assertEqual(rows[1]["text"], "Not covered")
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "after_sales_service.report_warranty_certificate", self.unit.ids
        )
        self.assertIn(b"PX2-004711", html)
        self.assertIn(b"Jiangnan Water Works", html)

    def test_the_address_of_the_code_cannot_be_guessed_and_stays(self):
        url = self.unit.with_user(self.technician)._get_public_url()
        self.assertEqual(url, self.unit._get_public_url())
        self.assertGreater(len(self.unit.public_token), 30)
        self.assertNotEqual(self.unit.public_token, self.unit.access_token)
        self.assertEqual(self.unit._get_masked_serial(), "••••••4711")


@tagged("post_install", "-at_install")
class TestUnitPages(CoverCommon, HttpCase):
    def test_the_public_page_says_nothing_about_the_owner(self):
        path = "/" + self.unit._get_public_url().split("/", 3)[3]
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("PX2 dosing pump", page.text)
        self.assertNotIn("PX2-004711", page.text)
        self.assertNotIn("Jiangnan", page.text)
        self.assertEqual(self.url_open(path[:-1] + "x").status_code, 404)

    def test_customers_find_their_units_on_the_portal(self):
        user = new_test_user(
            self.env,
            login="portal.after.sales",
            password="portal.after.sales",
            groups="base.group_portal",
        )
        user.partner_id.parent_id = self.customer
        foreign = self._create_unit(
            self.pump, name="X-1", partner_id=self._create_partner(name="Other").id
        )
        self.authenticate("portal.after.sales", "portal.after.sales")
        page = self.url_open("/my/units")
        self.assertIn("PX2-004711", page.text)
        self.assertNotIn("X-1", page.text)
        self.assertIn("Motor", self.url_open(f"/my/units/{self.unit.id}").text)
        self.assertNotIn("X-1", self.url_open(f"/my/units/{foreign.id}").text)
