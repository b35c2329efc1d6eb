from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from ..common import AfterSalesCommon


class ContractCommon(AfterSalesCommon):
    """A customer with two pumps at two sites, a contract for the year 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.site = cls._create_partner(
            name="North Works", parent_id=cls.customer.id, is_company=False
        )
        cls.unit = cls._create_unit(cls.pump)
        cls.other_unit = cls._create_unit(
            cls.pump, name="PX2-004712", site_id=cls.site.id
        )

    @classmethod
    def _create_contract(cls, *units, **vals):
        return (
            cls.env["after.sales.contract"]
            .with_user(cls.supervisor)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "user_id": cls.supervisor.id,
                    "date_start": "2026-01-01",
                    "date_end": "2026-12-31",
                    "line_ids": [
                        Command.create({"unit_id": unit.id})
                        for unit in units or [cls.unit]
                    ],
                }
                | vals
            )
        )

    @classmethod
    def _amend(cls, contract, **vals):
        """Fill in the dialog of an amendment as the supervisor and apply it."""
        action = contract.with_user(cls.supervisor).action_amend()
        wizard = cls.env[action["res_model"]].with_user(cls.supervisor)
        wizard.with_context(**action["context"]).create(vals).action_apply()

    def _covers(self, contract):
        """Return ``[(serial, class, from, last day)]`` of the contract's covers."""
        covers = contract.sudo().line_ids.cover_ids
        return sorted(
            (
                cover.unit_id.name,
                cover.component_class or "",
                f"{cover.date_start}",
                f"{cover.date_last}",
            )
            for cover in covers
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-01-01 10:00:00")
class TestContract(ContractCommon):
    def test_shares_of_a_class_make_a_cover_of_their_own(self):
        contract = self._create_contract(
            term_ids=[
                Command.create({"component_class": "drive", "share_part": 50}),
                Command.create({"component_class": "wearing"}),
            ]
        )
        contract.action_activate()
        covers = contract.sudo().line_ids.cover_ids
        self.assertEqual(
            {
                cover.component_class: (cover.share_part, cover.is_excluded)
                for cover in covers
            },
            {False: (100, False), "drive": (50, False), "wearing": (0, True)},
        )

    def test_units_follow_the_shares_of_a_draft(self):
        contract = self._create_contract(self.unit, self.other_unit)
        contract.line_ids[0].share_part = 30
        contract.share_part = 80
        self.assertEqual(contract.line_ids.mapped("share_part"), [30, 80])

    def test_suspension_and_its_reason(self):
        contract = self._create_contract()
        contract.action_activate()
        wizard = (
            self.env["after.sales.contract.reason"]
            .with_user(self.supervisor)
            .create(
                {
                    "contract_ids": contract.ids,
                    "verb": "suspend",
                    "reason": "Not paid since March",
                }
            )
        )
        wizard.action_apply()
        self.assertEqual(contract.state, "suspended")
        self.assertEqual(contract.state_reason, "Not paid since March")
        self.assertIn("Not paid since March", contract.message_ids[0].body)
        with freeze_time("2026-03-10 10:00:00"):
            contract.action_activate()
        self.assertFalse(contract.state_reason)
        self.assertEqual(
            self._covers(contract),
            [
                ("PX2-004711", "", "2026-01-01", "2026-01-01"),
                ("PX2-004711", "", "2026-03-10", "2026-12-31"),
            ],
        )

    def test_termination_on_a_day_to_come(self):
        contract = self._create_contract()
        contract.action_activate()
        wizard = self.env["after.sales.contract.reason"].create(
            {"contract_ids": contract.ids, "verb": "terminate", "reason": "Sold"}
        )
        wizard.date = "2025-12-01"
        with self.assertRaisesRegex(UserError, "ends today or later"):
            wizard.action_apply()
        wizard.date = "2026-06-30"
        wizard.action_apply()
        self.assertEqual(contract.state, "terminated")
        self.assertEqual(self._covers(contract)[0][3], "2026-06-30")

    def test_nothing_agreed_changes_silently(self):
        contract = self._create_contract()
        contract.action_activate()
        for vals in (
            {"partner_id": self.site.id},
            {"share_part": 20},
            {"quota_visits": 3},
            {"date_start": "2026-02-01"},
            {"scope": "customer"},
            {"line_ids": [Command.create({"unit_id": self.other_unit.id})]},
            {"line_ids": [Command.clear()]},
            {"term_ids": [Command.create({"component_class": "drive"})]},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "Amend"):
                contract.write(vals)
        # What is the same changes nothing; what is not agreed may change.
        contract.write({"share_part": 100, "notice_days": 60})
        with self.assertRaises(UserError):
            contract.with_context(after_sales_amended=True).share_part = 20

    def test_amendment_from_a_day_on(self):
        contract = self._create_contract()
        contract.action_activate()
        with freeze_time("2026-04-01 10:00:00"):
            self._amend(
                contract,
                date="2026-05-01",
                reason="Letter of 30 March",
                add_unit_ids=[Command.set(self.other_unit.ids)],
                remove_unit_ids=[Command.set(self.unit.ids)],
                quota_visits=6,
            )
        self.assertEqual(
            self._covers(contract),
            [
                ("PX2-004711", "", "2026-01-01", "2026-04-30"),
                ("PX2-004712", "", "2026-05-01", "2026-12-31"),
            ],
        )
        self.assertEqual(contract.quota_visits, 6)
        body = contract.message_ids[0].body
        for text in ("05/01/2026", "Letter of 30 March", "PX2-004712", "PX2-004711"):
            self.assertIn(text, body)

    def test_amended_shares_are_a_new_version_of_the_covers(self):
        contract = self._create_contract()
        contract.action_activate()
        with freeze_time("2026-04-01 10:00:00"):
            self._amend(contract, date="2026-04-01", reason="Half price", share_part=50)
        covers = contract.sudo().line_ids.cover_ids.sorted("date_start")
        self.assertEqual(covers.mapped("share_part"), [100, 50])
        self.assertEqual(f"{covers[0].date_last}", "2026-03-31")

    def test_amendments_lie_in_the_period(self):
        contract = self._create_contract()
        contract.action_activate()
        with self.assertRaisesRegex(UserError, "within its period"):
            self._amend(contract, date="2027-04-01", reason="x")

    def test_overlapping_contracts_are_told(self):
        first = self._create_contract()
        first.action_activate()
        second = self._create_contract(date_start="2026-06-01", date_end="2027-05-31")
        self.assertIn(f"contract {first.name} until 12/31/2026", second.overlap_text)
        self.assertIn("PX2-004711", second.overlap_text)
        later = self._create_contract(date_start="2027-01-01", date_end="2027-12-31")
        self.assertFalse(later.overlap_text)

    def test_bad_input_names_record_and_field(self):
        with self.assertRaisesRegex(UserError, "has no units"):
            self._create_contract(line_ids=False).action_activate()
        with self.assertRaisesRegex(ValidationError, "PX2-004711 stands twice"):
            self._create_contract(self.unit, self.unit)
        stranger = self._create_unit(
            self.pump, name="ALIEN-1", partner_id=self._create_partner(name="Else").id
        )
        with self.assertRaisesRegex(ValidationError, "ALIEN-1 belongs to “Else”"):
            self._create_contract(stranger)
        for vals, sentence in (
            ({"quota_hours": -1}, "“Hours of Work Included” of contract SC"),
            ({"quota_visits": -1}, "“Visits Included” of contract SC"),
            ({"date_end": "2025-12-31"}, "ends before it starts"),
            ({"scope": "site"}, "Choose the “Site”"),
            ({"scope": "product"}, "Choose the “Product”"),
            ({"share_part": 101}, "between 0 and 100"),
        ):
            count = self.env["after.sales.contract"].search_count([])
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(Exception, sentence),
                self.env.cr.savepoint(),
            ):
                self._create_contract(**vals)
            self.env.invalidate_all()
            self.assertEqual(self.env["after.sales.contract"].search_count([]), count)

    def test_a_unit_of_another_company(self):
        company = self.env["res.company"].create({"name": "Taiwan branch"})
        unit = self._create_unit(
            self._create_product(name="TW pump"), name="TW-1", company_id=company.id
        )
        with self.assertRaisesRegex(ValidationError, "another company"):
            self._create_contract(unit)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-01 10:00:00")
class TestAllUnits(ContractCommon):
    def _create_dynamic(self, **vals):
        contract = self._create_contract(line_ids=False, **vals)
        contract.action_activate()
        return contract

    def test_all_units_of_the_customer(self):
        contract = self._create_dynamic(scope="customer")
        self.assertEqual(contract.line_ids.unit_id, self.unit | self.other_unit)
        self.assertEqual(len(self._covers(contract)), 2)

    def test_all_units_at_a_site(self):
        contract = self._create_dynamic(scope="site", site_id=self.site.id)
        self.assertEqual(contract.line_ids.unit_id, self.other_unit)

    def test_all_units_of_a_product(self):
        other = self._create_product(name="Other pump")
        self._create_unit(other, name="OTHER-1")
        contract = self._create_dynamic(
            scope="product", product_tmpl_id=other.product_tmpl_id.id
        )
        self.assertEqual(contract.line_ids.unit_id.name, "OTHER-1")

    def test_a_delivered_unit_joins_from_its_delivery_and_a_returned_one_leaves(self):
        contract = self._create_dynamic(scope="customer")
        with freeze_time("2026-03-05 10:00:00"):
            lot = self._create_lots(self.pump, ["PX2-009999"])
            picking = self._deliver(self.pump, lot)
        line = contract.line_ids.filtered(lambda row: row.unit_id.name == "PX2-009999")
        self.assertEqual(f"{line.date_joined}", "2026-03-05")
        self.assertIn(
            ("PX2-009999", "", "2026-03-05", "2026-12-31"), self._covers(contract)
        )
        with freeze_time("2026-04-06 10:00:00"):
            self._return(picking)
        self.assertEqual(f"{line.date_left}", "2026-04-06")
        self.assertIn(
            ("PX2-009999", "", "2026-03-05", "2026-04-06"), self._covers(contract)
        )
        self.assertIn("Left the contract: PX2-009999", contract.message_ids[0].body)

    def test_a_unit_of_another_customer_does_not_join(self):
        contract = self._create_dynamic(scope="customer")
        other = self._create_partner(name="Else")
        self._create_unit(self.pump, name="E-1", partner_id=other.id)
        self.assertEqual(contract.unit_count, 2)

    def test_a_unit_that_is_passed_on_leaves_also_a_list(self):
        contract = self._create_contract(self.unit, self.other_unit)
        contract.action_activate()
        with freeze_time("2026-02-01 10:00:00"):
            self.unit.partner_id = self._create_partner(name="Buyer")
        self.assertEqual(contract.unit_count, 1)
        self.assertEqual(self._covers(contract)[0][3], "2026-02-01")

    def test_moving_to_the_site_joins_and_moving_away_leaves(self):
        contract = self._create_dynamic(scope="site", site_id=self.site.id)
        self.unit.with_user(self.agent).site_id = self.site
        self.assertEqual(contract.unit_count, 2)
        self.unit.with_user(self.agent).site_id = False
        self.assertEqual(contract.unit_count, 1)

    def test_many_deliveries_cost_no_query_each(self):
        self._create_dynamic(scope="customer")

        def count(number):
            names = [f"PX2-Q{number}-{n}" for n in range(number)]
            before = self.cr.sql_log_count
            self.env["after.sales.unit"].create(
                [
                    {
                        "name": name,
                        "product_id": self.pump.id,
                        "partner_id": self.customer.id,
                        "date_delivered": "2026-01-01",
                    }
                    for name in names
                ]
            )
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(1)
        few, many = count(10), count(100)
        self.assertLessEqual((many - few) / 90, 1.0, f"{few}, {many}")


@tagged("post_install", "-at_install")
@freeze_time("2026-01-01 10:00:00")
class TestQuota(ContractCommon):
    def _use(self, contract, kind, quantity, day, **vals):
        return self.env["after.sales.contract.usage"].create(
            {
                "contract_id": contract.id,
                "line_id": contract.line_ids[:1].id,
                "kind": kind,
                "quantity": quantity,
                "date": day,
                "state": "used",
            }
            | vals
        )

    def test_balance_and_its_words(self):
        contract = self._create_contract(quota_visits=4, quota_hours=20)
        self._use(contract, "visits", 1, "2026-03-01")
        self._use(contract, "hours", 1.5, "2026-03-01", state="reserved")
        self.assertEqual(contract.quota_visits_left, 3)
        self.assertEqual(contract.quota_hours_left, 18.5)
        self.assertEqual(contract.quota_text, "3 of 4 visits, 18.5 of 20 hours")
        cover = self.env["after.sales.cover"].new({"kind": "contract"})
        cover.contract_line_id = contract.line_ids
        self.assertEqual(cover._get_quota_left(), {"visits": 3, "hours": 18.5})
        self.assertEqual(cover._get_quota_total(), {"visits": 4, "hours": 20})

    def test_no_quota_is_no_limit(self):
        contract = self._create_contract()
        self.assertIsNone(contract._get_quota_left())

    def test_each_year_anew_with_what_was_left(self):
        contract = self._create_contract(
            quota_visits=4,
            quota_period="year",
            is_quota_carried=True,
            date_end="2027-12-31",
        )
        self._use(contract, "visits", 3, "2026-03-01")
        later = contract.with_context(after_sales_quota_date="2027-02-01")
        self.assertEqual(later.quota_visits_left, 5)
        contract.is_quota_carried = False
        self.assertEqual(later.quota_visits_left, 4)

    def test_the_book_is_only_added_to(self):
        contract = self._create_contract(quota_visits=4)
        row = self._use(contract, "visits", 1, "2026-03-01")
        with self.assertRaisesRegex(UserError, "stays in the book"):
            row.quantity = 0
        with self.assertRaisesRegex(UserError, "stays in the book"):
            row.unlink()
        with self.assertRaises(AccessError):
            row.with_user(self.manager).create({"contract_id": contract.id})


@tagged("post_install", "-at_install")
@freeze_time("2026-01-01 10:00:00")
class TestContractAccess(ContractCommon):
    def test_agents_read_supervisors_write(self):
        contract = self._create_contract()
        contract.with_user(self.agent).read(["name", "quota_text", "price"])
        with self.assertRaises(AccessError):
            contract.with_user(self.agent).notice_days = 3
        with self.assertRaises(AccessError):
            contract.with_user(self.agent).action_activate()
        with self.assertRaises(AccessError):
            contract.with_user(self.agent).action_renew()
        contract.with_user(self.manager).notice_days = 3

    def test_a_customer_sees_the_own_contract_and_no_draft(self):
        contract = self._create_contract()
        user = new_test_user(self.env, login="own.portal", groups="base.group_portal")
        user.partner_id.parent_id = self.customer
        stranger = new_test_user(
            self.env, login="other.portal", groups="base.group_portal"
        )
        contracts = self.env["after.sales.contract"]
        self.assertFalse(contracts.with_user(user).search([]))
        contract.action_activate()
        self.assertEqual(contracts.with_user(user).search([]), contract)
        contract.with_user(user).read(["name", "date_end"])
        with self.assertRaises(AccessError):
            contract.with_user(user).read(["state_reason"])
        with self.assertRaises(AccessError):
            contract.with_user(user).notice_days = 1
        self.assertFalse(contracts.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            contract.with_user(stranger).read(["name"])
        for name in ("line", "usage", "visit", "period", "term"):
            model = self.env[f"after.sales.contract.{name}"].with_user(user)
            with self.subTest(model=name), self.assertRaises(AccessError):
                model.search([])

    def test_supervisors_write_only_promises_of_contracts(self):
        contract = self._create_contract(
            sla_policy_ids=[
                Command.create(
                    {"name": "On site", "promise": "arrival", "hours_promised": 4}
                )
            ]
        )
        contract.sla_policy_ids.hours_promised = 6
        general = self.env["after.sales.sla.policy"].search(
            [("contract_id", "=", False)], limit=1
        )
        with self.assertRaises(AccessError):
            general.with_user(self.supervisor).hours_promised = 1
        general.with_user(self.manager).hours_promised = 99

    def test_another_company_sees_nothing(self):
        contract = self._create_contract()
        company = self.env["res.company"].create({"name": "Taiwan branch"})
        user = new_test_user(
            self.env,
            login="tw.supervisor",
            groups="after_sales_service.after_sales_group_supervisor",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.assertFalse(self.env["after.sales.contract"].with_user(user).search([]))
        with self.assertRaises(AccessError):
            contract.with_user(user).read(["name"])


@tagged("post_install", "-at_install")
class TestContractPromise(ContractCommon):
    @freeze_time("2026-03-05 10:00:00")
    def test_what_the_contract_promises_goes_first(self):
        contract = self._create_contract(
            sla_policy_ids=[
                Command.create(
                    {
                        "name": "On site",
                        "promise": "arrival",
                        "hours_promised": 3,
                        "is_around_the_clock": True,
                    }
                )
            ]
        )
        self.env["after.sales.sla.policy"].create(
            {
                "name": "Very special",
                "promise": "arrival",
                "hours_promised": 99,
                "level": "2",
                "ticket_kind": "repair",
                "team_id": self.team.id,
            }
        )
        vals = {"unit_id": self.unit.id, "level": "2", "kind": "repair"}

        def arrival(ticket):
            clocks = ticket.clock_ids.filtered(lambda row: row.promise == "arrival")
            return clocks.mapped("hours_promised")

        before = self._create_ticket(**vals)
        self.assertEqual(arrival(before), [99])
        contract.action_activate()
        during = self._create_ticket(**vals)
        self.assertEqual(arrival(during), [3])
        self.assertEqual(
            fields.Datetime.to_string(
                during.clock_ids.filtered(lambda row: row.promise == "arrival").deadline
            ),
            "2026-03-05 13:00:00",
        )
        # Another unit has no such contract.
        other = self._create_ticket(**vals | {"unit_id": self.other_unit.id})
        self.assertEqual(arrival(other), [99])
        contract._suspend("Unpaid")
        self.assertEqual(arrival(self._create_ticket(**vals)), [99])
