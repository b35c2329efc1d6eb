from odoo import api, fields, models
from odoo.exceptions import UserError


class RepairOrder(models.Model):
    _inherit = "repair.order"

    after_sales_order_id = fields.Many2one(
        "after.sales.order", string="Service Order", index="btree_not_null", copy=False
    )
    after_sales_old_part_id = fields.Many2one(
        "after.sales.old.part", string="Old Part", index="btree_not_null", copy=False
    )
    is_after_sales_refurbish = fields.Boolean(
        string="Refurbishing", compute="_compute_is_after_sales_refurbish"
    )
    after_sales_hours = fields.Float(
        string="Hours of Work",
        copy=False,
        help="What the work costs becomes part of the value of the refurbished part.",
    )
    after_sales_labour_cost = fields.Float(
        string="Cost of the Work",
        digits="Product Price",
        compute="_compute_after_sales_labour_cost",
        store=True,
        groups="stock.group_stock_manager,"
        "after_sales_service.after_sales_group_clerk,"
        "after_sales_service.after_sales_group_auditor",
        help="By the hourly cost of the responsible employee, else that of the "
        "workshop in the settings.",
    )

    _after_sales_hours_not_negative = models.Constraint(
        "CHECK(after_sales_hours >= 0)", "Nobody works less than no time."
    )

    # === COMPUTES === #
    @api.depends("after_sales_old_part_id")
    def _compute_is_after_sales_refurbish(self):
        # The workshop has no rights on old parts.
        for repair in self.sudo():
            repair.is_after_sales_refurbish = bool(repair.after_sales_old_part_id)

    @api.depends("after_sales_hours", "user_id", "company_id")
    def _compute_after_sales_labour_cost(self):
        # What an hour of somebody costs is seen by HR only; the sum goes into stock.
        for repair in self.sudo():
            company = repair.company_id
            rate = company.after_sales_workshop_cost
            if repair.user_id and repair.after_sales_hours:
                worker = repair.user_id._after_sales_employee(company)
                rate = worker.sudo().hourly_cost or rate  # as above
            repair.after_sales_labour_cost = repair.after_sales_hours * rate

    # === CRUD === #
    def write(self, vals):
        if {"after_sales_hours", "after_sales_old_part_id"} & vals.keys():
            self._check_after_sales_open()
        return super().write(vals)

    # === ACTIONS === #
    def action_repair_done(self):
        result = super().action_repair_done()
        # The workshop has no rights on old parts.
        for repair in self.sudo().filtered("after_sales_old_part_id"):
            if repair.state == "done":
                repair.after_sales_old_part_id._finish_refurbish(repair)
        return result

    def action_repair_cancel(self):
        result = super().action_repair_cancel()
        # The workshop has no rights on old parts.
        for repair in self.sudo().filtered("after_sales_old_part_id"):
            repair.after_sales_old_part_id._give_up_refurbish(repair)
        return result

    # === BUSINESS === #
    def _check_after_sales_open(self):
        done = self.filtered(
            lambda repair: repair.after_sales_old_part_id and repair.state == "done"
        )
        if done:
            raise UserError(
                self.env._(
                    "%(repair)s is done: the part stands in the stock at its cost "
                    "already. Change its value in Inventory.",
                    repair=done[0].name,
                )
            )

    def _get_refurbish_cost(self):
        """Return what the refurbished part cost, in the company's currency.

        New parts and work, less the parts taken out of it that went into stock.
        """
        self.ensure_one()
        lines = self.move_ids.grouped("repair_line_type")
        none = self.env["stock.move"]
        added = sum(lines.get("add", none).mapped("value"))
        recycled = sum(lines.get("recycle", none).mapped("value"))
        # Whoever ends the repair need not see what an hour costs.
        labour = self.sudo().after_sales_labour_cost
        return max(added + labour - recycled, 0.0)
