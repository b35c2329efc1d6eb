from odoo import fields, models
from odoo.exceptions import UserError


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    is_after_sales_technician = fields.Boolean(string="Service Technician", index=True)
    after_sales_badge = fields.Char(string="Service Badge Number", copy=False)
    after_sales_team_id = fields.Many2one(
        "after.sales.team",
        string="Service Team",
        check_company=True,
        index="btree_not_null",
    )
    after_sales_van_id = fields.Many2one(
        "stock.location",
        string="Van Stock",
        check_company=True,
        copy=False,
        index="btree_not_null",
        domain=[("usage", "=", "internal")],
    )
    after_sales_cash_journal_id = fields.Many2one(
        "account.journal",
        string="Cash Box",
        check_company=True,
        copy=False,
        domain=[("type", "=", "cash")],
    )

    # === BUSINESS === #
    def _after_sales_missing_skills(
        self, product, order_kind, date, mandatory_only=True
    ):
        """Tell which required skills the employees lack on ``date``.

        Two queries for any number of employees and requirements.

        :param product: the product or product template to be served, may be empty
        :param str order_kind: kind of the order, as in ``after.sales.order.kind``
        :param date date: the day of the work; a datetime is cut to its day
        :param bool mandatory_only: leave out requirements that are only advice
        :return: one ``{"employee", "skill", "is_mandatory", "reason"}`` for each
            requirement that an employee does not meet; ``reason`` is a sentence
        :rtype: list[dict]
        """
        date = fields.Date.to_date(date)
        requirements = self.env["after.sales.skill.requirement"]._get_for_work(
            product, order_kind, mandatory_only
        )
        if not self or not requirements:
            return []
        held = (
            self.env["hr.employee.skill"]
            .search(
                [
                    ("employee_id", "in", self.ids),
                    ("skill_id", "in", requirements.skill_id.ids),
                ],
                order="id",
            )
            .grouped(lambda skill: (skill.employee_id.id, skill.skill_id.id))
        )
        none = self.env["hr.employee.skill"]
        missing = []
        for employee in self:
            for requirement in requirements._filter_company(employee.company_id):
                skills = held.get((employee.id, requirement.skill_id.id), none)
                reason = requirement._get_gap(employee, skills, date)
                if reason:
                    missing.append(
                        {
                            "employee": employee,
                            "skill": requirement.skill_id,
                            "is_mandatory": requirement.is_mandatory,
                            "reason": reason,
                        }
                    )
        return missing

    def _after_sales_check_assignable(self, product, order_kind, date):
        """Refuse to give the employees work that they may not do on ``date``.

        :raise UserError: one sentence for each mandatory requirement not met
        """
        missing = self._after_sales_missing_skills(product, order_kind, date)
        if missing:
            raise UserError("\n".join(gap["reason"] for gap in missing))

    def _get_after_sales_skill_ids(self, date):
        """Return the ids of the skills that the employees have on ``date``.

        :rtype: frozenset[int]
        """
        # Whose rate is charged is no secret; the skills of colleagues are.
        skills = self.sudo().employee_skill_ids.filtered(
            # The first day of what is no certificate is when the server was started.
            lambda skill: (
                (not skill.is_certification or skill.valid_from <= date)
                and (not skill.valid_to or skill.valid_to >= date)
            )
        )
        return frozenset(skills.skill_id.ids)


class HrEmployeePublic(models.Model):
    _inherit = "hr.employee.public"

    is_after_sales_technician = fields.Boolean(
        string="Service Technician", readonly=True
    )
    after_sales_badge = fields.Char(string="Service Badge Number", readonly=True)
    after_sales_team_id = fields.Many2one(
        "after.sales.team", string="Service Team", readonly=True
    )
    after_sales_van_id = fields.Many2one(
        "stock.location", string="Van Stock", readonly=True
    )
    after_sales_cash_journal_id = fields.Many2one(
        "account.journal", string="Cash Box", readonly=True
    )
