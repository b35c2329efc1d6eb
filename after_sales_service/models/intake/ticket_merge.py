from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..promise.sla_clock import OPEN_CLOCK
from .ticket import OPEN_STATES

# Moved by their own steps below.
OWN_LINKS = {"after.sales.sla.clock", "after.sales.ticket"}


class AfterSalesTicket(models.Model):
    """Two tickets about one thing become one; nothing written is lost."""

    _inherit = "after.sales.ticket"

    # === ACTIONS === #
    def action_merge(self):
        """Open the choice of the ticket that stays, with the one most alike."""
        tickets = self
        if len(self) == 1:
            tickets |= self._get_similar(self.other_ticket_ids)[:1]
        return tickets._open_step(
            "after.sales.ticket.merge", self.env._("Merge Tickets")
        )

    # === BUSINESS === #
    def _get_similar(self, others):
        """Return the others, those about the same unit first, then of the same kind."""
        self.ensure_one()
        unit = self.unit_id._origin
        return others.sorted(
            lambda other: (
                not unit or other.unit_id != unit,
                other.kind != self.kind,
                -other.id,
            )
        )

    def _merge_into(self, target):
        """Move everything of these tickets to ``target`` and close them as duplicates.

        :raise UserError: if they are not open, or not of one customer and company
        """
        others = self - target
        (others | target).check_access("write")
        others._check_merge(target)
        for ticket in others:
            ticket._merge_thread(target)
        others._merge_links(target)
        others._merge_clocks(target)
        target._take_over(others)
        others._move_to(
            "cancel",
            outcome="duplicate",
            pause_reason=False,
            cancel_reason=self.env._("Merged into %(ticket)s", ticket=target.name),
        )

    def _check_merge(self, target):
        if not self:
            raise UserError(
                self.env._("Choose at least one other ticket to merge with.")
            )
        closed = (self | target).filtered(
            lambda ticket: ticket.state not in OPEN_STATES
        )
        if closed:
            raise UserError(
                self.env._(
                    "%(ticket)s is no longer open. Reopen it before merging.",
                    ticket=closed[0].name,
                )
            )
        if len((self | target).company_id) > 1 or (
            len((self | target).partner_id.commercial_partner_id) > 1
        ):
            raise UserError(
                self.env._(
                    "Tickets of different customers or companies are not merged. "
                    "Correct the customer first."
                )
            )

    def _merge_thread(self, target):
        """Move messages, files, activities and followers."""
        self.ensure_one()
        self.message_change_thread(target)
        here = Domain("res_model", "=", self._name) & Domain("res_id", "=", self.id)
        # The right to write both tickets was checked; their files move along.
        self.env["ir.attachment"].sudo().search(here).res_id = target.id
        self.env["mail.activity"].sudo().search(here).res_id = target.id
        target.message_subscribe(self.message_partner_ids.ids)

    def _merge_links(self, target):
        """Let all documents that name these tickets name ``target``."""
        # Which fields lead to a ticket is no secret; agents may not read the table.
        # sudo: agents do not read the list of fields.
        links = (
            self.env["ir.model.fields"]
            .sudo()
            .search(
                Domain("relation", "=", self._name)
                & Domain("ttype", "=", "many2one")
                & Domain("store", "=", True)
            )
        )
        for link in links:
            model = self.env.get(link.model)
            if model is None or model._transient or not model._auto:
                continue
            if link.model in OWN_LINKS or model._fields[link.name].related:
                continue
            # Documents follow their ticket, whoever may see them.
            model.sudo().with_context(active_test=False).search(
                Domain(link.name, "in", self.ids)
            )[link.name] = target
        self.repeat_ids.repeat_of_id = target

    def _merge_clocks(self, target):
        """Keep the earlier clock of each promise; the later one ends with a reason."""
        cause = self.env._("Merged into %(ticket)s", ticket=target.name)
        for promise, clocks in (self | target)._get_clocks().grouped("promise").items():
            open_clocks = clocks.filtered(lambda clock: clock.state in OPEN_CLOCK)
            first = open_clocks.sorted(lambda clock: (clock.date_start, clock.id))[:1]
            (open_clocks - first)._cancel(cause)
            done = target._get_clocks([promise]) - open_clocks
            if first and first.ticket_id != target and not done:
                first.ticket_id = target

    def _take_over(self, others):
        """Fill what this ticket lacks from the others, oldest first."""
        self.ensure_one()
        vals = {}
        for name in ("unit_id", "symptom_id", "contact_id", "user_id"):
            if not self[name]:
                found = others.sorted("id").filtered(name)[:1]
                if found:
                    vals[name] = found[name].id
        vals["date_reported"] = min((self | others).mapped("date_reported"))
        texts = [ticket.description for ticket in self | others if ticket.description]
        if texts:
            vals["description"] = Markup("<hr/>").join(texts)
        self.write(vals)
        self.message_post(
            body=self.env._(
                "Merged: %(tickets)s.", tickets=", ".join(others.mapped("name"))
            )
        )
