from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .test_policy_choice import PolicyCommon


class CoversCommon(PolicyCommon):
    def _cover(self, unit, component=None, kind="product"):
        return unit.cover_ids.filtered(
            lambda cover: (
                cover.kind == kind
                and cover.component_id == (component or cover.component_id)
            )
        )

    def _unit(self, name="PX2-7", **vals):
        """Return a unit sold with a version of the policy that has these terms."""
        lines = vals.pop("line_ids", None)
        unit_vals = vals.pop("unit_vals", {})
        if lines:
            lines = [Command.clear(), *(Command.create(line) for line in lines)]
            vals["line_ids"] = lines
        self._renew_policy(self.policy, **vals)
        return self._create_unit(self.pump, name=name, **unit_vals)

    def _share(self, unit, component, day, **facts):
        facts = {
            "cost_class": "part",
            "unit_id": unit.id,
            "component_id": component.id,
            "date": fields.Date.to_date(day),
        } | facts
        return self.env["after.sales.cover"]._decide_facts([facts])[0].share


@tagged("post_install", "-at_install")
class TestTerms(CoversCommon):
    def test_the_later_of_two_events_with_a_limit(self):
        unit = self._unit(
            start_rule="delivered",
            start_rule_other="installed",
            start_pick="later",
            start_limit_days=60,
        )
        motor = self._cover(unit, self.motor_position)
        self.assertEqual(motor.date_start, date(2025, 3, 11))
        unit.date_installed = "2025-02-01"
        self.assertEqual(motor.date_start, date(2025, 2, 1))
        self.assertEqual(motor.date_end, date(2027, 1, 31))
        unit.date_installed = "2025-09-01"
        self.assertEqual(motor.date_start, date(2025, 3, 11))

    def test_the_earlier_of_two_events(self):
        unit = self._unit(
            start_rule="installed", start_rule_other="first_use", start_pick="earlier"
        )
        motor = self._cover(unit, self.motor_position)
        self.assertFalse(motor.date_start)
        unit.date_installed = "2025-03-01"
        self.assertEqual(motor.date_start, date(2025, 3, 1))
        unit.date_first_use = "2025-02-01"
        self.assertEqual(motor.date_start, date(2025, 2, 1))

    def test_a_term_by_the_meter_alone(self):
        unit = self._unit(
            line_ids=[{"term": 0, "meter_limit": 2000, "meter_unit": "hour"}]
        )
        cover = self._cover(unit)[0]
        self.assertEqual((cover.date_start, cover.date_end), (date(2025, 1, 10), False))
        self.assertEqual(cover.meter_unit, "hour")
        for meter, share in ((1999, 100), (2000, 100), (2001, 0)):
            self.assertEqual(
                self._share(unit, self.motor_position, "2035-01-01", meter=meter), share
            )
        unit.date_delivered = "2025-02-10"
        self.assertEqual((cover.date_start, cover.date_end), (date(2025, 2, 10), False))
        self.assertEqual(cover._get_length_text(), "2,000 hours")

    def test_whichever_ends_first_is_said(self):
        line = self.policy.line_ids[1]
        line.write({"meter_limit": 50000, "meter_unit": "km"})
        self.assertEqual(
            line._get_length_text(), "24 months or 50,000 km, whichever ends first"
        )

    def test_the_rest_of_the_old_term_but_ninety_days_at_least(self):
        unit = self._unit(replaced_part_rule="at_least", replaced_part_days=90)
        unit._replace_component(self.motor_position, date=date(2026, 3, 6))
        cover = self._cover(unit, self.motor_position, "replaced_part")
        self.assertEqual(cover.date_end, date(2027, 1, 9))
        unit._replace_component(self.motor_position, date=date(2026, 12, 30))
        cover = self._cover(unit, self.motor_position, "replaced_part")[-1]
        self.assertEqual(cover.date_end, date(2027, 3, 29))
        self.assertEqual((cover.term, cover.term_unit), (90, "day"))

    def test_the_rest_of_a_term_by_the_meter_has_no_day(self):
        unit = self._unit(
            replaced_part_rule="rest",
            line_ids=[
                {
                    "component_id": self.motor_position.id,
                    "term": 0,
                    "meter_limit": 500,
                    "share_labour": 40,
                }
            ],
        )
        unit._replace_component(self.motor_position, date=date(2026, 3, 6))
        cover = self._cover(unit, self.motor_position, "replaced_part")
        self.assertRecordValues(
            cover,
            [{"date_end": False, "meter_limit": 500, "share_labour": 40, "term": 0}],
        )

    def test_a_repair_warranty_for_the_same_fault_only(self):
        leak, noise = (
            self.env.ref(f"after_sales_service.after_sales_fault_symptom_{number}")
            for number in ("12", "03")
        )
        day = date(2026, 6, 1)
        for scope, symptom in (("fault", leak), ("component", noise.browse())):
            unit = self._unit(
                f"PX2-{scope}",
                repair_scope=scope,
                date_from=f"200{len(scope)}-01-01",
            )
            self.policy = unit._get_own_policy()
            cover = unit._start_repair_cover(self.frame_position, day, "X", leak)
            self.assertEqual(cover.symptom_id, symptom)


@tagged("post_install", "-at_install")
class TestPauses(CoversCommon):
    """The clock of the cover stands still while the unit is in our workshop."""

    def _stay(self, unit, came, left):
        with freeze_time(f"{came} 08:00:00"):
            unit.place = "workshop"
        with freeze_time(f"{left} 08:00:00"):
            unit.place = "customer"

    def test_the_days_away_are_added_when_it_comes_back(self):
        unit = self._unit(is_paused_in_workshop=True)
        motor = self._cover(unit, self.motor_position)
        self._stay(unit, "2025-06-01", "2025-06-15")
        self.assertEqual(motor.date_end, date(2027, 1, 23))
        self.assertEqual(motor.date_end_plain, date(2027, 1, 9))
        self.assertEqual(unit.date_cover_end, date(2027, 1, 23))
        self._stay(unit, "2026-06-01", "2026-06-02")
        self.assertEqual(motor.date_end, date(2027, 1, 24))
        self.assertEqual(unit.stay_ids.mapped("days"), [14, 1])
        # Another start counts the same stays again.
        unit.date_delivered = "2025-06-10"
        self.assertEqual(motor.date_end_plain, date(2027, 6, 9))
        self.assertEqual(motor.date_end, date(2027, 6, 15))
        unit._recount_pauses()
        self.assertEqual(motor.date_end, date(2027, 6, 15))

    def test_without_the_rule_only_the_stay_is_noted(self):
        unit = self._unit()
        self._stay(unit, "2025-06-01", "2025-06-15")
        self.assertEqual(unit.stay_ids.days, 14)
        self.assertEqual(
            self._cover(unit, self.motor_position).date_end, date(2027, 1, 9)
        )

    def test_a_motor_swapped_in_the_workshop_gets_all_the_days(self):
        unit = self._unit(is_paused_in_workshop=True, replaced_part_rule="rest")
        with freeze_time("2025-06-01 08:00:00"):
            unit.place = "workshop"
        unit._replace_component(self.motor_position, date=date(2025, 6, 11))
        with freeze_time("2025-06-15 08:00:00"):
            unit.place = "customer"
        cover = self._cover(unit, self.motor_position, "replaced_part")
        self.assertEqual(cover.date_end, date(2027, 1, 23))

    def test_a_unit_brought_in_and_back_by_transfers(self):
        self._renew_policy(self.policy, is_paused_in_workshop=True)
        lot = self._create_lots(self.pump, ["PX2-8"])
        with freeze_time("2025-01-10 08:00:00"):
            self._deliver(self.pump, lot)
        unit = self.env["after.sales.unit"].search([("lot_id", "=", lot.id)])
        own = self.company.after_sales_customer_goods_location_id
        customers = self.env.ref("stock.stock_location_customers")
        for day, source, target in (
            ("2025-06-01", customers, own),
            ("2025-06-21", own, customers),
        ):
            with freeze_time(f"{day} 08:00:00"):
                move = self.env["stock.move"].create(
                    {
                        "product_id": self.pump.id,
                        "product_uom_qty": 1,
                        "location_id": source.id,
                        "location_dest_id": target.id,
                        "company_id": self.company.id,
                        "partner_id": self.customer.id,
                        "move_line_ids": [
                            Command.create(
                                {
                                    "product_id": self.pump.id,
                                    "lot_id": lot.id,
                                    "quantity": 1,
                                    "location_id": source.id,
                                    "location_dest_id": target.id,
                                }
                            )
                        ],
                    }
                )
                move.picked = True
                move._action_done()
                unit.sudo()._register_moves(move)
        stay = unit.stay_ids
        self.assertEqual((stay.date_from, stay.days), (date(2025, 6, 1), 20))
        self.assertEqual(
            self._cover(unit, self.motor_position).date_end, date(2027, 1, 29)
        )

    def test_stays_are_a_record(self):
        unit = self._unit()
        self._stay(unit, "2025-06-01", "2025-06-15")
        for user in (self.agent, self.supervisor, self.manager):
            with self.assertRaises(AccessError):
                unit.stay_ids.with_user(user).write({"date_to": "2026-01-01"})
        with self.assertRaisesRegex(UserError, "never changed"):
            unit.stay_ids.date_to = "2026-01-01"
        with self.assertRaisesRegex(UserError, "never deleted"):
            unit.stay_ids.unlink()


@tagged("post_install", "-at_install")
class TestVoidLater(CoversCommon):
    """A void unit: what is sold for it later is void, our own later work is not."""

    def test_what_comes_while_the_cover_is_void(self):
        unit = self._unit(replaced_part_rule="longer")
        unit.with_user(self.supervisor)._void_covers("force_majeure", "Flood")
        cover = self.env["after.sales.cover"].create(
            {
                "company_id": self.company.id,
                "unit_id": unit.id,
                "kind": "extension",
                "date_start": "2025-01-10",
                "date_end": "2030-01-10",
            }
        )
        self.assertTrue(cover.is_void)
        unit._replace_component(self.motor_position, date=date(2026, 3, 6))
        part = self._cover(unit, self.motor_position, "replaced_part")
        # A fresh term: the rest of a void cover is nothing.
        self.assertEqual((part.is_void, part.date_end), (False, date(2027, 3, 5)))
        repair = unit._start_repair_cover(self.frame_position, date(2026, 3, 6), "X")
        self.assertFalse(repair.is_void)
        unit.with_user(self.supervisor)._restore_covers("Insurance paid")
        self.assertFalse(any(unit.cover_ids.mapped("is_void")))
        row = unit.voiding_ids
        self.assertEqual((row.note, row.restore_note), ("Flood", "Insurance paid"))

    def test_nobody_but_a_supervisor_of_the_company(self):
        unit = self._create_unit(self.pump)
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            login="stranger.void",
            groups="after_sales_service.after_sales_group_supervisor",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        vals = {
            "unit_id": unit.id,
            "reason": "misuse",
            "note": "Opened",
            "evidence": b"cGhvdG8=",
            "evidence_name": "a.png",
        }
        wizards = self.env["after.sales.unit.void"]
        for user in (self.agent, self.technician, self.clerk, self.auditor):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                wizards.with_user(user).create(vals)
            with self.assertRaises(UserError):
                unit.with_user(user)._void_covers("misuse", "x")
        with self.assertRaises(AccessError):
            wizards.with_user(stranger).create(vals).action_apply()
        self.assertFalse(unit.is_cover_void)
        wizards.with_user(self.supervisor).create(vals).action_apply()
        with self.assertRaises(AccessError):
            wizards.with_user(stranger).create(
                {"unit_id": unit.id, "note": "x"}
            ).action_restore()
        for user in (self.supervisor, self.manager):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                unit.voiding_ids.with_user(user).write({"note": "x"})
        self.assertTrue(unit.is_cover_void)

    def test_each_voiding_stays_in_the_log(self):
        unit = self._create_unit(self.pump).with_user(self.supervisor)
        for number in range(2):
            unit._void_covers("misuse", f"Case {number}")
            unit._restore_covers(f"Answer {number}")
        rows = unit.voiding_ids.sorted("id")
        self.assertEqual(rows.mapped("note"), ["Case 0", "Case 1"])
        self.assertEqual(rows.mapped("restore_note"), ["Answer 0", "Answer 1"])
        bodies = "".join(unit.sudo().message_ids.mapped("body"))
        for text in ("Case 0", "Case 1", "Answer 0", "Answer 1"):
            self.assertIn(text, bodies)


@tagged("post_install", "-at_install")
class TestExtensions(CoversCommon):
    """Extensions are sold on native orders; the covers follow what was sold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.extension = cls.env["after.sales.extension"].create(
            {
                "name": "12 months more",
                "covered_tmpl_ids": [Command.set(cls.pump.product_tmpl_id.ids)],
                "share_travel": 50,
            }
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Pump care",
                "type": "service",
                "list_price": 300.0,
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
                "after_sales_extension_id": cls.extension.id,
            }
        )
        cls.salesman = new_test_user(
            cls.env,
            login="sales.policy",
            groups="sales_team.group_sale_salesman_all_leads",
        )
        cls.unit = cls._create_unit(cls.pump)

    def _order(self, *units, quantity=1, extra=(), **vals):
        """Return a quotation a salesperson made on the native form."""
        orders = self.env["sale.order"].with_user(self.salesman)
        with Form(orders) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.product
                line.product_uom_qty = quantity
                for unit in units:
                    line.after_sales_unit_ids.add(unit)
            for product in extra:
                with form.order_line.new() as line:
                    line.product_id = product
        return form.record

    def _covers(self, order):
        return order.sudo().order_line.after_sales_cover_ids.sorted("id")

    @freeze_time("2025-06-01 08:00:00")
    def test_each_component_goes_on_after_its_own_term(self):
        order = self._order(self.unit)
        self.assertFalse(self._covers(order))
        order.action_confirm()
        self.assertRecordValues(
            self._covers(order),
            [
                {
                    "kind": "extension",
                    "component_id": component.id,
                    "date_start": start,
                    "date_end": end,
                    "share_travel": 50,
                    "origin": order.name,
                }
                for component, start, end in (
                    (self.frame_position, date(2026, 1, 10), date(2027, 1, 9)),
                    (self.motor_position, date(2027, 1, 10), date(2028, 1, 9)),
                )
            ],
        )
        self.assertEqual(self._share(self.unit, self.frame_position, "2027-01-09"), 100)
        self.assertEqual(self._share(self.unit, self.frame_position, "2027-01-10"), 0)
        self.assertEqual(self._share(self.unit, self.seal_position, "2025-07-01"), 0)
        # A swapped motor keeps its extension, and a later start moves it.
        self.unit._replace_component(self.motor_position, date=date(2025, 7, 1))
        self.assertEqual(self._share(self.unit, self.motor_position, "2028-01-09"), 100)
        self.unit.date_delivered = "2025-01-20"
        self.assertEqual(self._covers(order)[0].date_start, date(2026, 1, 20))

    @freeze_time("2026-06-01 08:00:00")
    def test_bought_after_the_end_it_starts_with_the_sale(self):
        order = self._order(self.unit)
        order.action_confirm()
        frame = self._covers(order)[0]
        self.assertEqual(
            (frame.date_start, frame.date_end), (date(2026, 6, 1), date(2027, 5, 31))
        )

    @freeze_time("2025-06-01 08:00:00")
    def test_at_once_for_the_whole_unit(self):
        self.extension.start = "at_once"
        order = self._order(self.unit)
        order.action_confirm()
        cover = self._covers(order)
        self.assertEqual(
            (cover.date_start, cover.component_id.id), (date(2025, 6, 1), False)
        )

    @freeze_time("2025-06-01 08:00:00")
    def test_without_chosen_units_those_of_the_order(self):
        """Two extensions with three pumps: the first two delivered have them."""
        order = self._order(quantity=2, extra=[self.pump])
        order.order_line[1].product_uom_qty = 3
        order.action_confirm()
        self.assertFalse(self._covers(order))
        lots = self._create_lots(self.pump, ["E1", "E2", "E3"])
        for lot in lots:
            self._put_in_stock(self.pump, 1, lot=lot)
        picking = order.sudo().picking_ids
        picking.action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        self.env["after.sales.unit"].sudo()._register_moves(picking.move_ids)
        covers = self._covers(order)
        self.assertEqual(covers.unit_id.mapped("name"), ["E1", "E2"])
        self.assertEqual(covers[0].date_start, date(2026, 6, 1))
        order.sudo().order_line[0].product_uom_qty = 3
        self.assertEqual(len(self._covers(order).unit_id), 3)

    @freeze_time("2025-06-01 08:00:00")
    def test_a_cancelled_order_takes_back_what_has_not_begun(self):
        other = self._create_unit(
            self.pump, name="PX2-OLD", date_delivered="2023-01-01"
        )
        order = self._order(self.unit, other, quantity=2)
        order.action_confirm()
        self.assertEqual(len(self._covers(order)), 4)
        with freeze_time("2025-07-01 08:00:00"):
            order._action_cancel()
        left = self._covers(order)
        self.assertEqual(left.unit_id, other)
        self.assertEqual(set(left.mapped("date_last")), {date(2025, 7, 1)})
        self.assertEqual(self._share(other, self.frame_position, "2025-07-02"), 0)
        with freeze_time("2025-07-02 08:00:00"):
            order.sudo().action_draft()
            order.action_confirm()
        self.assertEqual(
            len(self._covers(order).filtered(lambda c: not c.date_closed)), 4
        )

    @freeze_time("2025-06-01 08:00:00")
    def test_a_credit_note_takes_back_as_many_as_it_pays_back(self):
        second = self._create_unit(self.pump, name="PX2-2")
        order = self._order(self.unit, second, quantity=2)
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        refund = invoice._reverse_moves()
        refund.invoice_line_ids.quantity = 1
        self.assertEqual(len(self._covers(order)), 4)
        refund.action_post()
        self.assertEqual(self._covers(order).unit_id, self.unit)
        refund.button_draft()
        self.assertEqual(self._covers(order).unit_id, self.unit | second)

    @freeze_time("2025-06-01 08:00:00")
    def test_confirming_and_counting_again_changes_nothing(self):
        order = self._order(self.unit)
        order.action_confirm()
        before = self._covers(order)
        order.order_line._sync_after_sales_covers()
        order.sudo().order_line.product_uom_qty = 1
        self.assertEqual(self._covers(order), before)

    @freeze_time("2025-06-01 08:00:00")
    def test_what_cannot_be_sold_is_refused(self):
        stranger = self._create_unit(self.motor, name="M-1")
        for message, units, quantity in (
            ("is not for M-1", [stranger], 1),
            ("2 units are chosen, but only 1", [self.unit, stranger], 1),
        ):
            self.extension.covered_tmpl_ids = (
                False if quantity < len(units) else self.pump.product_tmpl_id
            )
            with (
                self.subTest(message=message),
                self.assertRaisesRegex(Exception, message),
            ):
                self._order(*units, quantity=quantity)
        order = self._order(self.unit)
        self.unit.with_user(self.supervisor)._void_covers("misuse", "x")
        with self.assertRaisesRegex(UserError, "PX2-004711 was voided"):
            order.action_confirm()
        with self.assertRaisesRegex(Exception, "only services are sold"):
            self.pump.product_tmpl_id.after_sales_extension_id = self.extension

    @freeze_time("2025-06-01 08:00:00")
    def test_fifty_units_cost_as_many_queries_as_five(self):
        units = self.env["after.sales.unit"].create(
            [
                {
                    "name": f"Q{number}",
                    "product_id": self.pump.id,
                    "partner_id": self.customer.id,
                    "date_delivered": date(2025, 1, 1) + timedelta(days=number),
                }
                for number in range(55)
            ]
        )
        counts = []
        for some in (units[:5], units[5:]):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": len(some),
                                "after_sales_unit_ids": [Command.set(some.ids)],
                            }
                        )
                    ],
                }
            )
            order.state = "sale"
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            order.order_line._sync_after_sales_covers()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual(len(self._covers(order)), 2 * len(some))
        self.assertLessEqual(counts[1], counts[0] + 3, counts)
