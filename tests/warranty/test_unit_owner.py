from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestUnitOwner(AfterSalesCommon):
    """Who has a unit, who had it, and what a new owner changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.policy = cls._create_policy(cls.pump)
        cls.other = cls._create_partner(name="Second owner")

    def _create_contract(self, unit):
        contract = self.env["after.sales.contract"].create(
            {
                "partner_id": self.customer.id,
                "date_start": "2025-01-01",
                "date_end": "2027-12-31",
                "line_ids": [Command.create({"unit_id": unit.id})],
            }
        )
        contract.action_activate()
        return contract

    def _transfer(self, units, **vals):
        wizard = (
            self.env["after.sales.unit.transfer"]
            .with_user(self.agent)
            .create(
                {
                    "unit_ids": [Command.set(units.ids)],
                    "partner_id": self.other.id,
                    "date": "2025-06-01",
                    "reason": "Plant sold",
                }
                | vals
            )
        )
        wizard.action_apply()
        return wizard

    # === LEDGER === #
    def test_deliveries_and_returns_answer_who_had_it_when(self):
        lot = self._create_lots(self.pump, ["A1"])
        with freeze_time("2025-01-10 10:00:00"):
            picking = self._deliver(self.pump, lot)
        unit = self.env["after.sales.unit"].search([("name", "=", "A1")])
        with freeze_time("2025-03-01 10:00:00"):
            self._return(picking)
        with freeze_time("2025-05-01 10:00:00"):
            self._deliver(self.pump, lot, partner=self.other)
        rows = unit.ownership_ids.sorted("date")
        self.assertEqual(
            [(f"{row.date}", row.origin, row.partner_id, row.is_ours) for row in rows],
            [
                ("2025-01-10", "delivery", self.customer, False),
                ("2025-03-01", "return", self.env["res.partner"], True),
                ("2025-05-01", "delivery", self.other, False),
            ],
        )
        owners = {
            day: unit._get_owner_on(day)[unit]
            for day in ("2025-01-09", "2025-02-28", "2025-03-01", "2025-07-01")
        }
        self.assertIsNone(owners["2025-01-09"])
        self.assertEqual(owners["2025-02-28"].partner_id, self.customer)
        self.assertTrue(owners["2025-03-01"].is_ours)
        self.assertEqual(owners["2025-07-01"].partner_id, self.other)

    @freeze_time("2025-06-01")
    def test_a_new_owner_typed_by_hand_is_kept_too(self):
        unit = self._create_unit(self.pump).with_user(self.agent)
        unit.partner_id = self.other
        unit.note = "no owner changes"
        self.assertEqual(
            [(f"{row.date}", row.origin) for row in unit.ownership_ids.sorted("date")],
            [("2025-01-10", "manual"), ("2025-06-01", "manual")],
        )

    def test_the_ledger_is_not_changed(self):
        row = self._create_unit(self.pump).ownership_ids
        with self.assertRaisesRegex(UserError, "not changed"):
            row.reason = "x"

    def test_nobody_can_forge_the_origin_by_rpc(self):
        unit = self._create_unit(self.pump).with_user(self.agent)
        forged = {"origin": "delivery", "day": "2020-01-01"}
        unit.with_context(after_sales_owner_change=forged).partner_id = self.other
        self.assertFalse(unit.ownership_ids.filtered(lambda row: row.date.year == 2020))

    # === TRANSFER === #
    @freeze_time("2025-06-15")
    def test_warranty_stays_and_contracts_end(self):
        unit = self._create_unit(self.pump)
        contract = self._create_contract(unit)
        self._transfer(unit, site_id=self.other.id)
        self.assertEqual((unit.partner_id, unit.site_id), (self.other, self.other))
        self.assertEqual(
            contract.line_ids.cover_ids.mapped("date_last"), [date(2025, 5, 31)]
        )
        self.assertEqual(unit.date_cover_end, date(2027, 1, 9))
        row = unit.ownership_ids.sorted("date")[-1]
        self.assertEqual(
            (row.date, row.partner_from_id, row.origin, row.reason),
            (date(2025, 6, 1), self.customer, "transfer", "Plant sold"),
        )
        self.assertIn("from Jiangnan Water Works to Second", unit.message_ids[0].body)

    @freeze_time("2025-06-15")
    def test_what_ends_is_chosen(self):
        keep, end = (self._create_unit(self.pump, name=name) for name in ("K1", "E1"))
        contract = self._create_contract(keep)
        self._transfer(keep, cover_rule="all")
        self.assertEqual(
            contract.line_ids.cover_ids.mapped("date_last"), [date(2027, 12, 31)]
        )
        self._transfer(end, cover_rule="end")
        covers = end.cover_ids.filtered(lambda cover: not cover.is_excluded)
        self.assertEqual(set(covers.mapped("date_last")), {date(2025, 5, 31)})

    @freeze_time("2025-06-15")
    def test_a_new_site_of_the_same_owner_ends_nothing(self):
        unit = self._create_unit(self.pump)
        contract = self._create_contract(unit)
        site = self._create_partner(name="Hall 2", parent_id=self.customer.id)
        self._transfer(unit, partner_id=self.customer.id, site_id=site.id)
        self.assertEqual(unit.site_id, site)
        self.assertFalse(contract.line_ids.cover_ids.date_closed)

    def test_open_contracts_tickets_and_orders_are_named(self):
        unit = self._create_unit(self.pump)
        contract = self._create_contract(unit)
        ticket = self._create_ticket(unit_id=unit.id)
        order = self._create_order(unit_id=unit.id)
        form = Form(
            self.env["after.sales.unit.transfer"]
            .with_user(self.agent)
            .with_context(default_unit_ids=[Command.set(unit.ids)])
        )
        for document in (contract, ticket, order):
            self.assertIn(document.name, form.warnings)

    def test_what_it_contains_goes_along_if_wanted(self):
        system = self._create_unit(self.pump, name="SYS-1")
        child = self._create_unit(self.pump, name="C-1", parent_id=system.id)
        grandchild = self._create_unit(self.pump, name="G-1", parent_id=child.id)
        self._transfer(system, is_with_children=False)
        self.assertEqual(child.partner_id, self.customer)
        self._transfer(child)
        self.assertEqual((child | grandchild).partner_id, self.other)

    def test_a_unit_is_not_part_of_itself(self):
        system = self._create_unit(self.pump, name="SYS-1")
        child = self._create_unit(self.pump, name="C-1", parent_id=system.id)
        with self.assertRaisesRegex(ValidationError, "cannot be part of itself"):
            system.parent_id = child

    def test_the_past_is_not_transferred_over(self):
        unit = self._create_unit(self.pump)
        self._transfer(unit)
        with self.assertRaisesRegex(UserError, "changed its owner on 06/01/2025"):
            self._transfer(unit, date="2025-05-01", partner_id=self.customer.id)

    def test_a_returned_unit_is_delivered_not_transferred(self):
        unit = self._create_unit(self.pump, place="returned")
        with self.assertRaisesRegex(UserError, "not with a customer any more"):
            self._transfer(unit)

    # === RIGHTS === #
    def test_technicians_do_not_transfer(self):
        unit = self._create_unit(self.pump).with_user(self.technician)
        with self.assertRaises(AccessError):
            self.env["after.sales.unit.transfer"].with_user(self.technician).create(
                {"unit_ids": [Command.set(unit.ids)], "partner_id": self.other.id}
            )
        with self.assertRaises(AccessError):
            unit._transfer(date(2025, 6, 1), self.other, self.other, "mine")
        self.assertTrue(unit.ownership_ids)

    def test_another_company_reads_no_owners(self):
        row = self._create_unit(self.pump).ownership_ids
        company = self.env["res.company"].create({"name": "Stranger Ltd"})
        user = new_test_user(
            self.env,
            login="s.owner",
            groups="after_sales_service.after_sales_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        with self.assertRaises(AccessError):
            row.with_user(user).read(["partner_id"])
