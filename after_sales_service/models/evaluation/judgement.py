from odoo import api, fields, models
from odoo.exceptions import UserError

MARKS = [("4", "Very good"), ("3", "Good"), ("2", "Poor"), ("1", "Bad")]


class AfterSalesJudgement(models.Model):
    """The supervisor's judgement of time and quality after an order."""

    _name = "after.sales.judgement"
    _description = "Judgement of an Order"
    _order = "date desc, id desc"
    _rec_name = "order_id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "after.sales.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="order_id.company_id", store=True, index=True
    )
    technician_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Judged by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now, index=True
    )
    mark_time = fields.Selection(MARKS, string="Time", required=True)
    mark_quality = fields.Selection(MARKS, string="Quality", required=True)
    comment = fields.Text()

    _once_per_order = models.Constraint(
        "unique(order_id, technician_id)",
        "This technician was judged for the order already. Change that judgement.",
    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                vals["user_id"] = self.env.uid
                vals.pop("date", None)
        judgements = super().create(vals_list)
        judgements._check_not_own()
        return judgements

    def write(self, vals):
        self.check_access("write")
        if not self.env.su and vals.keys() - {"mark_time", "mark_quality", "comment"}:
            raise UserError(
                self.env._("Only the marks and the comment of a judgement are changed.")
            )
        self._check_not_own()
        self._check_not_evaluated()
        return super().write(vals)

    # === BUSINESS === #
    def _check_not_own(self):
        """Let nobody judge their own work."""
        own = self.filtered(
            lambda judgement: judgement.technician_id.user_id == self.env.user
        )
        if own:
            raise UserError(
                self.env._(
                    "You worked on %(order)s yourself. Another supervisor has to judge "
                    "it.",
                    order=own[0].order_id.name,
                )
            )

    def _check_not_evaluated(self):
        """Keep the judgements on which a confirmed evaluation rests."""
        for evaluation in self.env["after.sales.evaluation"].search(
            [
                ("technician_id", "in", self.technician_id.ids),
                ("state", "=", "confirmed"),
            ]
        ):
            start, end = evaluation._get_period()
            if self.filtered(
                lambda judgement, evaluation=evaluation, start=start, end=end: (
                    judgement.technician_id == evaluation.technician_id
                    and start <= judgement.date < end
                )
            ):
                raise UserError(
                    self.env._(
                        "%(evaluation)s is confirmed. Set it back to draft before you "
                        "change a judgement in it.",
                        evaluation=evaluation.name,
                    )
                )
