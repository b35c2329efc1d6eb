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
    def _check_may_grant_goodwill(self):
        """Make sure that the user may give something away, or ask for it.

        :raise AccessError: without the right
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

    def _is_goodwill_in_limit(self, amount, percent):
        """Tell whether the user may give it alone; else a manager has to approve.

        :param float amount: what it costs, in the company's currency
        :param float percent: the largest share of a price that is given
        """
        self.ensure_one()
        if self._is_manager():
            return True
        own = self.env["after.sales.goodwill.limit"]._get_for(
            self.env.user, self.company_id
        )
        if own:
            return own._allows(amount, percent)
        # The limit is for everybody to keep.
        limit = self.company_id.sudo().after_sales_goodwill_limit
        return not limit or self.currency_id.compare_amounts(amount, limit) <= 0

    def _grant_goodwill(self, vals, reason):
        """Promise what ``vals`` say for the fault of this order alone.

        :param dict vals: component, last day and shares of the cover
        """
        self.ensure_one()
        # Who grants goodwill has no right on other covers; the caller checked his.
        self.env["after.sales.cover"].sudo().create(
            vals | self._prepare_goodwill_vals()
        )
        self.message_post(
            body=self.env._(
                "Goodwill granted: part %(part)g %%, labour %(labour)g %%, travel "
                "%(travel)g %%. %(reason)s",
                part=vals["share_part"],
                labour=vals["share_labour"],
                travel=vals["share_travel"],
                reason=reason,
            )
        )

    def _prepare_goodwill_vals(self):
        """Return what every goodwill cover of the order has. Meant to be extended."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "unit_id": self.unit_id.id,
            "order_id": self.id,
            "kind": "goodwill",
            "date_start": self.date_fault,
            "origin": self.name,
        }

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

    def _tell_leader(self, get_summary, note):
        """Put a task on the list of the team's leader, else of who made the order.

        :param get_summary: ``env`` in the reader's language -> what is to be done
        """
        self.ensure_one()
        leader = self.team_id.leader_id or self.create_uid
        reader = self.with_context(lang=leader.lang)
        reader.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=get_summary(reader.env),
            note=note,
            user_id=leader.id,
        )

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
