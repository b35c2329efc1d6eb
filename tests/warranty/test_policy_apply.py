from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import SQL

from .test_policy_covers import CoversCommon


@tagged("post_install", "-at_install")
class TestApply(CoversCommon):
    """Terms reach units already sold on purpose only: preview, reason, log."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.units = cls.env["after.sales.unit"].create(
            [
                {
                    "name": f"PX2-{number}",
                    "product_id": cls.pump.id,
                    "partner_id": cls.customer.id,
                    "date_delivered": f"2025-0{number}-10",
                }
                for number in (1, 2, 3)
            ]
        )

    def _version(self, motor=36, frame=12, **vals):
        lines = self.policy.line_ids
        draft = self.policy._create_version()
        draft.write({"date_from": "2026-01-01"} | vals)
        for line, term in zip(draft.line_ids, (frame, motor), strict=False):
            line.term = term
        draft.line_ids[2].write({"is_excluded": vals.get("seal", True)})
        self.assertEqual(lines.mapped("term"), [12, 24, 12])
        draft.action_put_in_force()
        return draft

    def _next(self, policy, **vals):
        draft = policy._create_version()
        draft.write({"date_from": "2027-01-01"} | vals)
        draft.action_put_in_force()
        return draft

    def _wizard(self, policy, user=None, **vals):
        wizards = self.env["after.sales.policy.apply"].with_user(user or self.manager)
        with Form(wizards.with_context(default_policy_id=policy.id)) as form:
            for fname, value in vals.items():
                form[fname] = value
        return form.record

    def _ends(self, component):
        return [self._cover(unit, component).date_end for unit in self.units]

    def test_the_preview_writes_nothing_and_says_old_and_new(self):
        policy = self._version()
        wizard = self._wizard(policy, reason="  ")
        self.assertEqual(
            (wizard.unit_count, wizard.change_count, wizard.kept_count), (3, 3, 0)
        )
        line = wizard.line_ids[0]
        self.assertEqual((line.subject, line.effect), ("Motor", "longer"))
        self.assertIn("01/09/2027", line.text_before)
        self.assertIn("01/09/2028", line.text_after)
        self.assertEqual(self._ends(self.motor_position)[0], date(2027, 1, 9))
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_apply()
        self.assertFalse(policy.application_ids)

    def test_applied_with_reason_log_and_note(self):
        policy = self._version()
        covers = self.units.cover_ids
        wizard = self._wizard(policy, reason="Better windings")
        log = self.env["after.sales.policy.application"].browse(
            wizard.action_apply()["res_id"]
        )
        self.assertEqual(
            self._ends(self.motor_position),
            [date(2028, 1, 9), date(2028, 2, 9), date(2028, 3, 9)],
        )
        self.assertEqual(self._ends(self.frame_position)[0], date(2026, 1, 9))
        self.assertEqual(self.units.cover_ids, covers)
        self.assertRecordValues(
            log, [{"user_id": self.manager.id, "reason": "Better windings"}]
        )
        self.assertEqual((log.unit_count, len(log.line_ids)), (3, 3))
        self.assertEqual(log.line_ids[0].before["date_end"], "2027-01-09")
        self.assertEqual(log.line_ids[0].after["date_end"], "2028-01-09")
        self.assertIn("Better windings", self.units[0].message_ids[0].body)
        self.assertIn("3 units", policy.message_ids[0].body)
        self.assertEqual(self.units[0]._get_own_policy(), policy)

    def test_a_second_time_changes_nothing(self):
        policy = self._version()
        units = policy._find_sold_units()
        self.assertTrue(policy._apply_to_units(units, "Once"))
        self.assertFalse(policy._apply_to_units(units, "Twice"))
        self.assertEqual(self._wizard(policy).change_count, 0)
        self.assertEqual(policy.application_count, 1)

    def test_nobody_gets_less_without_the_tick(self):
        policy = self._version(motor=36, frame=6)
        wizard = self._wizard(policy, reason="Cheaper frame")
        self.assertEqual((wizard.change_count, wizard.kept_count), (3, 3))
        kept = wizard.line_ids.filtered("is_kept")
        self.assertEqual(set(kept.mapped("subject")), {"Frame"})
        wizard.action_apply()
        self.assertEqual(self._ends(self.frame_position)[0], date(2026, 1, 9))
        wizard = self._wizard(policy, reason="Really", is_shortening_allowed=True)
        self.assertEqual((wizard.change_count, wizard.kept_count), (3, 0))
        wizard.action_apply()
        self.assertEqual(self._ends(self.frame_position)[0], date(2025, 7, 9))
        self.assertEqual(
            policy.application_ids.sorted("id").mapped("is_shortening_allowed"),
            [False, True],
        )

    def test_each_way_to_get_less_counts_as_less(self):
        for vals in (
            {"share_labour": 50},
            {"meter_limit": 100},
            {"is_excluded": True},
        ):
            draft = (self.policies.search([("state", "=", "in_force")]))[-1:]
            draft = draft._create_version()
            draft.date_from = f"{2025 + draft.version}-01-01"
            draft.line_ids[1].write({"share_labour": 100, "meter_limit": 0} | vals)
            draft.action_put_in_force()
            effects = {
                row["effect"]
                for row in draft._get_application(self.units)
                if row["line"] == draft.line_ids[1]
            }
            with self.subTest(vals=vals):
                self.assertEqual(effects, {"shorter"})
            draft.line_ids[1].write({"is_excluded": False})

    def test_a_term_that_pauses_in_our_workshop_is_better(self):
        policy = self._version(motor=24, is_paused_in_workshop=True)
        wizard = self._wizard(policy, reason="As for new pumps")
        self.assertEqual((wizard.change_count, wizard.kept_count), (6, 0))
        self.assertEqual(set(wizard.line_ids.mapped("effect")), {"longer"})
        self.assertNotIn("our workshop", wizard.line_ids[0].text_before)
        self.assertIn("our workshop", wizard.line_ids[0].text_after)
        wizard.action_apply()
        motor = self._cover(self.units[0], self.motor_position)
        self.env["after.sales.unit.stay"].create(
            {
                "unit_id": self.units[0].id,
                "date_from": "2025-05-01",
                "date_to": "2025-05-10",
            }
        )
        self.units[0]._recount_pauses()
        self.assertEqual(motor.date_end, date(2027, 1, 18))
        without = self._next(policy, is_paused_in_workshop=False)
        self.assertEqual(self._wizard(without).kept_count, 6)

    def test_what_is_promised_beside_the_terms_counts(self):
        """Repairs and replaced parts: better ones are applied, worse ones kept."""
        better = self._next(self.policy, repair_days=180, replaced_part_months=24)
        self.assertEqual(self.units[0]._get_own_policy().repair_days, 90)
        wizard = self._wizard(better, reason="As the competition")
        self.assertEqual((wizard.change_count, wizard.kept_count), (6, 0))
        line = wizard.line_ids[0]
        self.assertEqual(line.effect, "longer")
        self.assertIn("Repair Warranty (Days): 90", line.text_before)
        self.assertIn("Repair Warranty (Days): 180", line.text_after)
        self.assertIn("Replaced Part (Months): 24", line.text_after)
        wizard.action_apply()
        self.assertEqual(self.units[0]._get_own_policy(), better)
        self.assertFalse(self._wizard(better).change_count)
        for vals in (
            {"repair_days": 0},
            {"repair_scope": "fault"},
            {"replaced_part_rule": "rest"},
            {"replaced_part_rule": "at_least", "replaced_part_days": 300},
        ):
            with self.subTest(vals=vals):
                draft = better._create_version()
                draft.write(vals)
                effects = [row["effect"] for row in draft._get_application(self.units)]
                self.assertEqual(effects, ["shorter", "shorter", "same"] * 3)

    def test_a_longer_term_does_not_bring_worse_promises_unseen(self):
        policy = self._version(motor=36, repair_days=30)
        wizard = self._wizard(policy, reason="Better windings")
        self.assertEqual((wizard.change_count, wizard.kept_count), (0, 6))
        wizard.action_apply()
        self.assertEqual(self.units[0]._get_own_policy(), self.policy)
        # Nor does a term for what was not covered at all.
        draft = policy._create_version()
        draft.line_ids.create({"policy_id": draft.id, "component_class": "drive"})
        (row,) = [
            row for row in draft._get_application(self.units[0]) if not row["cover"]
        ]
        self.assertEqual(row["effect"], "shorter")

    def test_another_payer_is_the_same_for_the_customer(self):
        maker = self._create_partner(name="Yangtze Motors")
        draft = self.policy._create_version()
        draft.date_from = "2026-01-01"
        draft.line_ids[1].backer_id = maker
        draft.action_put_in_force()
        wizard = self._wizard(draft, reason="Agreed with the maker")
        self.assertEqual((wizard.change_count, wizard.kept_count), (3, 0))
        self.assertEqual(set(wizard.line_ids.mapped("effect")), {"other"})
        self.assertIn("paid by Yangtze Motors", wizard.line_ids[0].text_after)
        wizard.action_apply()
        for unit in self.units:
            self.assertEqual(self._cover(unit, self.motor_position).backer_id, maker)
        self.assertFalse(self._wizard(draft).change_count)

    def test_only_the_days_and_units_that_are_meant(self):
        policy = self._version()
        better = self._policy(
            "One pump",
            **self._pump_vals(serial_from="PX2-3", serial_to="PX2-3"),
        )
        self.assertEqual(policy._find_sold_units(), self.units[:2])
        wizard = self._wizard(policy, reason="x", date_from="2025-02-01")
        wizard.action_apply()
        self.assertEqual(
            self._ends(self.motor_position),
            [date(2027, 1, 9), date(2028, 2, 9), date(2027, 3, 9)],
        )
        self.assertEqual(better._find_sold_units(), self.units[2])
        # A serial range: the extended seal term after a recall.
        better.line_ids = [
            Command.clear(),
            Command.create({"component_id": self.seal_position.id, "term": 24}),
        ]
        self.units[2].place = "returned"
        self.assertFalse(better._find_sold_units())
        self.units[2].place = "customer"
        better._apply_to_units(better._find_sold_units(), "Seals of batch 3")
        self.assertEqual(
            self._share(self.units[2], self.seal_position, "2026-06-01"), 100
        )
        self.assertEqual(
            self._share(self.units[1], self.seal_position, "2026-06-01"), 0
        )
        # What the policy does not name stays as it was sold.
        self.assertEqual(self._ends(self.motor_position)[2], date(2027, 3, 9))

    def test_pauses_and_voiding_hold_for_new_terms_too(self):
        unit = self.units[0]
        with freeze_time("2025-06-01"):
            unit.place = "workshop"
        with freeze_time("2025-06-11"):
            unit.place = "customer"
        self.units[1].with_user(self.supervisor)._void_covers("misuse", "x")
        policy = self._version(is_paused_in_workshop=True)
        policy.line_ids.create({"policy_id": policy.id, "component_class": "drive"})
        policy._apply_to_units(policy._find_sold_units(), "Pauses")
        self.assertEqual(self._ends(self.motor_position)[0], date(2028, 1, 19))
        self.assertTrue(all(self.units[1].cover_ids.mapped("is_void")))

    def test_a_replaced_motor_keeps_the_term_it_came_with(self):
        self.units[0]._replace_component(self.motor_position, date=date(2025, 9, 1))
        policy = self._version()
        policy._apply_to_units(policy._find_sold_units(), "Better windings")
        covers = self._cover(self.units[0], self.motor_position)
        self.assertEqual((len(covers), covers.date_last), (1, date(2025, 9, 1)))

    def test_a_term_that_waited_for_its_event(self):
        waiting = self._create_unit(
            self.pump, name="PX2-W", date_delivered="2024-12-01", partner_id=False
        )
        waiting.cover_ids.write({"date_start": False, "date_end": False})
        policy = self._version(motor=24)
        rows = policy._get_application(waiting)
        self.assertEqual([row["effect"] for row in rows], ["longer", "longer", "same"])
        less = self._renew_policy(policy, date_from="2027-01-01")
        self.assertFalse(less._filter_sold_under())
        less.line_ids[1].term = 12
        self.assertEqual(less._get_application(waiting)[1]["effect"], "shorter")

    def test_only_managers_apply_and_nobody_changes_the_log(self):
        policy = self._version()
        for user in (self.agent, self.technician, self.supervisor, self.auditor):
            with self.subTest(user=user.name):
                with self.assertRaises(AccessError):
                    self._wizard(policy, user)
                with self.assertRaises(AccessError):
                    policy.with_user(user)._apply_to_units(self.units, "x")
        with self.assertRaisesRegex(UserError, "in force before"):
            policy._create_version()._apply_to_units(self.units, "x")
        log = policy._apply_to_units(self.units, "x")
        self.assertEqual(log.with_user(self.agent).reason, "x")
        for record in (log, log.line_ids):
            with self.assertRaisesRegex(UserError, "never changed"):
                record.write({"id": 1})
            with self.assertRaisesRegex(UserError, "never deleted"):
                record.unlink()

    def test_two_hundred_units_at_a_few_queries_each(self):
        self.env["after.sales.unit"].create(
            [
                {
                    "name": f"M-{number}",
                    "product_id": self.pump.id,
                    "date_delivered": "2025-01-01",
                }
                for number in range(200)
            ]
        )
        policy = self._version()
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        log = policy._apply_to_units(policy._find_sold_units(), "Many")
        self.env.flush_all()
        self.assertEqual(log.unit_count, 203)
        self.assertLessEqual(self.env.cr.sql_log_count - start, 203)

    def test_an_update_fills_the_policy_of_units(self):
        def forget():
            self.env.flush_all()
            self.env.cr.execute(SQL("UPDATE after_sales_unit SET policy_id = NULL"))

        self._wizard(self._version(), reason="Agreed").action_apply()
        expected = self.units.mapped("policy_id.version")
        for _time in range(2):  # safe to run twice
            forget()
            self._migrate("19.0.1.2.0/pre-unit-policy.py")
            self.assertEqual(self.units.mapped("policy_id.version"), expected)
        forget()
        rename = "ALTER TABLE after_sales_warranty_policy RENAME COLUMN %s TO %s"
        names = SQL.identifier("version"), SQL.identifier("before_versions")
        self.env.cr.execute(SQL(rename, *names))
        self._migrate("19.0.1.2.0/pre-unit-policy.py")  # has nothing to go by
        self.env.cr.execute(SQL(rename, *reversed(names)))
        self.assertFalse(self.units.policy_id)

    def test_units_are_found_and_grouped_by_their_version(self):
        self.assertEqual(self.units.policy_id, self.policy)
        policy = self._version()
        units = self.env["after.sales.unit"].with_user(self.agent)
        wizard = self._wizard(policy, reason="Agreed")
        wizard.action_apply()
        found = units.search([("policy_id", "=", policy.id)])
        self.assertEqual(found, self.units.with_user(self.agent))
        counts = units._read_group(
            [("id", "in", self.units.ids)], ["policy_id"], ["__count"]
        )
        self.assertEqual(counts, [(policy.with_user(self.agent), 3)])
        self.assertEqual(units.search([("policy_id", "ilike", policy.name)]), found)
