from collections import defaultdict

from odoo import fields, models


class AfterSalesOrder(models.Model):
    """Parts that were issued for an order: what fits, and what is left over."""

    _inherit = "after.sales.order"

    issued_line_ids = fields.One2many(
        "after.sales.requisition.line",
        "order_id",
        string="Parts Issued",
        domain=[("quantity_issued", ">", 0)],
    )
    has_leftover = fields.Boolean(
        string="Parts Are Left Over", compute="_compute_has_leftover"
    )

    # === COMPUTES === #
    def _compute_has_leftover(self):
        open_orders = self.filtered(
            lambda order: order.state not in ("draft", "reviewed", "cancel")
        )
        left = open_orders._get_left_by_requisition_line()
        orders = {line.order_id for line in left if not line.leftover}
        for order in self:
            order.has_leftover = order in orders

    # === ACTIONS === #
    def action_keep_leftover(self):
        """Everything that was not used stays in the van."""
        self._set_leftover("kept")

    def action_return_leftover(self):
        """Everything that was not used goes back to the warehouse."""
        self._set_leftover("returned")

    # === BUSINESS === #
    def _set_leftover(self, value):
        self.check_access("write")
        for line in self._get_left_by_requisition_line():
            # The right to the order was checked; helpers have none on requisitions.
            line.sudo().leftover = value

    def _get_left_by_requisition_line(self):
        """Return ``{requisition line: quantity issued and not used}``, none at zero.

        What was used of a part is set off against the oldest requisition first.
        Quantities are in the unit of the requisition line.
        """
        # Technicians see what was issued for their order, whoever asked for it.
        issued = (
            self.env["after.sales.requisition.line"]
            .sudo()
            .search(
                [
                    ("order_id", "in", self._origin.ids or self.ids),
                    ("quantity_issued", ">", 0),
                ],
                order="id",
            )
        )
        used = defaultdict(float)
        for line in issued.order_id._get_part_lines():
            used[line.order_id, line.product_id] += line._get_used_quantity()
        left = {}
        for line in issued:
            uom = line.product_id.uom_id
            quantity = line.uom_id._compute_quantity(line.quantity_issued, uom)
            taken = min(quantity, used[line.order_id, line.product_id])
            used[line.order_id, line.product_id] -= taken
            if uom.compare(quantity, taken) > 0:
                left[line.sudo(False)] = uom._compute_quantity(
                    quantity - taken, line.uom_id
                )
        return left

    def _check_completion(self):
        # Told with the rest, before the customer signs for what the van never had.
        problems = super()._check_completion() + self._get_shortages()
        asked = self.filtered(lambda row: row.company_id.after_sales_leftover_asked)
        for line, quantity in asked._get_left_by_requisition_line().items():
            line = line.sudo()  # as above: issued for this order
            if not line.leftover:
                problems.append(
                    self.env._(
                        "%(quantity)g %(part)s of %(requisition)s were issued and not "
                        "used. Say on the page “Transfers” whether they stay in the "
                        "van or go back.",
                        quantity=quantity,
                        part=line.product_id.display_name,
                        requisition=line.requisition_id.name,
                    )
                )
        return problems

    def _check_completion_lines(self):
        problems = super()._check_completion_lines()
        if self.company_id.after_sales_part_fit == "block":
            lines = self._get_part_lines().filtered(lambda line: not line.is_unused)
            warnings = [self._get_fit_warning(product) for product in lines.product_id]
            problems += [warning for warning in warnings if warning]
        return problems

    def _do_completion(self):
        result = super()._do_completion()
        self._return_leftover()
        return result

    def _return_leftover(self):
        """Announce to the warehouse what goes back; the clerk takes it in."""
        for order, lines in self._group_leftover().items():
            # The technician completed the order; its parts are in the own van.
            employee = order.sudo().technician_id
            rows = [
                (line.product_id, line.env["stock.lot"], quantity, line)
                for line, quantity in lines
            ]
            picking = employee._after_sales_return_parts(rows)
            picking.after_sales_order_id = order
            picking.origin = self.env._("Unused parts of %(name)s", name=order.name)

    def _group_leftover(self):
        groups = defaultdict(list)
        for line, quantity in self._get_left_by_requisition_line().items():
            line = line.sudo()  # the technician has no right on stock moves
            if line.leftover == "returned" and not line._is_coming_back():
                groups[line.order_id].append(
                    (
                        line,
                        line.uom_id._compute_quantity(quantity, line.product_id.uom_id),
                    )
                )
        return groups

    def _get_fit_warning(self, product):
        """Return the sentence why ``product`` does not fit the unit, or False.

        Without a catalogue of the unit's product nothing is known, so nothing is said.
        """
        template = self.unit_id.product_id.product_tmpl_id
        company = self.company_id or self.env.company
        if not product or not template or company.after_sales_part_fit == "none":
            return False
        fitting = template.after_sales_component_ids.part_ids
        product = product._origin
        if not fitting or product in fitting:
            return False
        instead = fitting.browse().union(
            *(part._get_after_sales_alternatives() for part in fitting)
        )
        if product in instead:
            return False
        return self.env._(
            "%(part)s is in no position of %(product)s. Check the part list of the "
            "unit, or add the part to a position.",
            part=product.display_name,
            product=template.display_name,
        )
