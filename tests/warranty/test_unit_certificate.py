from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_cover_decision import CoverCommon

CERTIFICATE = "after_sales_service.report_warranty_certificate"
LABEL = "after_sales_service.report_unit_label"


@tagged("post_install", "-at_install")
class TestCertificate(CoverCommon):
    def _render(self, report, units):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(report, units.ids)
        return html.decode()

    @freeze_time("2026-03-06 10:00:00")
    def test_the_certificate_names_what_still_holds(self):
        rows = self.unit.with_user(self.technician)._get_certificate_rows()
        self.assertEqual([row["subject"] for row in rows], ["Motor", "Shaft seal"])
        self.assertEqual(
            rows[0]["details"], ["We pay 100 % of parts, labour, and travel."]
        )
        self.assertEqual(rows[1]["text"], "Not covered")
        html = self._render(CERTIFICATE, self.unit)
        self.assertIn("PX2-004711", html)
        self.assertIn("Jiangnan Water Works", html)
        self.assertIn("Misuse and opening by others end it.", html)

    @freeze_time("2026-03-06 10:00:00")
    def test_the_policy_says_the_conditions_in_the_customers_language(self):
        self.customer.lang = "zh_CN"
        draft = self.policy._create_version()
        draft.write({"date_from": "2000-01-01", "conditions": "Serviced once a year."})
        draft.with_context(lang="zh_CN").conditions = "每年保养一次。"
        draft.action_put_in_force()
        unit = self._create_unit(self.pump, name="PX2-CONDITIONS")
        html = self._render(CERTIFICATE, unit)
        self.assertIn("每年保养一次。", html)
        self.assertNotIn("Serviced once a year.", html)
        self.assertNotIn("Misuse and opening", html)

    @freeze_time("2026-03-06 10:00:00")
    def test_the_certificate_of_a_system_names_what_it_contains(self):
        self.customer.lang = "zh_CN"
        pump = self._create_unit(self.pump, name="PX2-CONTAINED")
        spare = self._create_unit(self.pump, name="PX2-INSIDE-IT")
        gone = self._create_unit(self.pump, name="PX2-CAME-BACK")
        foreign = self._create_unit(self.pump, name="PX2-OF-OTHERS")
        foreign.partner_id = self._create_partner()
        pump.parent_id = gone.parent_id = foreign.parent_id = self.unit
        spare.parent_id = pump
        gone.place = "returned"
        self.assertEqual(self.unit._get_contained_units(), pump + spare)
        html = self._render(CERTIFICATE, self.unit)
        self.assertIn("PX2-CONTAINED", html)
        self.assertIn("PX2-INSIDE-IT", html)
        self.assertNotIn("PX2-CAME-BACK", html)
        self.assertNotIn("PX2-OF-OTHERS", html)
        self.assertEqual(html.count("我方承担"), 3)
        self.assertNotIn("PX2-004711", self._render(CERTIFICATE, pump))

    def test_labels_in_the_customers_language_with_the_companys_below(self):
        self.customer.lang = "zh_CN"
        self.company.partner_id.lang = "en_US"
        self.assertEqual(self.unit._get_print_langs(), ["zh_CN", "en_US"])
        labels = self.unit._get_certificate_labels()
        self.assertEqual(labels["customer"], ("客户", "Customer"))
        self.customer.lang = "en_US"
        labels = self.unit._get_certificate_labels()
        self.assertEqual(labels["customer"], ("Customer", False))

    @freeze_time("2026-03-06 10:00:00")
    def test_many_equal_rows_are_printed_as_one(self):
        covers = self.unit.cover_ids.filtered("date_start")
        motor = covers.filtered(lambda cover: cover.component_id == self.motor_position)
        positions = self.env["after.sales.component"].create(
            [
                {"name": f"Drive {n}", "product_tmpl_id": self.unit.product_tmpl_id.id}
                for n in range(9)
            ]
        )
        for position in positions:
            motor.copy({"component_id": position.id})
        rows = self.unit._get_certificate_rows()
        self.assertEqual(len(rows), 2)
        self.assertIn("Motor", rows[0]["subject"] + rows[1]["subject"])
        self.assertIn("Drive 8", rows[0]["subject"] + rows[1]["subject"])

    def test_the_address_of_the_code_cannot_be_guessed_and_stays(self):
        url = self.unit.with_user(self.technician)._get_public_url()
        self.assertEqual(url, self.unit._get_public_url())
        self.assertGreater(len(self.unit.public_token), 30)
        self.assertNotEqual(self.unit.public_token, self.unit.access_token)

    def test_of_a_serial_number_never_more_than_half_is_shown(self):
        for serial, masked in (
            ("PX2-004711", "••••••4711"),
            ("A123", "••23"),
            ("A1", "•1"),
            ("7", "•"),
        ):
            self.unit.name = serial
            self.assertEqual(self.unit._get_masked_serial(), masked)

    def test_a_lost_label_is_made_worthless_by_who_may_write_the_unit(self):
        before = self.unit._get_public_url()
        with self.assertRaises(AccessError):
            self.unit.with_user(self.technician).action_renew_code()
        self.unit.with_user(self.agent).action_renew_code()
        self.assertNotEqual(self.unit._get_public_url(), before)
        self.assertIn("print them again", self.unit.message_ids[0].body)
        with self.assertRaises(AccessError):
            self.unit.with_user(self.agent).read(["public_token"])

    def test_one_button_mails_the_certificate_in_the_customers_language(self):
        self.customer.lang = "zh_TW"
        action = self.unit.with_user(self.agent).action_send_certificate()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.agent)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn("PX2-004711", composer.subject)
        self.assertEqual(composer.lang, "zh_TW")
        self.assertIn(self.customer, composer.partner_ids)
        self.assertEqual(
            composer.template_id.report_template_ids.report_name, CERTIFICATE
        )
        self.customer.email = False
        with self.assertRaisesRegex(UserError, "certificate of PX2-004711"):
            self.unit.action_send_certificate()

    def test_several_certificates_are_one_file_and_one_mass_mail(self):
        other = self._create_unit(self.pump, name="PX2-004712")
        html = self._render(CERTIFICATE, self.unit | other)
        self.assertIn("PX2-004712", html)
        context = (self.unit | other).action_send_certificate()["context"]
        self.assertEqual(context["default_composition_mode"], "mass_mail")
        self.assertEqual(context["default_res_ids"], (self.unit | other).ids)

    def test_labels_are_printed_on_what_the_company_has(self):
        report = self.env.ref("after_sales_service.after_sales_unit_report_label")
        other = self._create_unit(self.pump, name="PX2-004712")
        html = self._render(LABEL, self.unit | other)
        self.assertEqual(html.count("page-break-after"), 1)
        self.assertIn("PX2 dosing pump", html)
        self.assertNotIn("Jiangnan", html)
        self.assertEqual(report.get_paperformat().page_width, 62)
        self.company.after_sales_label_format = "sheet"
        self.assertEqual(report.get_paperformat().format, "A4")
        self.assertIn("PX2-004712", self._render(LABEL, self.unit | other))

    def test_a_sheet_has_eight_rows_of_three(self):
        units = self.env["after.sales.unit"].create(
            [{"name": f"L{n}", "product_id": self.pump.id} for n in range(25)]
        )
        pages = units._get_label_pages()
        self.assertEqual([len(page) for page in pages], [8, 1])
        self.assertEqual({len(row) for row in pages[0]}, {3})
        self.assertEqual(len(pages[1][0]), 1)

    def test_customers_get_the_documents_that_go_with_a_sale(self):
        manual, internal = self.env["product.document"].create(
            [
                {
                    "name": "Manual",
                    "res_model": "product.template",
                    "res_id": self.pump.product_tmpl_id.id,
                    "attached_on_sale": "sale_order",
                },
                {
                    "name": "Service bulletin",
                    "res_model": "product.product",
                    "res_id": self.pump.id,
                },
            ]
        )
        self.assertEqual(self.unit.document_ids, manual | internal)
        self.assertEqual(self.unit._get_customer_documents(), manual)
        other = self._create_unit(self.motor, name="M-1")
        self.assertFalse(other.document_ids)


@tagged("post_install", "-at_install")
class TestCoverTexts(CoverCommon):
    def _cover(self, **vals):
        return self.env["after.sales.cover"].create(
            {
                "company_id": self.company.id,
                "unit_id": self.unit.id,
                "component_id": self.motor_position.id,
                "kind": "extension",
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "share_part": 100,
                "share_labour": 50,
            }
            | vals
        )

    @freeze_time("2026-03-06 10:00:00")
    def test_a_cover_reads_as_sentences(self):
        self.env["res.lang"]._lang_get("en_US").sudo().date_format = "%Y-%m-%d"
        cover = self._cover(term=12, term_unit="month", meter_limit=5000, origin="S1")
        self.assertEqual(
            cover.with_user(self.technician).sentence.splitlines(),
            [
                "Motor: Extension, covered until 2026-12-31",
                "12 months: from 2026-01-01 to 2026-12-31, both days included.",
                "We pay 100 % of parts.",
                "We pay 50 % of labour.",
                "It ends earlier if the meter reads more than 5000.",
                "From: S1.",
            ],
        )

    @freeze_time("2026-03-06 10:00:00")
    def test_every_state_has_its_words(self):
        self.env["res.lang"]._lang_get("en_US").sudo().date_format = "%Y-%m-%d"
        for vals, words in (
            ({"is_void": True}, "Motor: Extension, void"),
            ({"is_excluded": True}, "Motor: excluded from the warranty"),
            (
                {"component_id": self.seal_position.id, "is_excluded": True},
                "Shaft seal: wearing part, not covered",
            ),
            (
                {"date_start": False, "date_end": False},
                "Motor: Extension, waiting for the event it starts with",
            ),
            (
                {"date_start": "2026-04-01"},
                "Motor: Extension, starts on 2026-04-01, until 2026-12-31",
            ),
            (
                {"date_start": "2026-04-01", "date_end": False},
                "Motor: Extension, starts on 2026-04-01",
            ),
            ({"date_end": "2026-03-05"}, "Motor: Extension, ended on 2026-03-05"),
            ({"date_end": False}, "Motor: Extension, covered without end"),
        ):
            with self.subTest(words=words):
                cover = self._cover(**vals)
                self.assertEqual(cover.sentence.splitlines()[0], words)

    def test_no_number_of_a_row_stands_for_a_policy_or_contract(self):
        cover = self.unit.cover_ids.filtered("policy_line_id")[0]
        self.assertEqual(cover.policy_id, self.policy)
        contract = self.env["after.sales.contract"].create(
            {
                "partner_id": self.customer.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "line_ids": [Command.create({"unit_id": self.unit.id})],
            }
        )
        contract.action_activate()
        self.assertEqual(self.unit.cover_ids.contract_id, contract)
        arch = self.env["after.sales.cover"].get_view(view_type="form")["arch"]
        self.assertNotIn('"policy_line_id"', arch)
        self.assertNotIn('"contract_line_id"', arch)

    def test_a_cover_shows_the_others_of_its_component(self):
        motor = self.unit.cover_ids.filtered(
            lambda cover: cover.component_id == self.motor_position
        )
        extension = self._cover()
        self.assertEqual(extension.sibling_ids, motor)
        self.assertEqual(extension.action_view_unit()["res_id"], self.unit.id)
