from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import BillingCommon

# A Monday.
EVENING = datetime(2026, 3, 9, 20, 0)


class PriceCommon(BillingCommon):
    """A price list with hours, a surcharge at night, travel and a check fee."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["after.sales.price.rule"].search([]).action_archive()
        hour = cls.env.ref("uom.product_uom_hour")
        cls.labour = cls._create_service(
            "Labour by the hour", "labour", list_price=200.0, uom_id=hour.id
        )
        cls.extra = cls._create_service(
            "Surcharge", "labour", list_price=0.0, uom_id=hour.id
        )
        cls.fee = cls._create_service("Check fee", "fee", list_price=90.0)
        cls.hour_rule = cls._create_rule(
            "Hour", "labour", cls.labour, minimum=1.0, step=0.5
        )
        cls.night_rule = cls._create_rule(
            "Night", "surcharge", cls.extra, when="night", percent=50
        )
        cls.trip_rule = cls._create_rule("Trip", "travel", cls.travel)
        cls.fee_rule = cls._create_rule("Check", "fee", cls.fee)

    @classmethod
    def _create_rule(cls, name, kind, product, **vals):
        return cls.env["after.sales.price.rule"].create(
            {"name": name, "kind": kind, "product_id": product.id} | vals
        )

    @classmethod
    def _work(cls, order, hours, start=EVENING, technician=None):
        return cls.env["after.sales.time"].create(
            {
                "order_id": order.id,
                "technician_id": (technician or cls.employee).id,
                "date_start": start,
                "hours": hours,
            }
        )

    @classmethod
    def _give_skill(cls, employee):
        """Return a skill the employee has until the end of March 2026."""
        skill_type = cls.env["hr.skill.type"].create(
            {
                "name": "Service",
                "is_certification": True,
                "skill_ids": [Command.create({"name": "Spindles"})],
                "skill_level_ids": [
                    Command.create({"name": "Done", "level_progress": 100})
                ],
            }
        )
        skill = skill_type.skill_ids
        cls.env["hr.employee.skill"].create(
            {
                "employee_id": employee.id,
                "skill_type_id": skill_type.id,
                "skill_id": skill.id,
                "skill_level_id": skill_type.skill_level_ids.id,
                "valid_from": "2025-01-01",
                "valid_to": "2026-03-31",
            }
        )
        return skill

    @classmethod
    def _give_price_list(cls, **vals):
        """Give the customer an own price list, 10 % below the sales prices if not told.

        The feature is switched on: else Odoo ignores price lists.
        """
        cls.env["res.config.settings"].create(
            {"group_product_pricelist": True}
        ).execute()
        item = {"compute_price": "percentage", "percent_price": 10}
        cls.customer.property_product_pricelist = cls.env["product.pricelist"].create(
            {"name": "Friends", "item_ids": [Command.create(item)]} | vals
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _charge(self, order, user=None):
        order.with_user(user or self.technician).action_charge()
        return order.line_ids

    def _rows(self, lines):
        return [
            (line.product_id, line.quantity, line.price_unit)
            for line in lines.sorted("sequence")
            if not line.is_unused
        ]


@freeze_time("2026-03-10 08:00:00")
@tagged("post_install", "-at_install")
class TestPriceList(PriceCommon):
    """Labour, surcharges, travel and fees by rule."""

    def test_hours_surcharge_and_trip_come_from_the_rules(self):
        order = self._create_job()
        self._work(order, 2.6)
        lines = self._charge(order)
        self.assertEqual(
            self._rows(lines),
            [(self.labour, 3, 200), (self.extra, 0.6, 100), (self.travel, 1, 80)],
        )
        self.assertEqual(set(lines.mapped("category")), {"A"})
        self.assertEqual(order.amount_paid, 3 * 200 + 0.6 * 100 + 80)
        night = lines.filtered(lambda line: line.product_id == self.extra)
        self.assertIn("Night: 50 % on 0.6 h.", night.price_text)
        self.assertIn(
            "2.6 h worked, 3 h charged.", lines.sorted("sequence")[0].price_text
        )

    def test_night_is_the_customers_night(self):
        self.customer.tz = "Asia/Shanghai"  # eight hours ahead
        order = self._create_job()
        self._work(order, 1, datetime(2026, 3, 9, 14, 0))
        rows = self._rows(self._charge(order))
        self.assertIn((self.extra, 1, 100), rows)

    def test_holiday_of_the_team_is_charged_as_such(self):
        self._create_rule(
            "Holiday", "surcharge", self.extra, when="holiday", percent=100
        )
        self._create_rule("Rest", "surcharge", self.extra, when="weekend", percent=50)
        calendar = self.company.resource_calendar_id.copy()
        self.team.resource_calendar_id = calendar
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Spring festival",
                "calendar_id": calendar.id,
                "date_from": datetime(2026, 3, 7, 0, 0),
                "date_to": datetime(2026, 3, 7, 23, 59),
            }
        )
        order = self._create_job()
        self._work(order, 2, datetime(2026, 3, 7, 9, 0))  # Saturday and holiday
        self._work(order, 1, datetime(2026, 3, 8, 9, 0))  # Sunday
        rows = self._rows(self._charge(order))
        self.assertEqual(
            rows,
            [
                (self.labour, 3, 200),
                (self.extra, 1, 100),
                (self.extra, 2, 200),
                (self.travel, 1, 80),
            ],
        )

    def test_rate_of_the_skill(self):
        skill = self._give_skill(self.employee)
        expert = self._create_service("Expert", "labour", list_price=380.0)
        self._create_rule("Spindles", "labour", expert, skill_id=skill.id)
        order = self._create_job()
        self._work(order, 1, datetime(2026, 3, 9, 9, 0))
        self.assertEqual(self._rows(self._charge(order))[0], (expert, 1, 380))
        late = self._create_job(date_fault="2026-04-01")
        self._work(late, 1, datetime(2026, 4, 1, 9, 0))
        self.assertEqual(self._rows(self._charge(late))[0], (self.labour, 1, 200))

    def test_flat_job_for_the_category(self):
        parent = self.env["product.category"].create({"name": "Pumps"})
        child = parent.create({"name": "Dosing", "parent_id": parent.id})
        pump = self._create_pump(categ_id=child.id)
        unit = self._create_unit(pump)
        flat = self._create_service("Pump check", "labour", list_price=350.0)
        self._create_rule("Pump", "job", flat, categ_id=parent.id)
        order = self._create_job(unit_id=unit.id)
        self._work(order, 4)
        self.assertEqual(self._rows(self._charge(order))[0], (flat, 1, 350))

    def test_price_of_the_customers_price_list(self):
        self._give_price_list()
        order = self._create_job()
        self._work(order, 3)
        lines = self._charge(order)
        self.assertEqual(
            self._rows(lines),
            [(self.labour, 3, 180), (self.extra, 1, 90), (self.travel, 1, 72)],
        )
        self.assertIn("Price by “Friends”.", lines[0].price_text)

    def test_own_price_of_a_rule_is_the_same_for_everybody(self):
        self.hour_rule.write({"is_fixed": True, "price_fixed": 150})
        order = self._create_job()
        self._work(order, 3)
        self.assertEqual(
            self._rows(self._charge(order))[:2],
            [(self.labour, 3, 150), (self.extra, 1, 75)],
        )

    def test_kilometres_are_asked_for_and_charged(self):
        road = self._create_service("Kilometre", "travel", list_price=2.0)
        self.trip_rule.write({"product_id": road.id, "per": "km", "minimum": 10})
        order = self._create_job()
        self._work(order, 1)
        with self.assertRaisesRegex(Exception, "Enter the kilometres"):
            self._charge(order)
        order.with_user(self.technician).travel_km = 34
        self.assertIn((road, 34, 2), self._rows(self._charge(order)))

    def test_zone_charge_where_no_rule_speaks_of_travel(self):
        self.trip_rule.action_archive()
        self.customer.after_sales_zone_id = self.env["after.sales.zone"].create(
            {"name": "Suburb", "travel_product_id": self.travel.id}
        )
        order = self._create_job()
        self._work(order, 1, datetime(2026, 3, 9, 9, 0))
        lines = self._charge(order)
        self.assertEqual(
            self._rows(lines), [(self.labour, 1, 200), (self.travel, 1, 80)]
        )
        self.assertEqual(self._charge(order), lines, "a second time changes nothing")

    def test_check_fee_only_when_the_repair_is_refused(self):
        order = self._create_job()
        self._work(order, 1)
        self.assertNotIn(self.fee, self._charge(order).product_id)
        order.outcome = "refused"
        self.assertIn((self.fee, 1, 90), self._rows(self._charge(order)))

    def test_second_time_follows_the_hours_and_never_doubles(self):
        order = self._create_job((self.labour, 1, 0))
        first = self._work(order, 3)
        lines = self._charge(order)
        self.assertEqual(len(lines), 3)
        self.assertEqual(self._charge(order), lines)
        first.hours = 1
        self.assertEqual(
            self._rows(self._charge(order)),
            [(self.labour, 1, 200), (self.travel, 1, 80)],
        )

    def test_accepted_lines_stay_and_more_is_quoted_anew(self):
        order = self._create_job((self.labour, 1, 0))
        self._quote_and_accept(order)
        accepted = order.line_ids
        self._work(order, 2.5, datetime(2026, 3, 9, 9, 0))
        self._charge(order)
        self.assertEqual(
            (accepted.quantity, accepted.quantity_done, accepted.price_unit),
            (1, 1, 200),
        )
        self.assertEqual(
            self._rows(order.line_ids - accepted),
            [(self.labour, 1.5, 200), (self.travel, 1, 80)],
        )
        order.with_user(self.technician).action_create_quotation()
        self.assertEqual(len(order.sale_order_ids), 2)
        self.assertEqual(sum(order.sale_order_ids.mapped("amount_untaxed")), 580)
        self.assertEqual(order.sale_order_ids.sorted("id")[0].amount_untaxed, 200)

    def test_fewer_hours_than_accepted_are_invoiced_as_worked(self):
        order = self._create_job((self.labour, 3, 0))
        self._quote_and_accept(order)
        self._work(order, 1, datetime(2026, 3, 9, 9, 0))
        self.trip_rule.action_archive()
        self._charge(order)
        self._finish(order)
        order.with_user(self.technician).action_create_invoice()
        self.assertEqual(order._get_invoices().amount_untaxed, 200)

    def test_surcharge_on_travel_follows_the_travel(self):
        self.night_rule.is_on_travel = True
        order = self._create_job()
        self._work(order, 1, datetime(2026, 3, 9, 23, 0))
        expected = [
            (self.labour, 1, 200),
            (self.extra, 1, 100),
            (self.travel, 1, 80),
            (self.travel, 1, 40),
        ]
        for _again in range(2):  # the second time changes nothing
            lines = self._charge(order)
            self.assertEqual(self._rows(lines), expected)
        self.assertEqual(set(lines[-2:].mapped("kind")), {"travel"})
        problems = order._check_charges_accepted()
        self.assertEqual(len(problems), len(lines.product_id), problems)
        self.night_rule.is_on_travel = False
        self.assertEqual(self._rows(self._charge(order)), expected[:3])

    def test_surcharge_on_the_travel_of_a_zone(self):
        self.trip_rule.action_archive()
        self.night_rule.is_on_travel = True
        self.customer.after_sales_zone_id = self.env["after.sales.zone"].create(
            {"name": "Far away", "travel_product_id": self.travel.id}
        )
        order = self._create_job()
        self._work(order, 1, datetime(2026, 3, 9, 23, 0))
        for _again in range(2):
            rows = self._rows(self._charge(order))
            self.assertEqual(rows[2:], [(self.travel, 1, 80), (self.travel, 1, 40)])

    def test_surcharge_on_the_trips_that_arrive_at_night(self):
        self.night_rule.is_on_travel = True
        order = self._create_job()
        self.env["after.sales.visit"].create(
            [
                {
                    "order_id": order.id,
                    "technician_id": self.employee.id,
                    "date_start": arrival,
                    "date_end": arrival + timedelta(hours=1),
                    "date_arrived": arrival,
                }
                for arrival in (EVENING, datetime(2026, 3, 10, 2, 0))
            ]
        )
        self._work(order, 1, datetime(2026, 3, 9, 9, 0))
        self.assertEqual(
            self._rows(self._charge(order)),
            [(self.labour, 1, 200), (self.travel, 2, 80), (self.travel, 1, 40)],
        )

    def test_one_surcharge_upon_two_rates(self):
        skill = self._give_skill(self.employee)
        expert = self._create_service(
            "Expert", "labour", list_price=380.0, uom_id=self.labour.uom_id.id
        )
        self._create_rule("Spindles", "labour", expert, skill_id=skill.id)
        helper = self.env["hr.employee"].create({"name": "Helper"})
        order = self._create_job()
        night = datetime(2026, 3, 9, 23, 0)
        self._work(order, 1, night)
        self._work(order, 1, night, technician=helper)
        for _again in range(2):
            rows = self._rows(self._charge(order))
            self.assertEqual(
                sorted(row[1:] for row in rows if row[0] == self.extra),
                [(1, 100), (1, 190)],
            )

    def test_surcharge_follows_the_cover_of_the_work(self):
        order = self._create_job()
        self._work(order, 3)
        lines = self._charge(order)
        for line in lines:
            self._decide(line, 60)
        night = lines.filtered(lambda line: line.product_id == self.extra)
        self.assertEqual(night.amount_customer, 40)
        self.assertEqual(night._get_quota_needs(), {})

    def test_nobody_types_a_price_rule(self):
        order = self._create_job((self.labour, 1, 0))
        line = order.line_ids.with_user(self.technician)
        for vals in (
            {"price_rule_id": self.night_rule.id},
            {"price_percent": 1},
            {"price_base_id": self.hour_rule.id},
        ):
            with self.assertRaisesRegex(AccessError, "Price rules are applied"):
                line.write(vals)
        with self.assertRaises(AccessError):
            order.with_user(self.stranger).action_charge()
        with self.assertRaises(AccessError):
            self.hour_rule.with_user(self.technician).step = 0

    def test_rules_that_make_no_sense_are_refused(self):
        rule = self.env["after.sales.price.rule"]
        product = self.labour.id
        cases = [
            ({"kind": "labour"}, "has no service product"),
            ({"kind": "travel", "product_id": product}, "cannot stand for"),
            (
                {"is_fixed": True, "price_fixed": -1, "product_id": product},
                "negative price",
            ),
            ({"kind": "surcharge", "product_id": product}, "Tell when the surcharge"),
            ({"kind": "job", "product_id": product}, "Tell for which product"),
            (
                {
                    "product_id": product,
                    "date_from": "2026-02-01",
                    "date_to": "2026-01-01",
                },
                "ends before it begins",
            ),
        ]
        for vals, message in cases:
            with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                rule.create({"name": "Bad"} | vals)

    def test_rule_of_another_company_is_not_taken(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._create_rule("Theirs", "labour", self.extra, company_id=other.id)
        self.hour_rule.action_archive()
        self.trip_rule.action_archive()
        order = self._create_job()
        self._work(order, 1)
        with self.assertRaisesRegex(Exception, "nothing to charge"):
            self._charge(order)

    def test_planned_hours_are_charged_before_anybody_worked(self):
        order = self._create_job((self.labour, 1.2, 0))
        order.date_planned = fields.Datetime.to_datetime("2026-03-11 09:00:00")
        rows = self._rows(self._charge(order))
        self.assertEqual(rows, [(self.labour, 1.5, 200), (self.travel, 1, 80)])
        self.assertEqual(set(order.line_ids.mapped("quantity_done")), {0})
        self._quote_and_accept(order)
