from odoo import models
from odoo.exceptions import AccessError


class AfterSalesOrder(models.Model):
    """Who answers for a decision, and the task on his list."""

    _inherit = "after.sales.order"

    # === ACTIONS === #
    def action_grant_goodwill(self):
        """Open the dialog that gives the customer something for this fault."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Grant Goodwill"),
            "res_model": "after.sales.goodwill.grant",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    # === BUSINESS === #
    def _check_may_grant_goodwill(self, amount):
        """Make sure that the user may give away ``amount``.

        :param float amount: what it costs, in the company's currency
        :raise AccessError: without the right, or above the limit
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "after_sales_service.after_sales_group_goodwill"
        ):
            raise AccessError(
                self.env._(
                    "Goodwill is given by those who have the right “Grants Goodwill”. "
                    "Ask your supervisor."
                )
            )
        # The limit is for everybody to keep.
        limit = self.company_id.sudo().after_sales_goodwill_limit
        if limit and amount > limit and not self._is_manager():
            raise AccessError(
                self.env._(
                    "%(amount)s is more than the %(limit)s of goodwill that one grant "
                    "may cost. Ask your manager to give it.",
                    amount=self.currency_id.format(amount),
                    limit=self.currency_id.format(limit),
                )
            )

    def _is_manager(self):
        return self.env.su or self.env.user.has_group(
            "after_sales_service.after_sales_group_manager"
        )

    def _schedule_decision(
        self, activity, get_note, is_manager_needed=False, asker=None
    ):
        """Ask the supervisor, or a manager, to settle something; once per order.

        :param str activity: xml-id of the activity type
        :param get_note: returns what is asked, given the environment of the reader
        :param asker: the ``res.users`` who must not answer himself
        """
        self.ensure_one()
        kind = self.env.ref(activity)
        if activity in self._get_shared_activities() and kind in (
            self.activity_ids.activity_type_id
        ):
            return
        decider = self._get_decider(is_manager_needed, asker)
        if decider:
            reader = self.with_context(lang=decider.lang)
            reader.activity_schedule(
                activity, note=get_note(reader.env), user_id=decider.id
            )

    def _get_shared_activities(self):
        """Return the tasks of which one for the whole order is enough."""
        return {"after_sales_service.mail_activity_type_decision_review"}

    def _get_decider(self, is_manager_needed=False, asker=None):
        """Return the leader of the team, else the first other user with the right."""
        self.ensure_one()
        role = "manager" if is_manager_needed else "supervisor"
        group = self.env.ref(f"after_sales_service.after_sales_group_{role}")
        leader = self.team_id.leader_id
        if leader and leader != asker and group in leader.all_group_ids:
            return leader
        return self.env["res.users"].search(
            [
                ("all_group_ids", "in", group.ids),
                ("company_ids", "in", self.company_id.ids),
                ("id", "!=", asker.id if asker else False),
                ("share", "=", False),
            ],
            order="id desc",
            limit=1,
        )
