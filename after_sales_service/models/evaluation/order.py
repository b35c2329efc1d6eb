from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    judgement_ids = fields.One2many(
        "after.sales.judgement", "order_id", string="Judgements", readonly=True
    )

    # === ACTIONS === #
    def action_review(self):
        """Ask for the marks of time and quality before the orders are reviewed."""
        unjudged = self.filtered(
            lambda order: (
                order.state == "done"
                and order.technician_id
                and order.technician_id not in order.judgement_ids.technician_id
            )
        )
        if not unjudged:
            return super().action_review()
        self._check_may_judge()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Judge Time and Quality"),
            "res_model": "after.sales.order.review",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_ids": self.ids},
        }

    # === BUSINESS === #
    def _check_may_judge(self):
        if not self._is_supervisor():
            raise AccessError(
                self.env._("Only a supervisor reviews orders. Ask yours to do it.")
            )
        own = self.filtered(lambda order: order.technician_id.user_id == self.env.user)
        if own:
            raise UserError(
                self.env._(
                    "You worked on %(order)s yourself. Another supervisor has to judge "
                    "it.",
                    order=own[0].name,
                )
            )

    def _judge(self, mark_time, mark_quality, comment=False):
        """Note the supervisor's marks for the technicians of finished orders.

        A second judgement of the same order replaces the first one.

        :param str mark_time: "4" (very good) to "1" (bad)
        :param str mark_quality: "4" (very good) to "1" (bad)
        :param str comment: what the technician should know
        :return: the judgements
        :raise AccessError: if the user is no supervisor
        :raise UserError: for the user's own work, or an order that is not finished
        """
        self._check_may_judge()
        for order in self:
            if order.state not in ("done", "reviewed") or not order.technician_id:
                raise UserError(
                    self.env._(
                        "%(order)s is judged when its technician has completed it.",
                        order=order.name,
                    )
                )
        vals = {
            "mark_time": mark_time,
            "mark_quality": mark_quality,
            "comment": comment,
        }
        known = self.judgement_ids.filtered(
            lambda judgement: (
                judgement.technician_id == judgement.order_id.technician_id
            )
        )
        if known:
            known.write(vals)
        return known | self.env["after.sales.judgement"].create(
            [
                vals | {"order_id": order.id, "technician_id": order.technician_id.id}
                for order in self - known.order_id
            ]
        )
