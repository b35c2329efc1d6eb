from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError


class AfterSalesHandover(models.Model):
    """What somebody who leaves or moves still holds, and who takes it."""

    _name = "after.sales.handover"
    _description = "Handover on Leaving"
    _inherit = ["after.sales.number.mixin", "after.sales.state.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True
    )
    reason = fields.Selection(
        [("leave", "Leaving"), ("transfer", "Other post")],
        default="leave",
        required=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    line_ids = fields.One2many(
        "after.sales.handover.line", "handover_id", string="Still Held", readonly=True
    )
    open_count = fields.Integer(string="Open Items", compute="_compute_open_count")
    note = fields.Text()
    force_reason = fields.Text(
        string="Reason for Closing Unsettled", copy=False, tracking=True
    )
    state = fields.Selection(
        [("open", "Open"), ("done", "Settled"), ("cancel", "Cancelled")],
        default="open",
        required=True,
        tracking=True,
        copy=False,
    )

    # === COMPUTES === #
    @api.depends("line_ids.is_settled")
    def _compute_open_count(self):
        counts = dict(
            self.env["after.sales.handover.line"]._read_group(
                [("handover_id", "in", self.ids), ("is_settled", "=", False)],
                ["handover_id"],
                ["__count"],
            )
        )
        for handover in self:
            handover.open_count = counts.get(handover, 0)

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        handovers = super().create(vals_list)
        handovers._refresh()
        return handovers

    def write(self, vals):
        if "employee_id" in vals and any(
            handover.employee_id.id != vals["employee_id"] for handover in self
        ):
            raise UserError(self.env._("Make a new handover for somebody else."))
        return super().write(vals)

    # === ACTIONS === #
    def action_refresh(self):
        self.check_access("write")
        self._refresh()

    def action_settle(self):
        """Close the handover once nothing is open any more."""
        self.check_access("write")
        self._refresh()
        for handover in self:
            left = handover.line_ids.filtered(lambda line: not line.is_settled)
            if left:
                raise UserError(
                    self.env._(
                        "%(employee)s still answers for %(name)s. %(todo)s",
                        employee=handover.employee_id.name,
                        name=left[0].name,
                        todo=left[0].todo,
                    )
                )
        self._move_to("done", force_reason=False)

    def action_force(self):
        """Close the handover although something is open: an HR manager answers."""
        if not self.env.user.has_group("hr.group_hr_manager"):
            raise AccessError(
                self.env._("Only an HR manager can close an unsettled handover.")
            )
        self._refresh()
        if not all(handover.force_reason for handover in self):
            raise UserError(
                self.env._("Write the reason for closing the handover unsettled.")
            )
        self._move_to("done", date=fields.Date.context_today(self))

    def action_cancel(self):
        self.check_access("write")
        self._move_to("cancel")

    def action_reopen(self):
        self.check_access("write")
        self._move_to("open")
        self._refresh()

    # === BUSINESS === #
    def _get_transitions(self):
        return {"open": {"done", "cancel"}, "done": set(), "cancel": {"open"}}

    def _refresh(self):
        """Compare the list with what is held now; what is gone counts as settled."""
        held = self.employee_id._after_sales_open_custody()
        for handover in self.filtered(lambda handover: handover.state == "open"):
            lines = {(line.kind, line.res_id): line for line in handover.line_ids}
            commands = []
            seen = set()
            for thing in held:
                if thing["employee"] != handover.employee_id:
                    continue
                key = (thing["kind"], thing["record"].id)
                seen.add(key)
                vals = handover._prepare_line_vals(thing)
                commands.append(
                    Command.update(lines[key].id, vals)
                    if key in lines
                    else Command.create(vals)
                )
            commands += [
                Command.update(line.id, {"is_settled": True})
                for key, line in lines.items()
                if key not in seen
            ]
            # sudo: the list is made by the program; nobody types into it.
            handover.sudo().line_ids = commands

    def _prepare_line_vals(self, thing):
        """Return the values of the row of one open thing. Meant to be extended."""
        return {
            "kind": thing["kind"],
            "res_id": thing["record"].id,
            "name": thing["name"],
            "quantity": thing["quantity"],
            "todo": thing["todo"],
            "is_settled": False,
        }


class AfterSalesHandoverLine(models.Model):
    """One thing on the handover list."""

    _name = "after.sales.handover.line"
    _description = "Handover Item"
    _order = "handover_id, kind, id"

    handover_id = fields.Many2one(
        "after.sales.handover", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", related="handover_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("tool", "Tool"),
            ("van", "Van stock"),
            ("old_part", "Old part"),
            ("cash", "Cash"),
            ("order", "Service order"),
        ],
        required=True,
    )
    # Of the record behind the row; which model it is follows from the kind.
    res_id = fields.Integer(string="Record")
    name = fields.Char(string="Item", required=True)
    quantity = fields.Float(default=1.0, digits="Product Unit")
    todo = fields.Char(string="To Do")
    is_settled = fields.Boolean(string="Settled")
