from odoo import api, models
from odoo.exceptions import LockError, UserError

# Only Python code can put this object into a context: a caller by RPC cannot.
_MOVE = object()


class AfterSalesStateMixin(models.AbstractModel):
    """One table of allowed moves per model and one writer of ``state``."""

    _name = "after.sales.state.mixin"
    _description = "After-Sales State"

    def _get_transitions(self):
        """Return the allowed moves. Meant to be extended.

        :return: ``{state: {next states}}``, with a key for every state
        :rtype: dict[str, set[str]]
        """
        raise NotImplementedError

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("after_sales_move") is not _MOVE:
            first = self.default_get(["state"]).get("state")
            if any(vals.get("state", first) != first for vals in vals_list):
                raise UserError(
                    self.env._(
                        "A new document starts at its first state. Use the "
                        "buttons to bring it further."
                    )
                )
        return super().create(vals_list)

    def write(self, vals):
        if (
            "state" in vals
            and self.env.context.get("after_sales_move") is not _MOVE
            and any(record.state != vals["state"] for record in self)
        ):
            raise UserError(
                self.env._("The state cannot be written by hand. Use the buttons.")
            )
        return super().write(vals)

    # === BUSINESS === #
    def _move_to(self, state, **vals):
        """Bring the records to ``state``; every change of state goes through here.

        The rows are locked first, so that of two people who press the same button
        the second one is told instead of doing it twice.

        :param str state: the state to reach
        :param vals: further values written with it
        :raise UserError: if a record may not go from its state to ``state``, or if
            somebody else is changing it at this moment
        """
        self._lock_for_move()
        transitions = self._get_transitions()
        stuck = self.filtered(lambda record: state not in transitions[record.state])
        if stuck:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(name)s is “%(current)s” and cannot become “%(wanted)s”. Reload "
                    "the page to see what was done meanwhile.",
                    name=stuck[0].display_name,
                    current=labels[stuck[0].state],
                    wanted=labels[state],
                )
            )
        self.with_context(after_sales_move=_MOVE).write({"state": state, **vals})

    def _lock_for_move(self):
        """Hold the rows until the end of the transaction.

        :raise UserError: if another transaction holds one of them
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is working on %(name)s right now. Wait a moment, "
                    "reload the page and try again.",
                    name=self[:1].display_name,
                )
            ) from error
