from odoo import fields, models


class AfterSalesSkillRequirement(models.Model):
    """Work that only somebody with a skill or a valid certificate may do."""

    _name = "after.sales.skill.requirement"
    _description = "After-Sales Skill Requirement"
    _order = "skill_id, id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", index=True)
    skill_id = fields.Many2one("hr.skill", required=True, ondelete="cascade")
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", check_company=True
    )
    categ_id = fields.Many2one("product.category", string="Product Category")
    order_kind = fields.Selection(
        [
            ("on_site", "On site"),
            ("bring_in", "Bring-in repair"),
            ("remote", "Remote help"),
            ("installation", "Installation"),
            ("inspection", "Inspection"),
        ],
        string="Kind of Work",
    )
    level_progress = fields.Integer(string="At Least (%)")
    is_mandatory = fields.Boolean(string="Mandatory", default=True)
