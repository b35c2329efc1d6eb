from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..common import AfterSalesCommon


class PolicyCommon(AfterSalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls.policy = cls._create_policy(cls.pump)
        cls.policies = cls.env["after.sales.warranty.policy"]

    @classmethod
    def _policy(cls, name="Other", **vals):
        return cls.policies.create(
            {"name": name, "line_ids": [Command.create({"term": 36})]} | vals
        )

    @classmethod
    def _campaign(cls, **vals):
        return cls.env["after.sales.campaign"].create(
            {"name": "Autumn", "date_from": "2025-01-01", "date_to": "2025-03-31"}
            | vals
        )

    @classmethod
    def _pump_vals(cls, **vals):
        return {"product_tmpl_id": cls.pump.product_tmpl_id.id} | vals

    def _chosen(self, name="PX2-5000", **vals):
        unit = self._create_unit(self.pump, name=name, **vals)
        return unit.cover_ids.policy_line_id.policy_id


@tagged("post_install", "-at_install")
class TestChoice(PolicyCommon):
    """The most specific policy wins, in one order without ties."""

    def test_the_whole_order_from_general_to_one_serial_of_a_customer(self):
        """Each policy beats all before it, whatever the order they are listed in."""
        parent = self.env["product.category"].create({"name": "Water"})
        child = self.env["product.category"].create(
            {"name": "Pumps", "parent_id": parent.id}
        )
        self.pump.categ_id = child
        self.policy.active = False
        campaign = self._campaign()
        serials = self._pump_vals(serial_from="PX2-4999", serial_to="PX2-5100")
        customer = {"partner_id": self.customer.id}
        promotion = {"campaign_id": campaign.id}
        ladder = [
            {},
            {"categ_id": parent.id},
            {"categ_id": child.id},
            self._pump_vals(),
            promotion,
            promotion | {"categ_id": child.id},
            promotion | self._pump_vals(),
            customer,
            customer | self._pump_vals(),
            customer | promotion,
            customer | promotion | self._pump_vals(),
            serials,
            serials | promotion,
            serials | customer,
            serials | customer | promotion,
        ]
        for number, vals in enumerate(ladder):
            # Listed last, so that the place in the list cannot be what decides.
            policy = self._policy(f"Policy {number}", sequence=number, **vals)
            with self.subTest(vals=vals):
                self.assertEqual(self._chosen(f"PX2-50{number:02}"), policy)
        stranger = self._create_partner(name="Other")
        chosen = self._chosen(
            "PX2-9", partner_id=stranger.id, date_delivered="2025-06-01"
        )
        self.assertEqual(chosen.name, "Policy 3")

    def test_of_two_campaigns_the_one_that_began_later(self):
        early = self._campaign(date_from="2025-01-01")
        late = self._campaign(name="Spring", date_from="2025-01-05")
        late_policy = self._policy("Late", campaign_id=late.id, sequence=99)
        self._policy("Early", campaign_id=early.id, sequence=1)
        self.assertEqual(self._chosen(), late_policy)

    def test_serials_are_compared_as_numbers(self):
        policy = self._policy(
            "Better seals",
            **self._pump_vals(serial_from="PX2-99", serial_to="PX2-0120"),
        )
        for name, is_in in (
            ("PX2-000099", True),
            ("PX2-100", True),
            ("px2-120", True),
            ("PX2-121", False),
            ("PX2-9", False),
        ):
            with self.subTest(name=name):
                self.assertEqual(self._chosen(name) == policy, is_in)

    def test_a_campaign_knows_its_goods_customers_and_orders(self):
        other = self._create_partner(name="Dealer")
        category = self.env["product.category"].create({"name": "Pumps"})
        utm = self.env["utm.campaign"].create({"name": "Fair"})
        tag = self.env["crm.tag"].create({"name": "Fair"})
        pricelist = self.env["product.pricelist"].create({"name": "Fair"})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "campaign_id": utm.id,
                "pricelist_id": pricelist.id,
                "order_line": [Command.create({"product_id": self.pump.id})],
            }
        )
        unit = self._create_unit(self.pump, sale_line_id=order.order_line.id)
        for vals, is_in in (
            ({}, True),
            ({"product_tmpl_ids": self.pump.product_tmpl_id.ids}, True),
            ({"product_tmpl_ids": self.motor.product_tmpl_id.ids}, False),
            ({"categ_ids": category.ids}, False),
            ({"partner_ids": self.customer.ids}, True),
            ({"partner_ids": other.ids}, False),
            ({"utm_campaign_ids": utm.ids}, True),
            ({"tag_ids": tag.ids}, False),
            ({"tag_ids": tag.ids, "utm_campaign_ids": utm.ids}, True),
            ({"pricelist_ids": pricelist.ids}, True),
            ({"date_from": "2025-01-11"}, False),
            ({"date_to": "2025-01-10"}, True),
        ):
            campaign = self._campaign(
                **{
                    key: [Command.set(value)] if isinstance(value, list) else value
                    for key, value in vals.items()
                }
            )
            with self.subTest(vals=vals):
                self.assertEqual(campaign._contains(unit), is_in)
        unit.date_sold = "2024-12-31"  # the sale counts, not the delivery
        self.assertFalse(self._campaign()._contains(unit))

    def test_a_hundred_units_are_looked_up_with_the_queries_of_ten(self):
        self._policy("Fair", campaign_id=self._campaign().id)
        self._policy("Range", **self._pump_vals(serial_from="A1", serial_to="A50"))
        units = self.env["after.sales.unit"].create(
            [
                {"name": f"A{number}", "product_id": self.pump.id}
                for number in range(110)
            ]
        )
        counts = []
        for some in (units[:10], units[10:]):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some._get_policies()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(*counts)
        self.assertLessEqual(counts[0], 14)


@tagged("post_install", "-at_install")
class TestBadPolicies(PolicyCommon):
    """What is wrong is named with record and field; nothing is stored."""

    def _refused(self, message, model="after.sales.warranty.policy", **vals):
        count = self.env[model].search_count([])
        with (
            self.subTest(message=message),
            self.assertRaisesRegex(ValidationError, message),
            self.env.cr.savepoint(),
        ):
            self.env[model].create(
                {"name": "Wrong", "line_ids": [Command.create({"term": 36})]} | vals
            )
        self.assertEqual(self.env[model].search_count([]), count)

    def test_ranges_rules_and_lengths(self):
        template = self.pump.product_tmpl_id.id
        motor = {"component_id": self.motor_position.id}
        for message, vals in (
            (
                "“Wrong”: serial PX2-9 comes before PX2-10.*“Serials from”",
                self._pump_vals(serial_from="PX2-10", serial_to="PX2-9"),
            ),
            ("not for one product", {"serial_from": "1", "serial_to": "2"}),
            ("one end of the serial numbers", self._pump_vals(serial_from="1")),
            (
                "same event twice",
                {"start_rule": "delivered", "start_rule_other": "delivered"},
            ),
            (
                "“Whole unit” in policy “Wrong”: It lasts one day at least",
                {"line_ids": [Command.create({"term": 0})]},
            ),
            (
                "“Wrong” has two terms for “Motor”",
                {
                    "product_tmpl_id": template,
                    "line_ids": [Command.create(motor), Command.create(motor)],
                },
            ),
            ("is not for that product", {"line_ids": [Command.create(motor)]}),
        ):
            self._refused(message, **vals)

    def test_a_campaign_that_ends_before_it_starts(self):
        with self.assertRaisesRegex(ValidationError, "“Autumn” ends before it starts"):
            self._campaign(date_to="2024-01-01")

    def test_two_policies_for_the_same_would_tie(self):
        same = "“Wrong” and “Standard pump warranty” are for the same"
        self._refused(same, **self._pump_vals())
        self._refused(same, **self._pump_vals(date_from="2030-01-01"))
        first = self._pump_vals(serial_from="PX2-1", serial_to="PX2-50")
        self._policy("Range", **first)
        self._refused(
            "“Wrong” and “Range”",
            **self._pump_vals(serial_from="PX2-0050", serial_to="PX2-60"),
        )
        self._policy(
            "Next", **self._pump_vals(serial_from="PX2-51", serial_to="PX2-60")
        )
        contact = self._create_partner(
            name="Plant 2", parent_id=self.customer.id, is_company=False
        )
        self._policy("Customer", partner_id=self.customer.id, date_to="2025-12-31")
        self._refused("“Wrong” and “Customer”", partner_id=contact.id)
        self._policy("Later", partner_id=contact.id, date_from="2026-01-01")

    def test_a_tie_made_later_is_refused_too(self):
        self.policy.date_to = "2025-12-31"
        later = self._policy("Later", **self._pump_vals(date_from="2026-01-01"))
        with self.assertRaisesRegex(ValidationError, "“Later” and “Standard"):
            later.date_from = "2025-12-31"
        draft = self.policies.with_context(default_state="draft").create(
            {"name": "Draft"} | self._pump_vals()
        )
        draft.line_ids = [Command.create({"term": 1})]
        with self.assertRaisesRegex(ValidationError, "“Draft” and"):
            draft.action_put_in_force()

    def test_a_duplicate_is_a_draft(self):
        copy = self.policy.copy()
        self.assertEqual((copy.state, copy.version), ("draft", 1))
        self.assertEqual(len(copy.line_ids), 3)


@tagged("post_install", "-at_install")
class TestVersions(PolicyCommon):
    """What was sold stays; a change is a new version from a day on."""

    @freeze_time("2026-03-02 08:00:00")
    def test_a_manager_makes_a_new_version_that_holds_from_today(self):
        sold = self._create_unit(self.pump, date_delivered="2026-02-01")
        manager = self.policy.with_user(self.manager)
        action = manager.action_new_version()
        draft = manager.browse(action["res_id"])
        self.assertEqual(manager.action_new_version()["res_id"], draft.id)
        with Form(draft) as form:
            with form.line_ids.edit(1) as line:
                line.term = 36
        self.assertEqual(
            self._chosen("PX2-A", date_delivered="2026-03-02"), self.policy
        )
        draft.action_put_in_force()
        self.assertRecordValues(
            self.policy | draft.with_user(self.env.user),
            [
                {
                    "state": "replaced",
                    "version": 1,
                    "date_to": fields.Date.to_date("2026-03-01"),
                },
                {"state": "in_force", "version": 2, "date_to": False},
            ],
        )
        self.assertEqual(draft.display_name, "Standard pump warranty (version 2)")
        self.assertEqual(self._chosen("PX2-B", date_delivered="2026-03-02"), draft)
        # A delivery of February that is registered late has the terms of February.
        self.assertEqual(
            self._chosen("PX2-C", date_delivered="2026-02-28"), self.policy
        )
        self.assertEqual(sold.cover_ids.policy_line_id.policy_id, self.policy)
        self.assertEqual(self.policy.line_ids[1].term, 24)
        self.assertEqual(self.policy.version_count, 2)

    def test_rules_of_replaced_parts_and_repairs_stay_as_sold(self):
        unit = self._create_unit(self.pump)
        self._renew_policy(self.policy, repair_days=5, replaced_part_rule="rest")
        self.assertEqual(unit._get_own_policy(), self.policy)
        cover = unit._start_repair_cover(
            self.frame_position, fields.Date.to_date("2025-02-01"), "X"
        )
        self.assertEqual(cover.term, 90)

    def test_terms_that_were_sold_are_written_over_by_nobody(self):
        self._create_unit(self.pump)
        policy = self.policy.with_user(self.manager)
        line = policy.line_ids[1]
        for change in (
            lambda: policy.write({"start_rule": "sold"}),
            lambda: policy.write({"line_ids": [Command.create({"term": 5})]}),
            lambda: policy.write({"line_ids": [Command.delete(line.id)]}),
            lambda: line.write({"term": 5}),
            line.unlink,
            policy.unlink,
            policy.action_back_to_draft,
            lambda: line.create({"policy_id": policy.id, "component_class": "drive"}),
        ):
            with self.assertRaisesRegex(UserError, "Units were sold with"):
                change()
        with self.assertRaisesRegex(UserError, "Use the buttons"):
            policy.state = "draft"
        policy.write(
            {"name": "Pumps", "start_rule": "delivered", "date_to": "2030-01-01"}
        )
        self.assertEqual(policy.name, "Pumps")

    @freeze_time("2026-03-02 08:00:00")
    def test_a_version_nobody_bought_under_is_taken_back(self):
        self.policy.date_to = "2026-12-31"
        draft = self.policy._create_version()
        draft.date_from = "2026-06-01"
        draft.action_put_in_force()
        self.assertEqual(f"{self.policy.date_to}", "2026-05-31")
        draft.action_back_to_draft()
        self.assertEqual((draft.state, self.policy.state), ("draft", "in_force"))
        self.assertEqual(f"{self.policy.date_to}", "2026-12-31")

    def test_a_version_cannot_start_before_the_one_it_replaces(self):
        self.policy.date_from = "2025-06-01"
        draft = self.policy._create_version()
        draft.date_from = "2025-06-01"
        with self.assertRaisesRegex(UserError, "already holds for deliveries from"):
            draft.action_put_in_force()
        empty = self.policies.with_context(default_state="draft").create({"name": "E"})
        with self.assertRaisesRegex(UserError, "promises nothing yet"):
            empty.action_put_in_force()
        with self.assertRaisesRegex(UserError, "Only a policy in force"):
            draft.action_new_version()

    def test_only_managers_change_terms(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            login="stranger.policy",
            groups="after_sales_service.after_sales_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for user in (
            self.agent,
            self.technician,
            self.supervisor,
            self.clerk,
            stranger,
        ):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.policy.with_user(user).action_new_version()
        campaign = self._campaign()
        with self.assertRaises(AccessError):
            campaign.with_user(self.supervisor).date_to = "2026-01-01"
        with self.assertRaises(AccessError):
            campaign.with_user(stranger).read(["name"])
        self.assertEqual(campaign.with_user(self.agent).name, "Autumn")


@tagged("post_install", "-at_install")
class TestNotices(PolicyCommon):
    """The service staff are told once per change what was before and what is now."""

    @freeze_time("2026-03-02 08:00:00")
    def test_a_new_version_tells_the_team_leader_what_changed(self):
        self._create_unit(self.pump)
        draft = self.policy.with_user(self.manager)._create_version()
        draft.write(
            {
                "repair_days": 120,
                "line_ids": [Command.update(draft.line_ids[1].id, {"term": 36})],
            }
        )
        self.assertFalse(draft.activity_ids)
        draft.action_put_in_force()
        activity = draft.activity_ids
        self.assertEqual(activity.user_id, self.supervisor)
        self.assertIn("Standard pump warranty (version 2)", activity.summary)
        for text in (
            "Motor: 36 months",
            "(before: 24 months",
            "Repair Warranty (Days): 120 (before: 90)",
        ):
            self.assertIn(text, activity.note)
            self.assertIn(text, draft.message_ids[0].body)
        self.assertNotIn("Frame", activity.note)

    def test_a_change_of_a_policy_nobody_bought_under_is_one_notice(self):
        policy = self._policy("Fresh", partner_id=self.customer.id)
        policy.activity_ids.unlink()
        policy.with_user(self.manager).write({"name": "Fresher", "sequence": 3})
        self.assertFalse(policy.activity_ids)
        policy.with_user(self.manager).write(
            {
                "start_rule": "sold",
                "line_ids": [Command.create({"term": 5, "component_class": "drive"})],
            }
        )
        self.assertEqual(len(policy.activity_ids), 1)
        self.assertIn("Starts with: Sale (before: Delivery)", policy.activity_ids.note)
        self.assertIn("Drive: 5 months", policy.activity_ids.note)
        policy.with_user(self.manager).active = False
        self.assertIn("archived", policy.activity_ids[-1].note)

    def test_a_campaign_that_lasts_longer(self):
        campaign = self._campaign()
        campaign.activity_ids.unlink()
        campaign.with_user(self.manager).date_to = "2025-04-30"
        self.assertIn("04/30/2025", campaign.activity_ids.note)
        self.assertEqual(campaign.activity_ids.user_id, self.supervisor)

    def test_the_company_says_who_is_told(self):
        for level, users in (
            ("leader", self.supervisor),
            ("supervisor", self.supervisor),
            ("agent", self.supervisor | self.agent),
        ):
            self.company.after_sales_notice_level = level
            day = f"20{40 + len(level)}-01-01"
            policy = self._policy(f"For {level}", date_from=day, date_to=day)
            with self.subTest(level=level):
                told = policy.activity_ids.user_id
                self.assertLessEqual(users, told)
                self.assertNotIn(self.technician, told)
                self.assertEqual(self.agent in told, level == "agent")

    def test_each_reads_it_in_his_own_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.supervisor.lang = "de_DE"
        self.motor_position.with_context(lang="de_DE").name = "Motorblock"
        policy = self.policy.with_user(self.manager)
        policy.activity_ids.unlink()
        policy.line_ids = [Command.update(policy.line_ids[1].id, {"term": 30})]
        self.assertIn("Motorblock", policy.activity_ids.note)
        self.assertIn("Motor:", policy.message_ids[0].body)
