from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestSkills(AfterSalesCommon):
    """Work that needs a certificate goes to somebody who holds it on that day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee.name = "Wang Wei"
        cls.machines = cls.env["product.category"].create({"name": "Machines"})
        cls.spindles = cls.env["product.category"].create(
            {"name": "Spindles", "parent_id": cls.machines.id}
        )
        cls.product = cls._create_product(name="CNC 500", categ_id=cls.spindles.id)
        cls.certificate = cls._create_skill("CNC spindle", is_certification=True)
        cls.date = fields.Date.to_date("2026-11-05")

    @classmethod
    def _create_skill(cls, name, **vals):
        kind = cls.env["hr.skill.type"].create(
            {
                "name": f"{name} type",
                "skill_ids": [Command.create({"name": name})],
                "skill_level_ids": [
                    Command.create(
                        {"name": "Basic", "level_progress": 40, "default_level": True}
                    ),
                    Command.create({"name": "Expert", "level_progress": 90}),
                ],
            }
            | vals
        )
        return kind.skill_ids

    @classmethod
    def _give(cls, employee, skill, level=0, **vals):
        return cls.env["hr.employee.skill"].create(
            {
                "employee_id": employee.id,
                "skill_type_id": skill.skill_type_id.id,
                "skill_id": skill.id,
                "skill_level_id": skill.skill_type_id.skill_level_ids.sorted(
                    "level_progress"
                )[level].id,
                "valid_from": "2025-01-01",
            }
            | vals
        )

    @classmethod
    def _require(cls, skill, **vals):
        return cls.env["after.sales.skill.requirement"].create(
            {"skill_id": skill.id} | vals
        )

    def _reasons(self, employee=None, kind="on_site", date=None, **kwargs):
        missing = (employee or self.employee)._after_sales_missing_skills(
            self.product, kind, date or self.date, **kwargs
        )
        return [gap["reason"] for gap in missing]

    def test_expired_certificate_names_the_day_it_ended(self):
        self._require(self.certificate)
        self._give(self.employee, self.certificate, valid_to="2025-10-31")
        self._give(
            self.employee,
            self.certificate,
            valid_from="2025-11-01",
            valid_to="2026-10-31",
        )
        self.assertEqual(
            self._reasons(),
            [
                "Certificate “CNC spindle” of Wang Wei ended on 2026-10-31. Renew it "
                "or plan somebody else."
            ],
        )
        self.assertFalse(self._reasons(date="2026-10-31"))  # the last day counts

    def test_certificate_renewed_from_the_next_day_counts_again(self):
        self._require(self.certificate)
        self._give(self.employee, self.certificate, valid_to="2026-10-31")
        self._give(self.employee, self.certificate, valid_from="2026-11-05")
        self.assertFalse(self._reasons())
        self.assertIn("only valid from 2026-11-05", self._reasons(date="2026-11-04")[0])

    def test_never_held(self):
        self._require(self.certificate)
        self._require(self._create_skill("Welding"))
        self.assertEqual(
            sorted(self._reasons()),
            [
                "Wang Wei has no certificate “CNC spindle”. Plan somebody else.",
                "Wang Wei has no skill “Welding”. Plan somebody else.",
            ],
        )

    def test_level_too_low(self):
        welding = self._create_skill("Welding")
        self._require(welding, level_progress=80)
        self._give(self.employee, welding)
        self.assertIn("is at 40 %, the work asks for 80 %", self._reasons()[0])

    def test_requirement_of_the_parent_category_counts(self):
        self._require(self.certificate, categ_id=self.machines.id)
        self.assertTrue(self._reasons())
        self.product.categ_id = self.env["product.category"].create({"name": "Pumps"})
        self.assertFalse(self._reasons())

    def test_requirement_of_another_product_kind_or_company_does_not_count(self):
        other = self._create_product(name="Pump")
        company = self.env["res.company"].create({"name": "Other company"})
        self._require(self.certificate, product_tmpl_id=other.product_tmpl_id.id)
        self._require(self.certificate, order_kind="installation")
        self._require(self.certificate, company_id=company.id)
        self.assertFalse(self._reasons())
        self.assertTrue(self._reasons(kind="installation"))

    def test_advice_does_not_block(self):
        self._require(self.certificate, is_mandatory=False)
        self.assertFalse(self._reasons())
        self.assertTrue(self._reasons(mandatory_only=False))
        self.employee._after_sales_check_assignable(self.product, "on_site", self.date)

    def test_refused_as_the_agent_who_plans(self):
        self._require(self.certificate)
        self._give(self.employee, self.certificate, valid_to="2026-10-31")
        employee = self.employee.with_user(self.agent)
        with self.assertRaisesRegex(UserError, "Wang Wei ended on 2026-10-31"):
            employee._after_sales_check_assignable(
                self.product.with_user(self.agent), "on_site", self.date
            )

    def test_work_without_product(self):
        self._require(self.certificate)
        nothing = self.env["product.product"]
        missing = self.employee._after_sales_missing_skills(
            nothing, "remote", self.date
        )
        self.assertEqual(missing[0]["skill"], self.certificate)

    def test_queries_do_not_grow_with_people_and_requirements(self):
        people = self.employee
        for number in range(10):
            user = new_test_user(
                self.env,
                login=f"technician{number}",
                groups="after_sales_service.after_sales_group_technician",
            )
            people |= self._create_technician(user)
        for number in range(5):
            self._require(self._create_skill(f"Skill {number}"))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(10):
            missing = people._after_sales_missing_skills(
                self.product, "on_site", self.date
            )
        self.assertEqual(len(missing), 55)

    def test_product_and_category_exclude_each_other(self):
        with self.assertRaisesRegex(ValidationError, "not for both"):
            self._require(
                self.certificate,
                categ_id=self.machines.id,
                product_tmpl_id=self.product.product_tmpl_id.id,
            )

    def test_technician_cannot_certify_himself(self):
        held = self._give(self.employee, self.certificate, valid_to="2026-10-31")
        with self.assertRaisesRegex(AccessError, "entered by HR"):
            held.with_user(self.technician).valid_to = "2030-01-01"
        with self.assertRaisesRegex(AccessError, "entered by HR"):
            held.with_user(self.technician).unlink()
        with self.assertRaisesRegex(AccessError, "entered by HR"):
            held.with_user(self.technician).create(
                held.copy_data({"valid_from": "2026-11-01", "valid_to": False})
            )
        hr_user = new_test_user(
            self.env, login="hr.after.sales", groups="hr.group_hr_user"
        )
        held.with_user(hr_user).valid_to = "2027-10-31"

    def test_technician_still_edits_his_other_skills(self):
        welding = self._create_skill("Welding")
        mine = self._give(self.employee, welding).with_user(self.technician)
        mine.valid_to = "2026-12-31"
        self.assertEqual(f"{mine.valid_to}", "2026-12-31")


@tagged("post_install", "-at_install")
class TestEmployeeFields(AfterSalesCommon):
    """What the service knows about technicians is readable without HR rights."""

    FIELDS = (
        "is_after_sales_technician",
        "after_sales_badge",
        "after_sales_team_id",
        "after_sales_van_id",
        "after_sales_cash_journal_id",
    )

    def test_every_role_reads_them(self):
        self.employee.after_sales_badge = "T-007"
        self.employee.after_sales_van_id = self.warehouse.lot_stock_id
        for role in ("technician", "agent", "clerk", "auditor", "supervisor"):
            user = getattr(self, role)
            with self.subTest(role=role):
                self.env.invalidate_all()
                employee = self.employee.with_user(user)
                self.assertEqual(employee.after_sales_badge, "T-007")
                self.assertEqual(employee.after_sales_team_id.name, "Field service")
                self.assertTrue(employee.after_sales_van_id.display_name)
                (row,) = employee.read(self.FIELDS)
                self.assertTrue(row["is_after_sales_technician"])
                found = employee.search([("after_sales_team_id", "=", self.team.id)])
                self.assertEqual(found, employee)

    def test_employee_of_the_user_in_the_company(self):
        company = self.env["res.company"].create({"name": "Other company"})
        user = self.technician.with_user(self.technician)
        self.assertEqual(user._after_sales_employee(self.company), self.employee)
        self.assertFalse(user._after_sales_employee(company))
        self.assertFalse(user._after_sales_employee(self.company).env.su)
