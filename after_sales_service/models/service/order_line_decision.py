from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

QUOTA_FACTS = {"price_unit", "quantity_done"}
# What a decision leaves on its line.
RESULTS = (
    "amount_customer",
    "category",
    "decision_id",
    "is_review_needed",
    "payer",
    "proposed_decision_id",
    "share",
)
REVIEW_ACTIVITY = "after_sales_service.mail_activity_type_decision_review"


class AfterSalesOrder(models.Model):
    _inherit = "after.sales.order"

    # === BUSINESS === #
    @api.model
    def _decide_open(self, domain):
        """Decide the lines of orders within ``domain`` again, in one batch.

        Orders under way are; of finished ones, those whose money is not invoiced:
        their lines are flagged, not changed.
        """
        open_orders = Domain("state", "not in", ("reviewed", "cancel"))
        # Whoever changes a setting need not see the orders it decides about.
        self.sudo().search(open_orders & Domain(domain)).line_ids._decide()


class AfterSalesOrderLine(models.Model):
    """Who pays: facts in, decision out, both kept."""

    _inherit = "after.sales.order.line"

    # === CRUD === #
    def write(self, vals):
        result = super().write(vals)
        if QUOTA_FACTS & vals.keys():
            # What was used matters only where a contract counts it.
            limited = self.order_id.line_ids.decision_id.filtered("draws")
            limited.order_line_id.order_id.line_ids._decide()
        return result

    def _write_multi(self, vals_list):
        """Store the results of a decision with one statement for all its lines.

        Odoo makes one for each set of columns that changed, so that mixed orders would
        cost more the more mixed they are.
        """
        if any("decision_id" in vals for vals in vals_list):
            vals_list = [
                line._get_known_results() | vals
                for line, vals in zip(self, vals_list, strict=True)
            ]
        return super()._write_multi(vals_list)

    def _get_known_results(self):
        """Return ``{column: value}`` of the results that are in memory."""
        self.ensure_one()
        return {
            name: self._fields[name].get_column_update(self)
            for name in RESULTS
            if self.id in self._fields[name]._get_cache(self.env)
        }

    # === ACTIONS === #
    def action_show_candidates(self):
        """Show every cover that was looked at, and why the others lost."""
        self.ensure_one()
        wizard = self.env["after.sales.order.line.candidates"].create(
            {"line_id": self.id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Who pays for %(line)s",
                # Staff read it: the line itself speaks the customer's language.
                line=self.product_id.display_name or self.name,
            ),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_accept_decision(self):
        """Let the new decision hold, although the line was quoted before."""
        self._check_supervisor()
        for line in self.filtered("is_review_needed"):
            line._apply_decision(line.proposed_decision_id)
        self._close_review_activity()

    def action_keep_decision(self):
        """Stay with what was quoted."""
        self._check_supervisor()
        # The fields of a decision are the server's; the right was checked above.
        self.sudo().write({"is_review_needed": False})
        self._close_review_activity()

    def _check_supervisor(self):
        self.check_access("write")
        if not self.env["after.sales.order"]._is_supervisor():
            raise UserError(
                self.env._("Ask your supervisor: only supervisors settle decisions.")
            )

    # === BUSINESS === #
    def _get_cover_facts(self):
        """Return what each line is decided from, one dict per line, same order.

        Without a component the line concerns the whole unit. ``date`` is the day
        the fault was reported, in the customer's time zone.
        """
        return [line._prepare_cover_facts() for line in self]

    def _prepare_cover_facts(self):
        """Return the facts of one line. Meant to be extended."""
        self.ensure_one()
        order = self.order_id
        return {
            "line_id": self.id,
            "order_id": order.id,
            "order_name": order.name,
            "cost_class": self.kind,
            "unit_id": order.unit_id.id,
            "component_id": self.component_id.id,
            "unit_component_id": self.unit_component_id.id,
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "date": order.date_fault,
            "cause_id": order.cause_id.id,
            "is_tampered": order.is_tampered,
            "meter": order.meter,
            "company_id": order.company_id.id,
            "is_internal": order.is_internal,
            "uses": self._get_quota_needs(),
        } | self._prepare_split_facts()

    def _get_quota_needs(self):
        """Return what the line takes of a contract's quota.

        :return: ``{"amount"}`` of parts at list price in the company's currency,
            ``{"hours"}`` of work or ``{"visits"}``
        """
        self.ensure_one()
        quantity = self._get_charged_quantity()
        if not quantity:
            return {}
        if self.kind == "part":
            return {"amount": self.currency_id.round(quantity * self.price_unit)}
        if self.kind == "labour":
            return {"hours": self._get_hours(quantity)}
        return {"visits": 1} if self.kind == "travel" else {}

    def _get_hours(self, quantity):
        """Return ``quantity`` of the line in hours, as it is where it is no time."""
        self.ensure_one()
        # Unlike env.ref, without a query for each line.
        hour_id = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_hour")
        hour, uom = self.env["uom.uom"].browse(hour_id), self.uom_id
        if uom == hour or not uom._has_common_reference(hour):
            return quantity
        return uom._compute_quantity(quantity, hour, round=False)

    def _prepare_split_facts(self):
        """Let labour without a component follow the components it replaces."""
        if self.kind != "labour" or self.component_id:
            return {}
        parts = self.order_id.line_ids.filtered(
            lambda line: (
                line.kind == "part" and line.component_id and not line.is_unused
            )
        )
        # Hours come with the position, so that two parts of one count it once.
        return {"split_component_ids": parts.component_id.ids}

    def _decide(self, force=False):
        """Decide who pays for the lines, in one batch.

        All lines of their orders are, since they share what contracts have left.
        Lines already quoted keep their decision; a different one is kept beside it
        and flagged. Overridden lines stay as they are.

        :param bool force: decide these lines even if they were overridden
        """
        lines = self.order_id.line_ids.filtered(
            lambda line: (
                line.order_id.state != "cancel"
                and not line._is_settled()
                and (not line.decision_id.is_override or (force and line in self))
            )
        )
        if not lines:
            return
        facts_list = lines._get_cover_facts()
        decisions = self.env["after.sales.cover"]._decide_facts(facts_list)
        rows = self.env["after.sales.decision"]._store(lines, decisions, facts_list)
        flagged = [line.id for line, row in rows.items() if line._take_decision(row)]
        self.browse(flagged)._ask_for_review()

    def _take_decision(self, row):
        """Let ``row`` hold, or keep it beside the quoted one for a review.

        :return: True if somebody has to look at it now
        """
        self.ensure_one()
        held = self.decision_id
        if held and (row == held or row._is_same_result(held)):
            self._keep_result(row)
        elif held and self._is_decision_locked():
            if row != self.proposed_decision_id:
                # The server's fields; only facts led here.
                self.sudo().write(
                    {"is_review_needed": True, "proposed_decision_id": row.id}
                )
                return True
        else:
            self._apply_decision(row)
        return False

    def _keep_result(self, row):
        """Take ``row``, which says the same as what holds, without asking anybody."""
        vals = {} if row == self.decision_id else {"decision_id": row.id}
        if self.is_review_needed or self.proposed_decision_id:
            vals |= {"is_review_needed": False, "proposed_decision_id": False}
        if vals:
            # The server's fields; only facts led here.
            self.sudo().write(vals)

    def _ask_for_review(self):
        """Put a task on the supervisor's list, one for each order."""
        for order in self.order_id:
            # The task is the server's: whoever changed a fact need not see the order.
            order.sudo()._schedule_decision(
                REVIEW_ACTIVITY,
                lambda env: env._(
                    "Facts changed after the quotation. Accept the new decision or "
                    "keep what was quoted."
                ),
            )

    def _close_review_activity(self):
        """End the task once nothing of the order waits for a review."""
        # Whose task it is does not matter; the right was checked.
        settled = self.order_id.sudo().filtered(lambda it: not it.is_review_needed)
        settled.activity_feedback([REVIEW_ACTIVITY])

    def _apply_decision(self, row):
        """Make ``row`` the decision that holds."""
        # The server's fields: the caller decided from facts or checked the right.
        self.sudo().write(
            {
                "decision_id": row.id,
                "category": row.category,
                "share": row.share,
                "is_review_needed": False,
                "proposed_decision_id": False,
            }
        )

    def _is_locked_by_quotation(self):
        """Tell whether the customer was told what the line costs. To be extended.

        A locked line is not re-decided silently: it is flagged for review.
        """
        return False

    def _is_settled(self):
        """Tell whether the money has gone its way: nothing is decided any more.

        To be extended.
        """
        return self.order_id.state == "reviewed"

    def _is_decision_locked(self):
        """Tell whether a new decision needs somebody's consent."""
        return (
            self._is_locked_by_quotation()
            or bool(self.order_id.signed_on)
            or self.order_id.state in ("done", "reviewed")
        )

    def _is_chargeable(self):
        """Tell whether the customer pays something for the line."""
        self.ensure_one()
        return self.category != "D" and self.share < 100

    def _get_unit_price(self):
        """Return what the customer pays for one unit of measure, without taxes."""
        self.ensure_one()
        if self.category == "D":
            return 0.0
        return self.price_unit * (1 - self.share / 100)

    def _get_charged_quantity(self):
        """Return the quantity that counts: used once that is known, else planned."""
        self.ensure_one()
        if self.is_unused:
            return 0.0
        return self.quantity_done or self.quantity

    def _get_decision_label(self, category, share):
        """Return “C free 100 %” or alike in the reader's language."""
        if not category:
            return self.env._("not decided yet")
        if category == "D":
            return self.env._("D own work")
        if category == "A" or not share:
            return self.env._("A paid")
        if share < 100:
            return self.env._(
                "%(category)s %(share)g %% / A %(rest)g %%",
                category=category,
                share=share,
                rest=100 - share,
            )
        if category == "B":
            return self.env._("B contract 100 %")
        return self.env._("C free 100 %")

    def _render_decision(self, decision):
        """Return why, as sentences in the reader's language."""
        if not decision:
            return ""
        if decision.is_override:
            return self.env._(
                "Set by %(user)s, approved by %(approver)s: %(reason)s",
                user=decision.user_id.name,
                approver=decision.approver_id.name or decision.user_id.name,
                reason=decision.override_reason,
            )
        return decision._render_reasons()

    def _fill_service_quantities(self):
        """Take the planned quantity of work and trips for done if none is told.

        Parts are never guessed: somebody has to say what was used.
        """
        for line in self:
            if line.kind != "part" and not line.quantity_done and not line.is_unused:
                line.quantity_done = line.quantity
