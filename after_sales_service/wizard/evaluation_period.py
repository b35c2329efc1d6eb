from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class AfterSalesEvaluationPeriod(models.TransientModel):
    """Evaluates the technicians of a period in one go; last month by default."""

    _name = "after.sales.evaluation.period"
    _description = "Evaluate Technicians"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._default_date_from()
    )
    date_to = fields.Date(
        string="To",
        required=True,
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    scheme_id = fields.Many2one(
        "after.sales.evaluation.scheme",
        required=True,
        check_company=True,
        default=lambda self: self._default_scheme_id(),
    )
    # Whoever lists employees in a many2many must be able to read them.
    technician_ids = fields.Many2many(
        "hr.employee.public",
        string="Technicians",
        domain=[("is_after_sales_technician", "=", True)],
        help="Leave empty for all technicians of the company.",
    )

    # === DEFAULTS === #
    def _default_date_from(self):
        today = fields.Date.context_today(self)
        return today + relativedelta(months=-1, day=1)

    def _default_scheme_id(self):
        return self.env["after.sales.evaluation.scheme"]._get_default(self.env.company)

    # === COMPUTES === #
    @api.depends("date_from")
    def _compute_date_to(self):
        for wizard in self:
            wizard.date_to = wizard.date_from and (
                wizard.date_from + relativedelta(months=1, days=-1)
            )

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        technicians = self.env["hr.employee"].browse(
            self.technician_ids.ids
        ) or self.env["hr.employee"].search(
            [
                ("is_after_sales_technician", "=", True),
                ("company_id", "=", self.company_id.id),
            ]
        )
        # Nobody evaluates themselves.
        technicians = technicians.filtered(
            lambda employee: employee.user_id != self.env.user
        )
        if not technicians:
            raise UserError(
                self.env._("There is no technician to evaluate in this company.")
            )
        evaluations = self.env["after.sales.evaluation"]._evaluate(
            technicians, self.date_from, self.date_to, self.scheme_id, self.company_id
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_evaluation_action"
        )
        return action | {"domain": [("id", "in", evaluations.ids)], "context": {}}
