from odoo.tests import tagged

from .common import DecisionCommon


@tagged("post_install", "-at_install")
class TestCandidates(DecisionCommon):
    """Every cover of the unit in one list: what became of it, and why."""

    def _rows(self, candidates):
        return [(row.verdict, row.subject) for row in candidates]

    def test_every_cover_is_shown_once_with_its_reason(self):
        recall = self.env["after.sales.cover"].create(
            {
                "company_id": self.company.id,
                "unit_id": self.unit.id,
                "kind": "campaign",
                "origin": "R-7",
                "date_start": "2026-06-01",
                "share_part": 100,
            }
        )
        bearing = self._create_story().line_ids[1]
        wizard = self._candidates(bearing)
        self.assertEqual(
            self._rows(wizard.candidate_ids),
            [("later", "Whole unit"), ("expired", "Frame")],
        )
        self.assertIn("06/01/2026", wizard.candidate_ids[0].reason)
        self.assertIn("01/09/2026", wizard.candidate_ids[1].reason)
        self.assertEqual(
            self._rows(wizard.other_ids), [("other", "Motor"), ("other", "Shaft seal")]
        )
        everyone = wizard.candidate_ids.cover_id | wizard.other_ids.cover_id
        self.assertEqual(everyone, self.unit.cover_ids)
        self.assertIn(recall, everyone)

    def test_the_title_is_in_the_language_of_the_reader(self):
        motor = self._create_story().line_ids[0]
        motor.name = "电机"
        title = motor.action_show_candidates()["name"]
        self.assertEqual(title, f"Who pays for {self.motor.display_name}")

    def test_the_one_that_pays_is_ticked_and_dated(self):
        motor = self._create_story().line_ids[0]
        wizard = self._candidates(motor, self.auditor)
        chosen = wizard.candidate_ids.filtered("is_chosen")
        self.assertRecordValues(
            chosen,
            [
                {
                    "verdict": "pays",
                    "kind": "product",
                    "subject": "Motor",
                    "share": 100.0,
                    "source": "Standard pump warranty",
                }
            ],
        )
        self.assertEqual(
            f"{chosen.date_start} {chosen.date_end}", "2025-01-10 2027-01-09"
        )
        self.assertIn("24-month motor term", chosen.reason)
        self.assertEqual(wizard.title, "C free 100 %")
        self.assertFalse(wizard.can_override)

    def test_a_void_cover_stays_in_the_list(self):
        order = self._create_story()
        self.unit.with_user(self.supervisor)._void_covers("misuse", "Flooded")
        wizard = self._candidates(order.line_ids[0])
        self.assertEqual(self._rows(wizard.candidate_ids), [("void", "Motor")])
        self.assertEqual(wizard.title, "A paid")

    def test_work_for_several_components_lists_all_of_them(self):
        labour = self._create_story().line_ids[3]
        rows = self._candidates(labour).candidate_ids
        self.assertEqual(
            {row.subject: row.verdict for row in rows},
            {"Motor": "pays", "Frame": "expired", "Shaft seal": "excluded"},
        )

    def test_the_facts_are_read_in_words(self):
        order = self._create_story(cause_id=self.misuse.id, meter=1200)
        facts = self._candidates(order.line_ids[0]).fact_text
        for text in (
            "Fault reported on: 03/10/2026",
            "Kind of cost: Part",
            "Component: Motor",
            "Cause: C-T2 Misuse",
            "Meter reading: 1200",
            "List price in all: 1,200.00",
        ):
            self.assertIn(text, facts)
        self.assertNotIn("Opened by others", facts)

    def test_the_history_says_what_changed(self):
        order = self._create_story()
        order.with_user(self.technician).cause_id = self.misuse
        old, new = self._candidates(order.line_ids[0]).decision_ids.sorted("id")
        self.assertEqual(old.change_text, "First decision")
        self.assertEqual(
            new.change_text.splitlines(),
            ["Cause: – → C-T2 Misuse", "Decision: C free 100 % → A paid"],
        )

    def test_one_more_cover_that_loses_is_kept_without_asking_anybody(self):
        order = self._create_story()
        self._quote(order)
        bearing = order.line_ids[1]
        self.env["after.sales.cover"].create(
            {
                "company_id": self.company.id,
                "unit_id": self.unit.id,
                "kind": "goodwill",
                "date_start": "2026-01-01",
                "is_void": True,
                "share_part": 100,
            }
        )
        self.assertFalse(bearing.is_review_needed)
        wizard = self._candidates(bearing)
        self.assertIn(("void", "Whole unit"), self._rows(wizard.candidate_ids))

    def test_sentences_are_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        motor = self._create_story().line_ids[0]
        self.assertIn("27", motor.with_context(lang="zh_CN").reason)
        self.assertNotEqual(motor.with_context(lang="zh_CN").reason, motor.reason)
        self.assertEqual(motor.reason_customer, motor.reason)
        motor.order_id.partner_id.lang = "zh_CN"
        self.assertEqual(motor.reason_customer, motor.with_context(lang="zh_CN").reason)
        wizard = self._candidates(motor.with_context(lang="zh_CN"))
        self.assertNotEqual(wizard.with_context(lang="zh_CN").reason, motor.reason)


@tagged("post_install", "-at_install")
class TestPreview(DecisionCommon):
    """What would it be: asked on the telephone, before there is any order."""

    def _preview(self, user=None, **vals):
        return (
            self.env["after.sales.unit.preview"]
            .with_user(user or self.agent)
            .create({"unit_id": self.unit.id, "date": "2026-03-10"} | vals)
        )

    def test_parts_show_what_the_customer_pays(self):
        self.customer.property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "Ten percent less",
                "item_ids": [
                    (0, 0, {"compute_price": "percentage", "percent_price": 10})
                ],
            }
        )
        parts = (self.motor | self.bearing).ids
        preview = self._preview(self.technician, product_ids=[(6, 0, parts)])
        self.assertIn("86.40", preview.table)
        self.assertIn("1,080.00", preview.table)
        spoken = preview.spoken
        self.assertRegex(spoken, r"Bearing 6204: you pay \$.?86.40 .*\(0 % covered\)")
        self.assertRegex(spoken, r"Motor M4: you pay \$.?0.00 .*\(100 % covered\)")
        self.assertIn("Shaft seal: wearing part, not covered", spoken)

    def test_what_the_caller_tells_changes_the_answer(self):
        self.assertIn("Motor: covered until", self._preview().spoken)
        told = self._preview(is_tampered=True).spoken
        self.assertIn("Motor: opened by others", told)
        self.assertIn("“Misuse”", self._preview(cause_id=self.misuse.id).spoken)
        self.assertIn("ended on", self._preview(date="2027-02-01").spoken)

    def test_a_price_nobody_knows_is_never_zero(self):
        self.bearing.list_price = 0
        preview = self._preview(product_ids=[(6, 0, self.bearing.ids)])
        self.assertIn("price pending", preview.table)
        self.assertIn("you pay price pending", preview.spoken)

    def test_all_covers_of_the_unit_from_the_preview(self):
        action = self._preview().action_show_candidates()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        rows = {row.subject: row.verdict for row in wizard.candidate_ids}
        self.assertEqual(
            rows, {"Motor": "pays", "Frame": "expired", "Shaft seal": "excluded"}
        )
        self.assertFalse(wizard.other_ids)

    def test_from_a_ticket_with_the_day_of_the_call(self):
        ticket = self._create_ticket(
            unit_id=self.unit.id, date_reported="2026-03-10 08:00:00"
        )
        action = ticket.with_user(self.agent).action_preview_cover()
        preview = self.env[action["res_model"]].with_context(**action["context"])
        self.assertEqual(f"{preview.create({}).date}", "2026-03-10")

    def test_it_prints_in_the_language_of_the_customer(self):
        preview = self._preview(product_ids=[(6, 0, self.bearing.ids)])
        report = self.env["ir.actions.report"]
        name = "after_sales_service.after_sales_unit_preview_report"
        html = report._render_qweb_html(name, preview.ids)[0].decode()
        for text in ("What Would Be Covered", "PX2-004711", "Bearing 6204"):
            self.assertIn(text, html)

    def test_a_preview_leaves_nothing_behind(self):
        before = self.env["after.sales.decision"].search_count([])
        self._preview(product_ids=[(6, 0, self.motor.ids)]).action_show_candidates()
        self.assertEqual(self.env["after.sales.decision"].search_count([]), before)
