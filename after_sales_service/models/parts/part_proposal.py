from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

# From this share of the past repairs on a part is proposed at once.
LIKELY = 0.5
# What a technician used in this time is what the van should hold again.
VAN_DAYS = 30


class AfterSalesOrder(models.Model):
    """Which parts past repairs, fault codes and the catalogue speak for."""

    _inherit = "after.sales.order"

    def _get_part_proposals(self):
        """Return the parts the job may need, the most likely first.

        What is on the order or asked for already is left out; a superseded part is
        proposed as its successor.

        :return: dicts with ``product``, ``quantity`` (in the product's unit),
            ``reason`` (a sentence part) and ``is_likely``
        :rtype: list[dict]
        """
        self.ensure_one()
        known = self.line_ids.product_id | self.requisition_ids.line_ids.product_id
        proposals = {}
        for row in self._get_past_proposals() + self._get_catalogue_proposals():
            product = row["product"]
            newest = product._get_after_sales_successors()[-1:]
            if newest:
                row["reason"] = self.env._(
                    "%(reason)s; supersedes %(part)s",
                    reason=row["reason"],
                    part=product.display_name,
                )
                row["product"] = product = newest
            if product not in known:
                proposals.setdefault(product, row)
        return list(proposals.values())

    def _get_past_proposals(self):
        """Return what completed repairs of the product used, with their number."""
        template = self.unit_id.product_id.product_tmpl_id
        if not template:
            return []
        past = self._get_past_domain(template)
        found = []
        for field in ("symptom_id", "cause_id"):
            if self[field]:
                domain = past & Domain(field, "child_of", self[field].id)
                found += self._count_past_parts(domain, field)
        return found or self._count_past_parts(past, "product_id")

    def _get_past_domain(self, template):
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("product_id.product_tmpl_id", "=", template.id)
            & Domain("state", "in", ("done", "reviewed"))
            & Domain("outcome", "in", ("repaired", "replaced"))
            & Domain("id", "!=", self.id)
        )

    def _count_past_parts(self, domain, field):
        """Return the parts used in the orders of ``domain``; two queries."""
        # Technicians read their own orders only; they get numbers, no customers.
        orders = self.sudo().search(domain)
        rows = orders.line_ids._read_group(
            [
                ("order_id", "in", orders.ids),
                ("kind", "=", "part"),
                ("is_unused", "=", False),
                ("quantity_done", ">", 0),
                ("product_id.is_after_sales_part", "=", True),
            ],
            ["product_id"],
            ["order_id:count_distinct", "quantity_done:sum"],
        )
        return [
            {
                "product": product.sudo(False),
                "quantity": max(round(quantity / count), 1),
                "reason": self._get_past_reason(field, count, len(orders)),
                "is_likely": count / len(orders) >= LIKELY,
            }
            for product, count, quantity in sorted(
                rows, key=lambda row: (-row[1], row[0].id)
            )
        ]

    def _get_past_reason(self, field, count, total):
        values = {"count": count, "all": total}
        if field == "symptom_id":
            return self.env._(
                "used in %(count)s of %(all)s repairs with this symptom", **values
            )
        if field == "cause_id":
            return self.env._(
                "used in %(count)s of %(all)s repairs with this cause", **values
            )
        return self.env._(
            "used in %(count)s of %(all)s repairs of this product", **values
        )

    def _get_catalogue_proposals(self):
        """Return the parts of the positions of the unit's product."""
        template = self.unit_id.product_id.product_tmpl_id
        return [
            {
                "product": part,
                "quantity": 1.0,
                "reason": self.env._(
                    "fits position %(position)s",
                    position=" ".join(filter(None, [position.code, position.name])),
                ),
                "is_likely": False,
            }
            for position in template.after_sales_component_ids
            for part in position.part_ids
        ]


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _get_van_proposals(self):
        """Return what the technician used lately and the van has no more.

        The same dicts as for an order.
        """
        self.ensure_one()
        ledger = self.env["after.sales.part.ledger"]
        domain = [
            ("technician_id", "=", self.id),
            ("kind", "=", "used"),
            ("date", ">=", fields.Datetime.now() - timedelta(days=VAN_DAYS)),
        ]
        used = ledger._read_group(domain, ["product_id"], ["quantity:sum"])
        stock = dict(
            self.env["after.sales.van.stock"]._read_group(
                [("technician_id", "=", self.id)],
                ["product_id"],
                ["quantity:sum"],
            )
        )
        proposals = []
        for product, quantity in used:
            missing = -quantity - max(stock.get(product, 0.0), 0.0)
            if product.uom_id.compare(missing, 0) > 0:
                proposals.append(
                    {
                        "product": product,
                        "quantity": missing,
                        "reason": self.env._(
                            "%(quantity)g used in %(days)s days, %(left)g in the van",
                            quantity=-quantity,
                            days=VAN_DAYS,
                            left=stock.get(product, 0.0),
                        ),
                        "is_likely": True,
                    }
                )
        return proposals
