from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    after_sales_requisition_approval = fields.Boolean(
        related="company_id.after_sales_requisition_approval", readonly=False
    )
    after_sales_emergency_issue = fields.Boolean(
        related="company_id.after_sales_emergency_issue", readonly=False
    )
    after_sales_part_fit = fields.Selection(
        related="company_id.after_sales_part_fit", readonly=False
    )
    after_sales_leftover_asked = fields.Boolean(
        related="company_id.after_sales_leftover_asked", readonly=False
    )
    after_sales_old_part_block = fields.Boolean(
        related="company_id.after_sales_old_part_block", readonly=False
    )
    after_sales_old_part_rung_days = fields.Integer(
        related="company_id.after_sales_old_part_rung_days", readonly=False
    )
    after_sales_supplier_days = fields.Integer(
        related="company_id.after_sales_supplier_days", readonly=False
    )
    after_sales_loan_days = fields.Integer(
        related="company_id.after_sales_loan_days", readonly=False
    )
    after_sales_abc_months = fields.Integer(
        related="company_id.after_sales_abc_months", readonly=False
    )
    after_sales_abc_limit_a = fields.Float(
        related="company_id.after_sales_abc_limit_a", readonly=False
    )
    after_sales_abc_limit_b = fields.Float(
        related="company_id.after_sales_abc_limit_b", readonly=False
    )
    after_sales_abc_limit_x = fields.Float(
        related="company_id.after_sales_abc_limit_x", readonly=False
    )
    after_sales_abc_limit_y = fields.Float(
        related="company_id.after_sales_abc_limit_y", readonly=False
    )
    after_sales_lead_days = fields.Integer(
        related="company_id.after_sales_lead_days", readonly=False
    )
    after_sales_count_lines = fields.Integer(
        related="company_id.after_sales_count_lines", readonly=False
    )
    after_sales_count_tolerance = fields.Monetary(
        related="company_id.after_sales_count_tolerance",
        currency_field="company_currency_id",
        readonly=False,
    )
    after_sales_workshop_cost = fields.Monetary(
        related="company_id.after_sales_workshop_cost",
        currency_field="company_currency_id",
        readonly=False,
    )
    is_after_sales_cost_booked = fields.Boolean(
        string="Cost of Free Parts Is Booked",
        compute="_compute_is_after_sales_cost_booked",
    )

    @api.depends("company_id")
    def _compute_is_after_sales_cost_booked(self):
        for settings in self:
            places = settings.company_id._get_after_sales_cost_locations()
            settings.is_after_sales_cost_booked = all(
                place.valuation_account_id for place in places
            )

    def action_after_sales_accounts(self):
        """Give the cost locations of the company their accounts."""
        self.ensure_one()
        self.check_access("create")
        self.company_id._after_sales_ensure_accounts()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_cost_location_action"
        )
