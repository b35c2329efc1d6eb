from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AfterSalesOldPartScan(models.TransientModel):
    """Takes old parts in by scanning their labels or serial numbers."""

    _name = "after.sales.old.part.scan"
    _description = "Scan Old Parts In"

    code = fields.Char(
        string="Scan", help="The code on the label, or the serial number of the part."
    )
    message = fields.Char(readonly=True)
    line_ids = fields.One2many(
        "after.sales.old.part.scan.line", "scan_id", string="Handed In"
    )

    @api.onchange("code")
    def _onchange_code(self):
        """Add what was scanned to the list, and be ready for the next one."""
        code = (self.code or "").strip()
        self.message = False
        if not code:
            return
        self.code = False
        part, self.message = self.env["after.sales.old.part"]._find_by_code(code)
        if not part:
            return
        if part.id in self.line_ids.old_part_id._origin.ids:
            self.message = self.env._(
                "%(part)s is in the list already.", part=part.name
            )
            return
        self.line_ids = [
            Command.create(
                {
                    "old_part_id": part.id,
                    "quantity": part.quantity,
                    "serial": part.serial,
                }
            )
        ]

    def action_apply(self):
        """Receive everything in the list with native receipts, and go to the desk."""
        self.ensure_one()
        if not self.line_ids:
            raise UserError(
                self.env._("Scan the label of an old part, or its serial number.")
            )
        self.line_ids._receive()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_old_part_action_desk"
        )


class AfterSalesOldPartScanLine(models.TransientModel):
    """One old part that was scanned."""

    _name = "after.sales.old.part.scan.line"
    _description = "Scanned Old Part"
    _order = "id"

    scan_id = fields.Many2one(
        "after.sales.old.part.scan", required=True, ondelete="cascade"
    )
    old_part_id = fields.Many2one("after.sales.old.part", required=True)
    product_id = fields.Many2one(related="old_part_id.product_id")
    technician_id = fields.Many2one(related="old_part_id.technician_id")
    quantity_due = fields.Float(
        related="old_part_id.quantity", string="Due Back", digits="Product Unit"
    )
    quantity = fields.Float(string="Handed In Now", digits="Product Unit")
    serial = fields.Char(string="Serial Number")

    def _receive(self):
        """Check every line first, then receive; fewer pieces leave a duty behind."""
        for line in self:
            uom = line.product_id.uom_id
            is_wrong = (
                uom.compare(line.quantity, 0) <= 0
                or uom.compare(line.quantity, line.quantity_due) > 0
            )
            if is_wrong:
                raise UserError(
                    self.env._(
                        "%(part)s: hand in at least one and at most %(quantity)g.",
                        part=line.old_part_id.name,
                        quantity=line.quantity_due,
                    )
                )
        self.old_part_id._check_receive()
        for line in self:
            part = line.old_part_id
            if line.product_id.uom_id.compare(line.quantity, part.quantity) < 0:
                part._split(line.quantity)
            if line.serial and line.serial != part.serial:
                part._note_serial(line.serial)
        self.old_part_id.action_receive()


class AfterSalesOldPartAnalyse(models.TransientModel):
    """Writes one finding on many parts, as at the monthly analysis."""

    _name = "after.sales.old.part.analyse"
    _description = "Analyse Old Parts"

    part_ids = fields.Many2many(
        "after.sales.old.part",
        "after_sales_old_part_analyse_rel",
        "wizard_id",
        "part_id",
        string="Old Parts",
        default=lambda self: self.env.context.get("active_ids"),
    )
    finding = fields.Selection(
        selection=lambda self: self._get_options("finding"), required=True
    )
    found_cause_id = fields.Many2one(
        "after.sales.fault.code",
        string="Cause Found",
        domain=[("kind", "=", "cause")],
    )
    finding_note = fields.Text(string="What Was Found")
    disposition = fields.Selection(
        selection=lambda self: self._get_options("disposition"),
        compute="_compute_disposition",
        store=True,
        readonly=False,
    )
    supplier_id = fields.Many2one(
        "res.partner", string="Manufacturer", help="Empty: each part's own."
    )
    is_carried_out = fields.Boolean(
        string="Carry Out at Once", help="Makes the transfers, scraps and repairs."
    )

    @api.model
    def _get_options(self, fname):
        field = self.env["after.sales.old.part"]._fields[fname]
        return field._description_selection(self.env)

    @api.depends("finding")
    def _compute_disposition(self):
        for wizard in self:
            wizard.disposition = self.env["after.sales.old.part"]._suggest(
                wizard.finding
            )

    def action_apply(self):
        self.ensure_one()
        parts = self.part_ids
        parts._check_state("received")
        vals = {"finding": self.finding, "found_cause_id": self.found_cause_id.id}
        if self.finding_note:
            vals["finding_note"] = self.finding_note
        if self.supplier_id:
            vals["supplier_id"] = self.supplier_id.id
        parts.write(vals)
        parts.disposition = self.disposition
        parts.action_analyse()
        if self.is_carried_out:
            parts.action_dispose()
        return {"type": "ir.actions.act_window_close"}


class AfterSalesOldPartWriteOff(models.TransientModel):
    """Asks why an old part will not come back."""

    _name = "after.sales.old.part.write.off"
    _description = "Write Off Old Parts"

    part_ids = fields.Many2many(
        "after.sales.old.part",
        "after_sales_old_part_write_off_rel",
        "wizard_id",
        "part_id",
        string="Old Parts",
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        self.part_ids._ask_write_off(self.reason)
        return {"type": "ir.actions.act_window_close"}
