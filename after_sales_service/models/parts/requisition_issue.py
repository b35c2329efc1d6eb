from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .requisition import CLERK, SUPERVISOR


class AfterSalesRequisition(models.Model):
    """The native transfers that bring what was approved into the van."""

    _inherit = "after.sales.requisition"

    picking_ids = fields.One2many(
        "stock.picking",
        "after_sales_requisition_id",
        groups="stock.group_stock_user,after_sales_service.after_sales_group_auditor",
    )
    picking_count = fields.Integer(
        string="Transfers", compute="_compute_picking_count", compute_sudo=True
    )
    is_issue_missing = fields.Boolean(
        string="Transfer Cancelled",
        compute="_compute_is_issue_missing",
        compute_sudo=True,
    )
    issue_progress = fields.Selection(
        [("none", "Not issued"), ("partly", "Partly issued"), ("all", "All issued")],
        string="Issued So Far",
        compute="_compute_issue_progress",
        store=True,
        index=True,
    )

    # === COMPUTES === #
    @api.depends("picking_ids")
    def _compute_picking_count(self):
        for requisition in self:
            requisition.picking_count = len(requisition.picking_ids)

    @api.depends("state", "line_ids.move_ids.state")
    def _compute_is_issue_missing(self):
        for requisition in self:
            states = set(requisition.line_ids.move_ids.mapped("state"))
            requisition.is_issue_missing = (
                requisition.state == "approved" and states <= {"cancel"}
            )

    @api.depends("line_ids.quantity_issued", "line_ids.quantity")
    def _compute_issue_progress(self):
        for requisition in self:
            lines = requisition.line_ids
            if not any(line.quantity_issued > 0 for line in lines):
                requisition.issue_progress = "none"
            elif any(line._is_missing() for line in lines):
                requisition.issue_progress = "partly"
            else:
                requisition.issue_progress = "all"

    # === ACTIONS === #
    def action_issue_again(self):
        """Make a new transfer after the first one was cancelled."""
        self._check_group(CLERK, SUPERVISOR)
        if any(not requisition.is_issue_missing for requisition in self):
            raise UserError(
                self.env._("There is an open transfer already. Open it to issue.")
            )
        self._issue()

    def action_view_pickings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        action["domain"] = [("after_sales_requisition_id", "=", self.id)]
        action["context"] = {}
        if len(self.picking_ids) == 1:
            action.update(
                res_id=self.picking_ids.id, views=[(False, "form")], view_mode="form"
            )
        return action

    # === BUSINESS === #
    def _issue(self):
        """Make the native transfers from the warehouse to the vans."""
        # Who approves need not have stock rights; the state was checked before.
        pickings = (
            self.env["stock.picking"]
            .sudo()
            .create(
                [requisition._prepare_picking_vals() for requisition in self.sudo()]
            )
        )
        pickings.action_confirm()
        pickings.action_assign()

    def _prepare_picking_vals(self):
        """Return the values of the transfer of one requisition, with its moves."""
        self.ensure_one()
        picking_type = self.warehouse_id.after_sales_issue_type_id
        source = picking_type.default_location_src_id
        return {
            "picking_type_id": picking_type.id,
            "location_id": source.id,
            "location_dest_id": self.van_id.id,
            "partner_id": self.technician_id.work_contact_id.id,
            "origin": " ".join(filter(None, [self.name, self.order_id.name])),
            "priority": "1" if self.is_urgent else "0",
            "scheduled_date": self.date_needed or fields.Datetime.now(),
            "company_id": self.company_id.id,
            "after_sales_requisition_id": self.id,
            "after_sales_order_id": self.order_id.id,
            "move_ids": [
                Command.create(line._prepare_move_vals(source))
                for line in self.line_ids
            ],
        }

    def _cancel_approved(self):
        """Cancel what is not issued yet."""
        self.ensure_one()
        self._check_group(CLERK, SUPERVISOR)
        # Supervisors have no stock rights.
        moves = self.sudo().line_ids.move_ids
        has_issued = "done" in moves.mapped("state")
        if not has_issued:
            self._move_to("cancel")
        moves.filtered(lambda m: m.state not in ("done", "cancel"))._action_cancel()

    def _follow_transfers(self):
        """Become issued when nothing is left to issue; say when all was cancelled."""
        for requisition in self.filtered(lambda r: r.state == "approved"):
            states = set(requisition.line_ids.move_ids.mapped("state"))
            if not states <= {"done", "cancel"}:
                continue
            if "done" in states:
                requisition._move_to("issued")
            else:
                requisition.message_post(
                    body=self.env._(
                        "The transfer was cancelled in the warehouse. Issue the parts "
                        "again or cancel the requisition."
                    )
                )
