from odoo import fields, models
from odoo.exceptions import AccessError, UserError

OVERRIDE_ACTIVITY = "after_sales_service.mail_activity_type_override"
REQUEST_MODELS = ("after.sales.decision.request", "after.sales.goodwill.request")


class AfterSalesRequestMixin(models.AbstractModel):
    """What somebody asks for on a service order, and somebody else answers."""

    _name = "after.sales.request.mixin"
    _description = "Request on a Service Order"
    _inherit = ["after.sales.state.mixin"]

    # === BUSINESS === #
    def _may_answer(self):
        """Tell whether the user's role is enough. Meant to be overridden."""
        self.ensure_one()
        return self.order_id._is_manager()

    def _get_limit_text(self):
        """Return what whoever may not answer is told. Meant to be overridden."""
        raise NotImplementedError

    def _check_may_answer(self):
        """Make sure that somebody else with the right answers.

        :raise AccessError: where the role is not enough
        :raise UserError: for whoever asked
        """
        self.check_access("read")
        for request in self:
            if not request._may_answer():
                raise AccessError(request._get_limit_text())
            if request.user_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You asked for this yourself: somebody else has to answer."
                    )
                )

    def _answer(self, state):
        # Nobody has the right to write requests; the caller checked the answer.
        requests = self.sudo()
        requests._move_to(
            state, approver_id=self.env.uid, date_answered=fields.Datetime.now()
        )
        orders = requests.order_id
        asked = [("order_id", "in", orders.ids), ("state", "=", "asked")]
        for model in REQUEST_MODELS:
            orders -= requests.env[model].search(asked).order_id
        orders.activity_feedback([OVERRIDE_ACTIVITY])
