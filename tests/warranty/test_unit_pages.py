from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .test_cover_decision import CoverCommon

BROWSER = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/120"}
LIMIT = "after_sales_service.public_page_limit"


class PageCommon(CoverCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls._create_portal_user("portal.after.sales", cls.customer)
        cls.path = "/" + cls.unit._get_public_url().split("/", 3)[3]

    @classmethod
    def _create_portal_user(cls, login, company):
        user = new_test_user(
            cls.env, login=login, password=login, groups="base.group_portal"
        )
        user.partner_id.parent_id = company
        return user

    def _login(self, user):
        self.authenticate(user.login, user.login)


@tagged("post_install", "-at_install")
class TestPublicPage(PageCommon):
    """What a stranger sees who scans the code, and how often."""

    def _page(self, path=None, **headers):
        return self.url_open(
            path or self.path, headers=BROWSER | headers, allow_redirects=False
        )

    def test_the_public_page_says_nothing_about_the_owner(self):
        site = self._create_partner(name="Pump house seven", parent_id=self.customer.id)
        self.unit.write({"site_id": site.id, "note": "Key at gate 3"})
        contract = self.env["after.sales.contract"].create(
            {
                "partner_id": self.customer.id,
                "date_start": "2026-01-01",
                "date_end": "2099-12-31",
                "line_ids": [Command.create({"unit_id": self.unit.id})],
            }
        )
        contract.action_activate()
        self.env["after.sales.cover"].create(
            {
                "company_id": self.company.id,
                "unit_id": self.unit.id,
                "kind": "extension",
                "date_start": "2026-01-01",
                "date_end": "2099-12-31",
                "origin": "S-ORDER-77",
            }
        )
        page = self._page()
        self.assertEqual(page.status_code, 200)
        for shown in ("PX2 dosing pump", "••••••4711", "Extension", "Contract"):
            self.assertIn(shown, page.text)
        self.unit._portal_ensure_token()
        for hidden in (
            "PX2-004711",
            "Jiangnan",
            "Pump house",
            "water@example.com",
            "Key at gate",
            "S-ORDER-77",
            contract.name,
            self.policy.name,
            self.unit.access_token,
            f"res.partner/{self.customer.id}",
            f"partner_id={self.customer.id}",
        ):
            self.assertNotIn(hidden, page.text)

    def test_it_is_not_for_search_engines_nor_other_servers(self):
        page = self._page()
        self.assertIn("noindex", page.headers["X-Robots-Tag"])
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_a_stranger_gets_no_session_and_cannot_bring_one(self):
        self.assertNotIn("session_id", self._page().headers.get("Set-Cookie", ""))
        chosen = "chosen0by0another" * 5
        self.opener.cookies.set("session_id", chosen)
        page = self._page()
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("session_id", page.headers.get("Set-Cookie", ""))
        # Nor does a page that makes sessions take over the one that was brought.
        login = self.url_open("/web/login", allow_redirects=False)
        self.assertIn("session_id", login.headers.get("Set-Cookie", ""))
        self.assertNotIn(chosen, login.headers["Set-Cookie"])

    def test_unknown_unit_and_wrong_code_get_the_same_answer(self):
        def answer(path):
            page = self._page(path)
            lines = [line for line in page.text.splitlines() if "csrf" not in line]
            return page.status_code, lines

        wrong = answer(self.path[:-1] + ("x" if self.path[-1] != "x" else "y"))
        self.assertEqual(wrong[0], 404)
        self.assertIn("This code leads nowhere", "".join(wrong[1]))
        self.assertEqual(wrong, answer("/after-sales/warranty/999999999/abc"))
        bare = self._create_unit(self.pump, name="PX2-NEVER-PRINTED")
        self.assertEqual(wrong, answer(f"/after-sales/warranty/{bare.id}/-"))
        self.assertEqual(wrong, answer(f"/after-sales/warranty/{bare.id}/False"))

    def test_a_renewed_code_takes_the_old_one_out_of_force(self):
        self.unit.with_user(self.agent).action_renew_code()
        self.assertEqual(self._page().status_code, 404)
        new = "/" + self.unit._get_public_url().split("/", 3)[3]
        self.assertEqual(self._page(new).status_code, 200)

    def test_a_flood_is_asked_to_wait(self):
        self.env["ir.config_parameter"].set_param(LIMIT, "3")
        self.env["after.sales.public.visit"].search([]).unlink()
        now = fields.Datetime.now()
        with freeze_time(now):
            codes = [self._page().status_code for _visit in range(3)]
        with freeze_time(now + timedelta(minutes=4)):
            # Wrong codes are counted like right ones.
            late = self._page("/after-sales/warranty/999999999/abc")
            right = self._page()
        self.assertEqual(codes, [200, 200, 200])
        self.assertEqual((late.status_code, right.status_code), (429, 429))
        self.assertEqual(int(late.headers["Retry-After"]), 360)
        self.assertRegex(late.text, r"try again in 6 minutes")
        self.assertNotIn("PX2 dosing pump", right.text)
        self.assertIn("noindex", late.headers["X-Robots-Tag"])
        with freeze_time(now + timedelta(minutes=10)):
            self.assertEqual(self._page().status_code, 200)

    def test_visitors_are_counted_by_network_in_the_last_minutes(self):
        self.env["ir.config_parameter"].set_param(LIMIT, "2")
        visits = self.env["after.sales.public.visit"]
        noon = datetime(2026, 3, 6, 12, 1, 30)

        def waits(address, minutes=0):
            return visits._get_wait(address, noon + timedelta(minutes=minutes))

        self.assertEqual([waits("192.0.2.1", n) for n in range(3)], [0, 0, 480])
        self.assertEqual(waits("192.0.2.2"), 0)
        self.assertEqual(waits("192.0.2.1", 9.5), 30)
        # The first of the two visits is ten minutes ago, the second one is not.
        self.assertEqual(waits("192.0.2.1", 10), 0)
        self.assertEqual(waits("192.0.2.1", 10), 60)
        # A visitor chooses the last 64 bits of his address as he likes.
        self.assertEqual(
            [waits(f"2001:db8:1:2::{n}") for n in range(1, 4)], [0, 0, 600]
        )
        self.assertEqual(waits("2001:db8:1:3::1"), 0)

    def test_a_flood_does_not_fill_the_table(self):
        self.env["ir.config_parameter"].set_param(LIMIT, "2")
        visits = self.env["after.sales.public.visit"]
        before = visits.search_count([])
        for _visit in range(20):
            visits._get_wait("192.0.2.9")
        self.assertEqual(visits.search_count([]), before + 2)

    def test_no_address_is_kept_and_rows_do_not_stay(self):
        visits = self.env["after.sales.public.visit"]
        visits.search([]).unlink()
        with freeze_time("2026-03-06 12:01:00"):
            visits._get_wait("192.0.2.1")
            row = visits.search([])
            self.assertEqual(len(row), 1)
            # A hash has no dots, whatever digits it draws.
            self.assertNotIn("192.0", row.address)
            self.assertGreaterEqual(len(row.address), 64)
            visits._gc_visits()
            self.assertTrue(row.exists())
        with freeze_time("2026-03-06 13:05:00"):
            visits._gc_visits()
        self.assertFalse(row.exists())

    def test_colleagues_are_led_to_the_unit_the_owner_to_the_own_page(self):
        self.authenticate(self.technician.login, self.technician.login)
        page = self._page()
        self.assertEqual(page.status_code, 303)
        self.assertTrue(
            page.headers["Location"].endswith(f"/odoo/after-sales-units/{self.unit.id}")
        )
        self._login(self.portal)
        self.assertTrue(
            self._page().headers["Location"].endswith(f"/my/units/{self.unit.id}")
        )

    def test_without_a_right_on_the_unit_everybody_is_a_stranger(self):
        stranger = self._create_portal_user(
            "stranger.after.sales", self._create_partner(name="Other")
        )
        clerk = new_test_user(
            self.env,
            login="abroad.after.sales",
            password="abroad.after.sales",
            groups="after_sales_service.after_sales_group_technician",
            company_id=self.env["res.company"].create({"name": "Abroad"}).id,
        )
        for user in (stranger, clerk):
            with self.subTest(user=user.login):
                self._login(user)
                page = self._page()
                self.assertEqual(page.status_code, 200)
                self.assertIn("••••••4711", page.text)
                self.assertNotIn("Jiangnan", page.text)

    def test_the_visitors_browser_chooses_the_language(self):
        self.pump.with_context(lang="zh_TW").name = "PX2 計量泵"
        page = self._page(**{"Accept-Language": "zh-TW,zh;q=0.9"})
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("session_id", page.headers.get("Set-Cookie", ""))
        self.assertIn("PX2 計量泵", page.text)
        self.assertIn("不在保固", page.text)


@tagged("post_install", "-at_install")
class TestMyUnits(PageCommon):
    """A customer's own units on the portal, and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls._create_unit(
            cls.pump, name="X-1", partner_id=cls._create_partner(name="Other").id
        )

    def _list(self, query=""):
        return self.url_open(f"/my/units{query}").text

    def test_covers_that_start_later_have_not_ended(self):
        self._login(self.portal)
        self.unit.date_delivered = "2999-01-01"
        page = self._list()
        self.assertIn("starts later", page)
        self.assertNotIn(">ended<", page)

    def test_customers_find_their_units_and_no_others(self):
        self._login(self.portal)
        page = self._list()
        self.assertIn("PX2-004711", page)
        self.assertNotIn("X-1", page)
        page = self.url_open(f"/my/units/{self.unit.id}").text
        for shown in ("Motor", "We pay 100 % of parts", "Report a Fault", "<svg"):
            self.assertIn(shown, page)

    def test_search_filters_and_order(self):
        today = fields.Date.today()
        self._create_unit(self.motor, name="M-77")
        soon = self._create_unit(
            self.pump, name="SOON-1", date_delivered=today - timedelta(days=330)
        )
        soon.cover_ids.filtered(
            lambda cover: cover.component_id == self.motor_position
        ).date_end = today + timedelta(days=20)
        self._login(self.portal)
        for query, shown, hidden in (
            ("?search=dosing", "PX2-004711", "M-77"),
            (
                "?search=dosing&search_in=serial",
                "None of your units fits",
                "PX2-004711",
            ),
            ("?search=M-7&search_in=serial", "M-77", "PX2-004711"),
            ("?search=motor&search_in=product", "M-77", "PX2-004711"),
            ("?filterby=soon", "SOON-1", "M-77"),
            ("?filterby=covered", "SOON-1", "M-77"),
            ("?filterby=not_covered", "M-77", "SOON-1"),
            ("?search=X-1", "None of your units fits", ">X-1<"),
            ("?sortby=nonsense&filterby=nonsense&search_in=x", "M-77", ">X-1<"),
        ):
            with self.subTest(query=query):
                page = self._list(query)
                self.assertIn(shown, page)
                self.assertNotIn(hidden, page)
        for sortby in ("serial", "product", "end", "delivered"):
            page = self._list(f"?sortby={sortby}")
            self.assertIn("SOON-1", page)
        page = self._list("?sortby=end")
        self.assertLess(page.index("PX2-004711"), page.index("M-77"))

    def test_what_sits_in_a_system_is_found_by_the_system_s_number(self):
        system = self._create_unit(self.motor, name="SYS-9")
        self._create_unit(self.motor, name="CHILD-1", parent_id=system.id)
        hidden = self._create_unit(
            self.motor, name="SYS-8", partner_id=self.foreign.partner_id.id
        )
        self._create_unit(self.motor, name="CHILD-2", parent_id=hidden.id)
        self._login(self.portal)
        page = self._list("?search=SYS-9&search_in=serial")
        self.assertIn("CHILD-1", page)
        self.assertNotIn("PX2-004711", page)
        # A number that the customer may not see finds nothing.
        self.assertNotIn("CHILD-2", self._list("?search=SYS-8"))

    def test_long_lists_have_pages(self):
        self.env["after.sales.unit"].create(
            [
                {
                    "name": f"PAGE-{n:02d}",
                    "product_id": self.motor.id,
                    "partner_id": self.customer.id,
                }
                for n in range(25)
            ]
        )
        self._login(self.portal)
        page = self._list()
        self.assertIn("PAGE-00", page)
        self.assertNotIn("PAGE-24", page)
        self.assertIn("PAGE-24", self.url_open("/my/units/page/2").text)

    def test_an_empty_list_explains_itself(self):
        self._login(
            self._create_portal_user(
                "new.after.sales", self._create_partner(name="New")
            )
        )
        self.assertIn("No unit is registered for you yet", self._list())

    def test_colleagues_of_one_customer_see_the_same_units(self):
        branch = self._create_partner(
            name="North branch", parent_id=self.customer.id, is_company=False
        )
        inner = self._create_unit(self.pump, name="PX2-NORTH", partner_id=branch.id)
        user = self._create_portal_user("colleague.after.sales", self.customer)
        self._login(user)
        self.assertIn("PX2-NORTH", self._list())
        self.assertTrue(inner.with_user(user).has_access("read"))

    def test_others_units_are_closed_by_address_token_and_rpc(self):
        units = self.env["after.sales.unit"].with_user(self.portal)
        self.assertNotIn(self.foreign, units.search([]))
        with self.assertRaises(AccessError):
            units.browse(self.foreign.id).read(["name"])
        with self.assertRaises(AccessError):
            units.browse(self.unit.id).write({"name": "mine"})
        with self.assertRaises(AccessError):
            units.browse(self.unit.id).read(["note"])
        with self.assertRaises(AccessError):
            self.env["after.sales.cover"].with_user(self.portal).search([])
        self._login(self.portal)
        for address in (
            f"/my/units/{self.foreign.id}",
            f"/my/units/{self.foreign.id}?access_token=x",
            f"/my/units/{self.foreign.id}?report_type=pdf",
            f"/my/units/{self.foreign.id}/documents/1",
            "/my/units/999999999",
        ):
            page = self.url_open(address, allow_redirects=False)
            self.assertEqual(page.status_code, 303, address)
            self.assertTrue(page.headers["Location"].endswith("/my"), address)

    def test_the_link_of_an_earlier_owner_leads_nowhere(self):
        token = self.unit._portal_ensure_token()
        address = f"/my/units/{self.unit.id}?access_token={token}"
        self.assertIn("PX2-004711", self.url_open(address).text)
        branch = self._create_partner(name="North", parent_id=self.customer.id)
        branch.is_company = False
        self.unit.partner_id = branch  # the same owner still
        self.assertEqual(self.unit.access_token, token)
        self.unit.with_user(self.agent).partner_id = self.foreign.partner_id
        page = self.url_open(address, allow_redirects=False)
        self.assertEqual(page.status_code, 303)
        self.assertNotEqual(self.unit._portal_ensure_token(), token)

    def test_documents_for_customers_and_no_others(self):
        manual, bulletin = self.env["product.document"].create(
            [
                {
                    "name": name,
                    "raw": b"content",
                    "res_model": "product.template",
                    "res_id": self.pump.product_tmpl_id.id,
                    "attached_on_sale": shown,
                }
                for name, shown in (("Manual", "sale_order"), ("Bulletin", "hidden"))
            ]
        )
        self._login(self.portal)
        page = self.url_open(f"/my/units/{self.unit.id}").text
        self.assertIn("Manual", page)
        self.assertNotIn("Bulletin", page)
        address = f"/my/units/{self.unit.id}/documents/"
        file = self.url_open(f"{address}{manual.id}")
        self.assertEqual(file.content, b"content")
        self.assertIn("attachment", file.headers["Content-Disposition"])
        self.assertEqual(self.url_open(f"{address}{bulletin.id}").status_code, 404)

    def test_own_tickets_and_orders_those_of_the_owner_before_not(self):
        mine = self._create_ticket(unit_id=self.unit.id, subject="Leaks again")
        before = self._create_ticket(
            unit_id=self.unit.id,
            subject="Secret of the first owner",
            partner_id=self.foreign.partner_id.id,
        )
        order = self._create_order(unit_id=self.unit.id)
        self._login(self.portal)
        page = self.url_open(f"/my/units/{self.unit.id}").text
        self.assertIn(mine.name, page)
        self.assertIn(order.name, page)
        self.assertNotIn(before.subject, page)
        self.assertNotIn(before.name, page)

    def test_a_fault_is_reported_with_the_unit_filled_in(self):
        other = self._create_unit(self.pump, name="PX2-004712")
        self._login(self.portal)
        page = self.url_open(f"/my/after-sales/tickets/new?unit_id={other.id}").text
        self.assertRegex(page, rf'value="{other.id}"\s+selected="selected"')
        page = self.url_open(
            f"/my/after-sales/tickets/new?unit_id={self.foreign.id}"
        ).text
        self.assertNotIn('selected="selected"', page)
        self.assertNotIn(">X-1<", page)
