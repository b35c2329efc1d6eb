from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .common import SIGNATURE
from .test_price_list import PriceCommon


@freeze_time("2026-03-10 08:00:00")
@tagged("post_install", "-at_install")
class TestPricePortal(PriceCommon, HttpCase):
    """Customers know what work costs before it is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env,
            login="price.portal",
            password="price.portal",
            groups="base.group_portal",
        )
        cls.portal.partner_id.parent_id = cls.customer

    def _rows(self, partner=None):
        sections = (partner or self.customer)._get_service_prices(
            self.company, self.company.create_date.date()
        )
        return {row["name"]: row for section in sections for row in section["rows"]}

    def test_customer_reads_the_own_prices(self):
        self._give_price_list()
        self.authenticate("price.portal", "price.portal")
        page = self.url_open("/my/service-prices").text
        for text in ("180.00", "Night", "50 % more", "From 22:00 to 06:00", "81.00"):
            self.assertIn(text, page)
        self.assertNotIn("200.00", page)

    def test_price_list_is_printed_in_the_customers_language(self):
        self.customer.lang = "zh_CN"
        self.labour.with_context(lang="zh_CN").name = "工时"
        self.hour_rule.with_context(lang="zh_CN").name = "技术员工时"
        report = self.env["ir.actions.report"].with_user(self.technician)
        page, _kind = report._render_qweb_html(
            "after_sales_service.res_partner_report_service_prices", self.customer.ids
        )
        self.assertIn("技术员工时", page.decode())
        self.assertIn("200.00", page.decode())
        self.authenticate("price.portal", "price.portal")
        answer = self.url_open("/my/service-prices?report_type=pdf&download=true")
        self.assertIn("技术员工时", answer.text)  # no PDF within tests

    def test_company_that_shows_no_prices(self):
        self.company.after_sales_prices_on_portal = False
        self.authenticate("price.portal", "price.portal")
        page = self.url_open("/my/service-prices").text
        self.assertIn("No prices are shown here", page)
        self.assertNotIn("200.00", page)

    def test_nobody_without_a_login(self):
        answer = self.url_open("/my/service-prices", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_taxes_are_told(self):
        self.labour.taxes_id = self.env["account.tax"].create(
            {"name": "13 %", "amount": 13, "price_include_override": "tax_excluded"}
        )
        row = self._rows()["Hour"]
        self.assertIn("200.00", row["price"])
        self.assertIn("226.00", row["taxed"])
        self.assertIn("at least 1 hour", row["quantity"])

    def test_rule_of_the_past_and_pending_price_are_left_out(self):
        self._create_rule("Old", "labour", self.labour, date_to="2020-01-01")
        free = self._create_service("Nothing yet", "labour", list_price=0)
        self._create_rule("Pending", "labour", free)
        self.assertFalse({"Old", "Pending"} & self._rows().keys())

    def test_zone_charges_stand_for_travel(self):
        self.trip_rule.action_archive()
        self.env["after.sales.zone"].create(
            {"name": "Suburb", "travel_product_id": self.travel.id}
        )
        self.assertIn("80.00", self._rows()["Zone 2"]["price"])

    def test_quotation_tells_check_fee_and_that_it_is_added(self):
        order = self._create_job((self.bearing, 1, 0))
        order.with_user(self.technician).action_show_quotation()
        page = self.url_open(order.sale_order_ids.get_portal_url()).text
        self.assertIn("90.00 without taxes are charged for the check", page)
        order.with_user(self.technician)._accept_quotation("Ms Li", SIGNATURE)
        line = self.env["after.sales.order.line"].create(
            {"order_id": order.id, "product_id": self.bearing.id}
        )
        self._decide(line, 0)
        order.with_user(self.technician).action_show_quotation()
        added = order.sale_order_ids.sorted("id")[1]
        page = self.url_open(added.get_portal_url()).text
        self.assertIn("found after you accepted an earlier one", page)
        self.assertFalse(added.after_sales_check_fee)
        self.assertNotIn("charged for the check", page)
        first = order.sale_order_ids.sorted("id")[0]
        page = self.url_open(first.get_portal_url()).text
        self.assertNotIn("found after you accepted", page)
