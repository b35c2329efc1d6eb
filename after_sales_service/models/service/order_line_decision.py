from odoo import fields, models
from odoo.exceptions import UserError


class AfterSalesOrderLine(models.Model):
    """Who pays: facts in, decision out, both kept."""

    _inherit = "after.sales.order.line"

    # === ACTIONS === #
    def action_show_candidates(self):
        """Show every cover that was looked at, and why the others lost."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who pays for %(line)s", line=self.name),
            "res_model": "after.sales.order.line.candidates",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id},
        }

    def action_accept_decision(self):
        """Let the new decision hold, although the line was quoted before."""
        self._check_supervisor()
        for line in self.filtered("is_review_needed"):
            line._apply_decision(line.proposed_decision_id)

    def action_keep_decision(self):
        """Stay with what was quoted."""
        self._check_supervisor()
        # The fields of a decision are the server's; the right was checked above.
        self.sudo().write({"is_review_needed": False})

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
        } | self._prepare_split_facts()

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

        Lines already quoted keep their decision; a different one is kept beside it
        and flagged. Overridden lines stay as they are.

        :param bool force: decide overridden lines too
        """
        lines = self.filtered(
            lambda line: (
                line.order_id.state != "cancel"
                and (force or not line.decision_id.is_override)
            )
        )
        if not lines:
            return
        facts_list = lines._get_cover_facts()
        decisions = self.env["after.sales.cover"]._decide_facts(facts_list)
        rows = self.env["after.sales.decision"]._store(lines, decisions, facts_list)
        for line, row in rows.items():
            line._take_decision(row)

    def _take_decision(self, row):
        """Let ``row`` hold, or keep it beside the quoted one for a review."""
        self.ensure_one()
        if row == self.decision_id:
            if self.is_review_needed or self.proposed_decision_id:
                # The server's fields; only facts led here.
                self.sudo().write(
                    {"is_review_needed": False, "proposed_decision_id": False}
                )
        elif self.decision_id and self._is_decision_locked():
            if row != self.proposed_decision_id:
                # As above.
                self.sudo().write(
                    {"is_review_needed": True, "proposed_decision_id": row.id}
                )
        else:
            self._apply_decision(row)

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

    def _override(self, category, share, reason, approver):
        """Set another decision by hand; the row is kept for ever.

        :param str category: A, B, C or D
        :param float share: what is not the customer's to pay, in percent
        :param str reason: why, in words
        :param approver: the ``res.users`` who answers for it
        :return: the rows
        """
        self._check_supervisor()
        values = {
            "category": category,
            "share": share,
            "is_override": True,
            "override_reason": reason,
            "approver_id": approver.id,
            "user_id": self.env.user.id,
        }
        facts_list = self._get_cover_facts()
        # Nobody has the right to write decisions; the right was checked above.
        rows = (
            self.env["after.sales.decision"]
            .sudo()
            .create(
                [
                    values
                    | {
                        "company_id": line.company_id.id,
                        "unit_id": line.order_id.unit_id.id,
                        "order_line_id": line.id,
                        "facts": facts | {"date": fields.Date.to_string(facts["date"])},
                        "reasons": line.decision_id.reasons,
                        "losers": line.decision_id.losers,
                    }
                    for line, facts in zip(self, facts_list, strict=True)
                ]
            )
        )
        for line, row in zip(self, rows, strict=True):
            old = line.decision_text
            line._apply_decision(row)
            line.order_id.message_post(
                body=self.env._(
                    "%(line)s: %(old)s overridden to %(new)s. Reason: %(reason)s. "
                    "Approved by %(approver)s.",
                    line=line.name,
                    old=old,
                    new=line.decision_text,
                    reason=reason,
                    approver=approver.name,
                )
            )
        return rows

    def _is_locked_by_quotation(self):
        """Tell whether the customer was told what the line costs. To be extended.

        A locked line is not re-decided silently: it is flagged for review.
        """
        return False

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
