from datetime import timedelta

from odoo import models


class AfterSalesOrderLine(models.Model):
    """Which used parts owe an old one, and the duties that follow from it."""

    _inherit = "after.sales.order.line"

    # === BUSINESS === #
    def _get_old_part_rule(self, rules):
        """Return the first rule that speaks about the line; may be empty."""
        self.ensure_one()
        own = rules.filtered(lambda rule: rule.company_id == self.company_id)
        return own._get_first(self)

    def _owes_old_part(self, rules=None):
        """Say if the part that came out must be brought back.

        :param rules: the duty rules of the companies, where they are known already
        """
        self.ensure_one()
        if self.kind != "part" or self.order_id.kind == "installation":
            return False
        if not self._get_used_quantity():
            return False
        if rules is None:
            rules = self.env["after.sales.old.part.rule"]._get_rules(self.company_id)
        rule = self._get_old_part_rule(rules)
        if rule:
            return rule.is_owed
        duty = self.product_id.after_sales_old_part_duty
        return duty == "always" or (duty == "covered" and self._is_free_of_charge())

    def _open_old_parts(self):
        """Bring the duties in line with what was used and is owed.

        What was handed in or written off stays; only what is still due is raised,
        lessened or dropped.
        """
        # Nobody has the right to make duties; they follow from the completed lines.
        lines = self.sudo()
        rules = self.env["after.sales.old.part.rule"]._get_rules(lines.company_id)
        dropped = self.env["after.sales.old.part"].sudo()  # as above
        new = []
        for line in lines:
            missing, superfluous = line._settle_old_parts(rules)
            dropped |= superfluous
            if missing:
                new.append(line._prepare_old_part_vals(missing, rules))
        if dropped:
            dropped._move_to("cancel")
            dropped._add_movement("cancel")
        dropped.create(new)

    def _settle_old_parts(self, rules):
        """Set what is still due of one line.

        :return: ``(quantity for which no duty is open, duties nobody owes any more)``
        """
        self.ensure_one()
        uom = self.product_id.uom_id
        alive = self.old_part_ids.filtered(lambda part: part.state != "cancel")
        due = alive.filtered(lambda part: part.state == "due")
        owed = self._get_used_quantity() if self._owes_old_part(rules) else 0.0
        wanted = owed - sum((alive - due).mapped("quantity"))
        if uom.compare(wanted, 0) <= 0:
            return 0.0, due
        if not due:
            return wanted, due
        if uom.is_zero(sum(due.mapped("quantity")) - wanted):
            return 0.0, due.browse()
        due[0].quantity = wanted
        return 0.0, due[1:]

    def _prepare_old_part_vals(self, quantity, rules):
        """Return the values of the duty to bring the old part of one line back."""
        self.ensure_one()
        order = self.order_id
        days = (
            self._get_old_part_rule(rules).days
            or order.company_id.after_sales_old_part_days
        )
        return {
            "company_id": order.company_id.id,
            "order_line_id": self.id,
            "technician_id": order.technician_id.id,
            "product_id": (self.unit_component_id.product_id or self.product_id).id,
            "quantity": quantity,
            "serial": self.serial_out,
            "date_due": order._get_completion_date() + timedelta(days=days),
        }
