from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# What a service order is for; the order itself stands in a room below.
ORDER_KINDS = [
    ("on_site", "On-site repair"),
    ("bring_in", "Bring-in repair"),
    ("remote", "Remote help"),
    ("installation", "Installation"),
    ("inspection", "Inspection"),
]


class AfterSalesSkillRequirement(models.Model):
    """Work that only somebody with a skill or a valid certificate may do."""

    _name = "after.sales.skill.requirement"
    _description = "After-Sales Skill Requirement"
    _order = "skill_id, id"
    _rec_name = "skill_id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", index=True)
    active = fields.Boolean(default=True)
    skill_id = fields.Many2one(
        "hr.skill", required=True, index=True, ondelete="cascade"
    )
    skill_type_id = fields.Many2one(related="skill_id.skill_type_id")
    is_certification = fields.Boolean(
        string="Certificate", related="skill_id.skill_type_id.is_certification"
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Product",
        check_company=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    categ_id = fields.Many2one(
        "product.category", string="Product Category", ondelete="cascade"
    )
    order_kind = fields.Selection(
        ORDER_KINDS,
        string="Kind of Work",
        help="Leave empty to ask for it whatever the kind of work.",
    )
    level_progress = fields.Integer(string="At Least (%)")
    is_mandatory = fields.Boolean(
        string="Mandatory",
        default=True,
        help="Nobody without it can be assigned. Otherwise it is only advice.",
    )

    _level_is_percentage = models.Constraint(
        "CHECK(level_progress BETWEEN 0 AND 100)",
        "The level must lie between 0 and 100 %.",
    )

    # === CONSTRAINTS === #
    @api.constrains("product_tmpl_id", "categ_id")
    def _check_one_scope(self):
        for requirement in self:
            if requirement.product_tmpl_id and requirement.categ_id:
                raise ValidationError(
                    self.env._(
                        "Ask for “%(skill)s” either for a product or for a category of "
                        "products, not for both.",
                        skill=requirement.skill_id.name,
                    )
                )

    # === BUSINESS === #
    @api.model
    def _get_for_work(self, product, order_kind, mandatory_only=True):
        """Return what the work asks for, of every company, in one query.

        :param product: a product, a product template or an empty record
        """
        template = product[:1]
        if template._name == "product.product":
            template = template.product_tmpl_id
        parents = [
            int(part)
            for part in (template.categ_id.parent_path or "").split("/")
            if part
        ]
        domain = (
            Domain("product_tmpl_id", "in", [False, *template.ids])
            & Domain("categ_id", "in", [False, *parents])
            & Domain("order_kind", "in", [False, order_kind])
        )
        if mandatory_only:
            domain &= Domain("is_mandatory", "=", True)
        return self.search(domain)

    def _filter_company(self, company):
        """Return the requirements that hold in ``company``."""
        return self.filtered(
            lambda requirement: requirement.company_id in (company, company.browse())
        )

    def _get_gap(self, employee, skills, date):
        """Return the sentence why ``skills`` do not meet the requirement.

        :param employee: whom the sentence is about
        :param skills: what the employee ever held of the required skill
        :param date date: the day of the work
        :return: a sentence that says what to do, or an empty string
        """
        self.ensure_one()
        valid = skills.filtered(
            lambda skill: (
                (not skill.valid_from or skill.valid_from <= date)
                and (not skill.valid_to or skill.valid_to >= date)
            )
        )
        if any(skill.level_progress >= self.level_progress for skill in valid):
            return ""
        names = {"skill": self.skill_id.name, "employee": employee.name}
        if valid:
            return self.env._(
                "“%(skill)s” of %(employee)s is at %(level)s %%, the work asks for "
                "%(wanted)s %%. Plan somebody else.",
                level=max(valid.mapped("level_progress")),
                wanted=self.level_progress,
                **names,
            )
        ended = [day for day in skills.mapped("valid_to") if day and day < date]
        coming = [day for day in skills.mapped("valid_from") if day and day > date]
        if coming:
            names["date"] = fields.Date.to_string(min(coming))
            return self.env._(
                "Certificate “%(skill)s” of %(employee)s is only valid from %(date)s. "
                "Choose a later day or plan somebody else.",
                **names,
            )
        if ended:
            names["date"] = fields.Date.to_string(max(ended))
            return self.env._(
                "Certificate “%(skill)s” of %(employee)s ended on %(date)s. Renew it "
                "or plan somebody else.",
                **names,
            )
        if self.is_certification:
            return self.env._(
                "%(employee)s has no certificate “%(skill)s”. Plan somebody else.",
                **names,
            )
        return self.env._(
            "%(employee)s has no skill “%(skill)s”. Plan somebody else.", **names
        )
