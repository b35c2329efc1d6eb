from datetime import date

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..common import AfterSalesCommon


class CoverCommon(AfterSalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.policy = cls._create_policy(cls.pump)
        cls.unit = cls._create_unit(cls.pump)

    def _facts(self, component=None, day="2026-03-06", **vals):
        return {
            "cost_class": "part",
            "unit_id": self.unit.id,
            "component_id": component.id if component else False,
            "date": fields.Date.to_date(day),
        } | vals

    def _decide(self, component=None, day="2026-03-06", **vals):
        facts = self._facts(component, day, **vals)
        cover = self.env["after.sales.cover"].with_user(self.technician)
        return cover._decide_facts([facts])[0]

    def _explain(self, decision, lang=None):
        record = (
            self.env["after.sales.decision"]
            .sudo()
            .create(decision.to_vals() | {"company_id": self.company.id})
        )
        return record.with_user(self.technician)._render_reasons(lang)


@tagged("post_install", "-at_install")
class TestCoverDecision(CoverCommon):
    """Motor 24 months, frame 12, seal none: who pays fourteen months later."""

    def test_each_component_by_its_own_term_with_a_sentence(self):
        self.env["res.lang"]._activate_lang("en_US")
        self.env["res.lang"]._lang_get("en_US").sudo().date_format = "%Y-%m-%d"
        for component, category, sentence in (
            (
                self.motor_position,
                "C",
                "Motor: covered until 2027-01-09 by the 24-month motor term",
            ),
            (self.frame_position, "A", "Frame: the 12-month term ended on 2026-01-09"),
            (self.seal_position, "A", "Shaft seal: wearing part, not covered"),
            (None, "A", "Whole unit: no cover"),
        ):
            decision = self._decide(component)
            self.assertEqual(decision.category, category)
            self.assertEqual(self._explain(decision), sentence)

    def test_dates_are_written_as_the_reader_writes_them(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        text = self._explain(self._decide(self.motor_position), "zh_CN")
        self.assertIn("2027", text)
        self.assertNotIn("2027-01-09", text)

    def test_labour_without_component_is_split_by_standard_hours(self):
        positions = self.motor_position | self.frame_position | self.seal_position
        decision = self._decide(cost_class="labour", split_component_ids=positions.ids)
        self.assertEqual((decision.category, decision.share), ("C", 60.0))
        self.assertIn(
            "Motor: 0.9 of the standard hours, 100 %", self._explain(decision)
        )

    def test_misuse_and_opening_end_the_cover(self):
        cause = self.env.ref("after_sales_service.after_sales_fault_cause_10")
        decision = self._decide(self.motor_position, cause_id=cause.id)
        self.assertEqual(decision.category, "A")
        self.assertIn("“Misuse” is not covered", self._explain(decision))
        decision = self._decide(self.motor_position, is_tampered=True)
        self.assertIn("opened by others", self._explain(decision))
        normal = self.env.ref("after_sales_service.after_sales_fault_cause_01")
        self.assertEqual(
            self._decide(self.motor_position, cause_id=normal.id).category, "C"
        )

    def test_a_wearing_product_without_position(self):
        self._renew_policy(
            self.policy, line_ids=[Command.clear(), Command.create({"term": 24})]
        )
        unit = self._create_unit(self.pump, name="PX2-2")
        wearing = unit.cover_ids.filtered("is_excluded").component_id
        self.assertEqual(wearing, self.seal_position)
        vals = {"unit_id": unit.id, "product_id": self.seal.id}
        self.assertEqual(self._decide(**vals).category, "A")
        self.assertEqual(self._decide(self.seal_position, **vals).category, "A")
        self.assertEqual(
            self._decide(**vals | {"product_id": self.motor.id}).share, 100
        )

    def test_ten_and_a_hundred_lines_cost_the_same_few_queries(self):
        units = self.unit
        for number in range(9):
            units |= self._create_unit(self.pump, name=f"PX2-{number}")
        cause = self.env.ref("after_sales_service.after_sales_fault_cause_01")
        components = [
            self.motor_position,
            self.frame_position,
            self.seal_position,
            None,
        ]
        counts = []
        for size in (10, 100):
            facts_list = [
                self._facts(
                    components[number % 4],
                    unit_id=units[number % 10].id,
                    cause_id=cause.id,
                    product_id=self.motor.id,
                )
                for number in range(size)
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            decisions = self.env["after.sales.cover"]._decide_facts(facts_list)
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual(len(decisions), size)
        self.assertLessEqual(max(counts), 12, counts)
        self.assertEqual(*counts)

    def test_preview_on_the_unit_form(self):
        preview = (
            self.env["after.sales.unit.preview"]
            .with_user(self.technician)
            .create({"unit_id": self.unit.id, "date": "2026-03-06"})
        )
        self.assertIn("Motor", preview.table)
        self.assertIn("100 %", preview.table)
        self.assertIn("wearing part, not covered", preview.table)

    @freeze_time("2026-03-06 10:00:00")
    def test_the_timeline_has_a_row_per_component_and_a_sentence_per_bar(self):
        rows = {row["label"]: row for row in self.unit.cover_timeline["rows"]}
        self.assertEqual(list(rows), ["Frame", "Motor", "Shaft seal"])
        self.assertEqual(rows["Frame"]["segments"][0]["state"], "ended")
        self.assertEqual(rows["Motor"]["segments"][0]["state"], "running")
        self.assertEqual(rows["Shaft seal"]["note"], "Wearing part, not covered")
        for row in rows.values():
            for bar in row["segments"]:
                self.assertLessEqual(bar["left"] + bar["width"], 100.5)
                self.assertTrue(bar["title"].startswith(row["label"]))


@tagged("post_install", "-at_install")
class TestPolicies(CoverCommon):
    def _policy(self, **vals):
        return self.env["after.sales.warranty.policy"].create(
            {"name": "Other", "line_ids": [Command.create({"term": 36})]} | vals
        )

    def _chosen(self, **vals):
        unit = self._create_unit(self.pump, name="PX2-NEW", **vals)
        return unit.cover_ids.policy_line_id.policy_id

    def test_the_most_specific_policy_wins(self):
        parent = self.env["product.category"].create({"name": "Water"})
        child = self.env["product.category"].create(
            {"name": "Pumps", "parent_id": parent.id}
        )
        self.pump.categ_id = child
        self.policy.active = False
        general = self._policy(name="General")
        chosen = self.env["after.sales.unit"].create(
            {"name": "U1", "product_id": self.pump.id}
        )
        self.assertEqual(chosen.cover_ids.policy_line_id.policy_id, general)
        for number, vals in enumerate(
            (
                {"categ_id": parent.id},
                {"categ_id": child.id},
                {"product_tmpl_id": self.pump.product_tmpl_id.id},
                {"partner_id": self.customer.id},
            ),
            2,
        ):
            policy = self._policy(**vals)
            unit = self._create_unit(self.pump, name=f"U{number}")
            self.assertEqual(unit.cover_ids.policy_line_id.policy_id, policy)

    def test_policies_are_dated_and_never_change_what_is_sold(self):
        newer = self._renew_policy(
            self.policy,
            date_from="2026-01-01",
            line_ids=[Command.clear(), Command.create({"term": 36})],
        )
        self.assertEqual(self._chosen(date_delivered="2026-02-01"), newer)
        self.assertEqual(len(self.unit.cover_ids), 3)
        with self.assertRaisesRegex(UserError, "their terms never change"):
            self.policy.line_ids[1].term = 6
        self.unit.date_delivered = "2025-01-11"
        self.assertEqual(self.unit.date_cover_end, date(2027, 1, 10))

    def test_the_start_waits_for_the_signed_acceptance(self):
        self._renew_policy(self.policy, start_rule="installed", start_limit_days=0)
        unit = self._create_unit(self.pump, name="PX2-W")
        self.assertFalse(any(unit.cover_ids.mapped("date_end")))
        decision = self._decide(self.motor_position, unit_id=unit.id)
        self.assertIn("has not started", self._explain(decision))
        unit.with_user(self.agent).date_installed = "2025-03-01"
        self.assertEqual(unit.date_cover_end, date(2027, 2, 28))

    def test_the_start_is_not_put_off_for_ever(self):
        self._renew_policy(self.policy, start_rule="installed", start_limit_days=30)
        unit = self._create_unit(self.pump, name="PX2-L")
        self.assertEqual(unit.date_cover_end, date(2027, 2, 8))
        unit.date_installed = "2025-01-20"
        self.assertEqual(unit.date_cover_end, date(2027, 1, 19))

    def test_bad_policies_are_refused_with_a_sentence(self):
        line = {"component_id": self.motor_position.id}
        template = self.pump.product_tmpl_id.id
        other = self._create_product(name="Other").product_tmpl_id.id
        for message, vals in (
            (
                "two terms for “Motor”",
                {
                    "product_tmpl_id": template,
                    "line_ids": [Command.create(line), Command.create(line)],
                },
            ),
            (
                "is not for that product",
                {"product_tmpl_id": other, "line_ids": [Command.create(line)]},
            ),
            (
                "ends before it starts",
                {"date_from": "2026-01-02", "date_to": "2026-01-01"},
            ),
            ("lasts one day", {"line_ids": [Command.create({"term": 0})]}),
            (
                "for the component or for a class",
                {
                    "product_tmpl_id": template,
                    "line_ids": [Command.create(line | {"component_class": "drive"})],
                },
            ),
        ):
            with (
                self.subTest(message=message),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self._policy(**vals)
        for message, vals in (
            ("cannot be negative", {"term": -1}),
            ("between 0 and 100", {"share_part": 101}),
            ("between 0 and 100", {"share_travel": -1}),
        ):
            with self.subTest(message=message), self.cr.savepoint():
                with self.assertRaises(Exception) as caught, self.cr.savepoint():
                    self._policy(line_ids=[Command.create(vals)])
                text = self.env[
                    "after.sales.warranty.policy.line"
                ]._sql_error_to_message(caught.exception)
                self.assertIn(message, text)


@tagged("post_install", "-at_install")
class TestReplacement(CoverCommon):
    def test_a_swapped_motor_starts_its_own_segment(self):
        lot = self._create_lots(self.motor, ["M-2"])
        day = date(2026, 3, 6)
        unit = self.unit.with_user(self.technician)
        old = self.unit._get_fitted(self.motor_position)
        new = unit._replace_component(
            self.motor_position,
            product=self.motor,
            lot=lot,
            serial_out="M-1",
            date=day,
            origin="SV/2026/00001",
        )
        self.assertRecordValues(
            old | new,
            [
                {"is_current": False, "date_out": day, "serial_out": "M-1"},
                {"is_current": True, "date_out": False, "serial_out": False},
            ],
        )
        self.assertEqual((new.serial, old.replaced_by_id), ("M-2", new))
        cover = self.unit.cover_ids.filtered(lambda c: c.kind == "replaced_part")
        # Twelve fresh months from the swap end later than the old motor's term.
        self.assertEqual(cover.date_end, date(2027, 3, 5))
        product = self.unit.cover_ids.filtered(lambda c: c.unit_component_id == old)
        self.assertEqual(product.date_last, day)
        for fault, share in (
            ("2026-03-06", 100),
            ("2027-03-05", 100),
            ("2027-03-06", 0),
        ):
            self.assertEqual(self._decide(self.motor_position, fault).share, share)
        self.assertIn("M-1 out, M-2 in", self.unit.message_ids[0].body)

    def test_the_rest_of_the_old_term_and_no_cover_after_its_end(self):
        self._renew_policy(self.policy, replaced_part_rule="rest")
        unit = self._create_unit(self.pump, name="PX2-R")
        unit._replace_component(self.motor_position, date=date(2026, 3, 6))
        cover = unit.cover_ids.filtered(lambda c: c.kind == "replaced_part")
        self.assertEqual(cover.date_end, date(2027, 1, 9))
        unit._replace_component(self.motor_position, date=date(2027, 6, 1))
        self.assertEqual(
            unit.cover_ids.filtered(lambda c: c.kind == "replaced_part"), cover
        )

    def test_a_wearing_part_brings_no_cover(self):
        self.unit._replace_component(self.seal_position, date=date(2026, 3, 6))
        self.assertNotIn("replaced_part", self.unit.cover_ids.mapped("kind"))

    def test_the_same_repair_is_done_again_free(self):
        cover = self.unit.with_user(self.technician)._start_repair_cover(
            self.frame_position, date(2026, 3, 6), "SV/2026/00001"
        )
        self.assertEqual(cover.sudo().date_end, date(2026, 6, 3))
        self.assertEqual(self._decide(self.frame_position, "2026-06-03").share, 100)
        self.assertEqual(self._decide(self.frame_position, "2026-06-04").share, 0)
        self._renew_policy(self.policy, repair_days=0)
        unit = self._create_unit(self.pump, name="PX2-N")
        self.assertFalse(
            unit._start_repair_cover(self.frame_position, date(2026, 3, 6), "X")
        )


@tagged("post_install", "-at_install")
class TestVoiding(CoverCommon):
    def _wizard(self, user, **vals):
        return (
            self.env["after.sales.unit.void"]
            .with_user(user)
            .create({"unit_id": self.unit.id, "note": "Flooded on purpose"} | vals)
        )

    def test_a_supervisor_voids_with_evidence_and_restores(self):
        wizard = self._wizard(
            self.supervisor,
            reason="misuse",
            evidence=b"cGhvdG8=",
            evidence_name="a.png",
        )
        wizard.action_apply()
        self.assertTrue(self.unit.is_cover_void)
        decision = self._decide(self.motor_position)
        self.assertIn("was voided", self._explain(decision))
        self.assertFalse(self.unit.date_cover_end)
        self.assertEqual(self.unit.voiding_ids.attachment_ids.name, "a.png")
        self._wizard(self.supervisor, note="Expert says no").action_restore()
        self.assertEqual(self._decide(self.motor_position).share, 100)
        row = self.unit.voiding_ids
        self.assertEqual((row.user_id, row.restored_by_id), (self.supervisor,) * 2)
        self.assertEqual(row.restore_note, "Expert says no")
        self.assertIn("Cover restored", self.unit.message_ids[0].body)

    def test_without_evidence_or_right_nothing_is_voided(self):
        with self.assertRaisesRegex(UserError, "as evidence"):
            self._wizard(self.supervisor, reason="misuse").action_apply()
        with self.assertRaises(AccessError):
            self._wizard(self.agent, reason="misuse")
        with self.assertRaisesRegex(UserError, "Only a supervisor"):
            self.unit.with_user(self.agent)._void_covers("misuse", "x")
        with self.assertRaisesRegex(UserError, "a reason is needed"):
            self.unit.with_user(self.supervisor).is_cover_void = True

    def test_twice_is_refused(self):
        self.unit.with_user(self.supervisor)._void_covers("misuse", "x")
        with self.assertRaisesRegex(UserError, "void already"):
            self.unit.with_user(self.supervisor)._void_covers("misuse", "x")


@tagged("post_install", "-at_install")
class TestContract(CoverCommon):
    def _contract(self, **vals):
        return (
            self.env["after.sales.contract"]
            .with_user(self.supervisor)
            .create(
                {
                    "partner_id": self.customer.id,
                    "date_start": "2026-01-01",
                    "date_end": "2026-12-31",
                    "line_ids": [
                        Command.create({"unit_id": self.unit.id, "share_travel": 50})
                    ],
                }
                | vals
            )
        )

    @freeze_time("2026-01-01 10:00:00")
    def test_an_active_contract_pays_category_b(self):
        contract = self._contract()
        self.assertTrue(contract.name.startswith("SC/2026/"))
        self.assertEqual(self._decide(self.frame_position).category, "A")
        contract.action_activate()
        decision = self._decide(self.frame_position)
        self.assertEqual((decision.category, decision.share), ("B", 100))
        self.assertIn(f"by the contract {contract.name}", self._explain(decision))
        travel = self._decide(cost_class="travel")
        self.assertEqual((travel.category, travel.share), ("B", 50))
        # The product's own warranty goes first.
        self.assertEqual(self._decide(self.motor_position).category, "C")
        self.assertEqual(self._decide(self.frame_position, "2027-01-01").share, 0)

    @freeze_time("2026-01-01 10:00:00")
    def test_suspended_and_resumed(self):
        contract = self._contract()
        contract.action_activate()
        with freeze_time("2026-03-01 10:00:00"):
            contract._suspend("Unpaid")
        self.assertEqual(self._decide(self.frame_position, "2026-03-01").share, 100)
        self.assertEqual(self._decide(self.frame_position, "2026-03-06").share, 0)
        with freeze_time("2026-05-01 10:00:00"):
            contract.action_activate()
        self.assertEqual(self._decide(self.frame_position, "2026-04-30").share, 0)
        self.assertEqual(self._decide(self.frame_position, "2026-05-01").share, 100)
        with freeze_time("2026-06-01 10:00:00"):
            contract._terminate("Sold")
        self.assertEqual(self._decide(self.frame_position, "2026-06-02").share, 0)

    @freeze_time("2026-01-01 10:00:00")
    def test_expiry_by_cron(self):
        contract = self._contract()
        contract.action_activate()
        with freeze_time("2026-12-31 10:00:00"):
            self.env["after.sales.contract"]._cron_expire()
            self.assertEqual(contract.state, "active")
        with freeze_time("2027-01-01 10:00:00"):
            self.env["after.sales.contract"]._cron_expire()
        self.assertEqual(contract.state, "expired")

    @freeze_time("2026-01-01 10:00:00")
    def test_bad_contracts(self):
        with self.assertRaisesRegex(UserError, "has no units"):
            self._contract(line_ids=False).action_activate()
        with self.assertRaisesRegex(ValidationError, "stands twice"):
            self._contract(
                line_ids=[Command.create({"unit_id": self.unit.id}) for _n in range(2)]
            )
        contract = self._contract()
        contract.action_activate()
        with self.assertRaisesRegex(UserError, "is in force"):
            contract.line_ids.share_part = 10
        with self.assertRaisesRegex(UserError, "Terminate it instead"):
            contract.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "Use the buttons"):
            contract.state = "draft"
        with self.assertRaises(AccessError):
            contract.with_user(self.technician).action_suspend()
