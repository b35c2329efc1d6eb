from collections import defaultdict

from odoo import api, fields, models

from ...rules.recovery import Facts, Verdict, judge
from .supplier_claim_line import RECOVERY_GROUPS
from .supplier_warranty import RECEIPT


class AfterSalesSupplierClaimLine(models.Model):
    """How the verdict about a covered line comes about: facts, then the rule."""

    _inherit = "after.sales.supplier.claim.line"

    # === BUSINESS === #
    @api.model
    def _judge(self, orders):
        """Bring the verdicts in line with the orders, all at once.

        Nothing is done in companies without agreements. What was sent to a supplier
        stays as it was sent.

        :param orders: service orders, in superuser mode
        """
        agreements = self.env["after.sales.supplier.agreement"]._get_agreements(
            orders.company_id
        )
        orders = orders.filtered(
            lambda order: order.company_id in agreements.company_id
        )
        if not orders:
            return
        known = self.search([("order_id", "in", orders.ids)])
        known = {row.order_line_id: row for row in known}
        lines = orders.line_ids._get_recoverable()
        found = self._get_verdicts(lines, agreements)
        stale = self.browse().union(
            *(row for line, row in known.items() if line not in found)
        )
        stale.filtered(lambda row: not row._is_claimed()).unlink()
        new = []
        for line, vals in found.items():
            if line not in known:
                new.append(vals | {"order_line_id": line.id})
            elif not known[line]._is_claimed():
                known[line]._update_verdict(vals)
        self.create(new)

    def _update_verdict(self, vals):
        self.ensure_one()
        if vals["verdict"] == "none":
            vals = vals | {"claim_id": False}
        changes = {
            fname: value
            for fname, value in vals.items()
            if self._fields[fname].convert_to_write(self[fname], self)
            != (value or False)
        }
        if changes:
            self.write(changes)

    @api.model
    def _get_verdicts(self, lines, agreements):
        """Return ``{order line: values of its verdict}``; parts are judged first."""
        lines = lines.sorted(lambda line: (line.kind != "part", line.id))
        lines.old_part_ids.movement_ids.fetch(["kind"])  # at once for all lines
        sources = self._get_sources(lines)
        costs = lines._get_borne_costs()
        verdicts, used = {}, defaultdict(float)
        for line in lines:
            leader = line._get_leading_part(verdicts)
            if line.kind != "part" and leader is False:
                verdicts[line] = self._prepare_verdict_vals(
                    line, {}, agreements.browse(), Verdict("no_part"), costs[line]
                )
                continue
            source = sources[leader or line]
            agreement = agreements._choose(
                source["supplier"], source["product"], line.company_id
            )
            key = line.order_id, agreement
            facts = self._get_facts(line, leader or line, source, costs[line])
            facts = Facts(**facts, labour_used=used[key])
            verdict = judge(facts, agreement._get_terms(), line.currency_id.rounding)
            if line.kind == "labour":
                used[key] += verdict.amount
            verdicts[line] = self._prepare_verdict_vals(
                line, source, agreement, verdict, costs[line]
            ) | {"part_line_id": (leader or line).id}
        return verdicts

    @api.model
    def _get_facts(self, line, part_line, source, cost):
        """Return the facts the rule reads. Meant to be extended.

        :param part_line: the line of the part that failed, ``line`` itself or another
        """
        order = line.order_id
        old_parts = part_line.old_part_ids
        return {
            "kind": line.kind,
            "cost": cost,
            "cover_share": line._get_borne_share(),
            "date_fault": order.date_fault or order._get_completion_date(),
            "date_done": order._get_completion_date(),
            "date_asked": fields.Date.context_today(self),
            "date_receipt": source["date_receipt"] or None,
            "date_sale": source["date_sale"] or None,
            "hours": line._get_hours_used(),
            "old_part": part_line._get_old_part_place(),
            "has_supplier": bool(source["supplier"]),
            "is_misuse": order.cause_id.cover_effect == "voids",
            "is_no_fault": "no_fault" in old_parts.mapped("finding"),
        }

    @api.model
    def _prepare_verdict_vals(self, line, source, agreement, verdict, cost):
        """Return the values of the verdict of one line. Meant to be extended."""
        product = source.get("product")
        supplier = source.get("supplier")
        return {
            "company_id": line.company_id.id,
            "product_id": product and product.id,
            "serial": source.get("serial"),
            "supplier_id": supplier and supplier.id,
            "agreement_id": agreement.id,
            "date_done": line.order_id._get_completion_date(),
            "date_start": verdict.start,
            "date_end": verdict.end,
            "date_limit": verdict.last_day,
            "cost": cost * line._get_borne_share() / 100,
            "amount": verdict.amount,
            "verdict": "claim" if verdict.is_claim else "none",
            "reason": verdict.code,
        }

    # === BUSINESS: which part failed, and where it came from === #
    @api.model
    def _get_sources(self, lines):
        """Return what failed and who supplied it when.

        :return: ``{line: {product, serial, supplier, date_receipt, date_sale}}``
        """
        failed = {line: line._get_failed_part() for line in lines}
        warranties = self._get_warranties(failed)
        receipts = self._get_receipts(failed)
        return {
            line: self._get_source(part, warranties.get(line), receipts)
            for line, part in failed.items()
        }

    @api.model
    def _get_source(self, part, warranty, receipts):
        """Return the source of one part: its serial's receipt, else the last one."""
        company, product, fitted = part["company"], part["product"], part["fitted"]
        source = {"product": product, "serial": part["serial"]}
        if product.tracking == "serial":
            receipts = {}  # those of other pieces say nothing about this one
        if warranty:
            return source | {
                "supplier": warranty.supplier_id,
                "date_receipt": warranty.date_receipt,
                "date_sale": fitted or warranty.date_sale,
            }
        before = [
            (day, supplier)
            for day, supplier in receipts.get((company, product), [])
            if not fitted or day <= fitted
        ]
        day, supplier = before[-1] if before else (False, False)
        sellers = product.seller_ids.filtered(
            lambda row: row.company_id in (company, company.browse())
        )
        return source | {
            "supplier": supplier or sellers[:1].partner_id,
            "date_receipt": day,
            "date_sale": fitted,
        }

    @api.model
    def _get_warranties(self, failed):
        """Return ``{line: supplier warranty}`` of the serial numbers that failed."""
        parts = [part for part in failed.values() if part["serial"]]
        if not parts:
            return {}
        lots = self.env["stock.lot"].search(
            [
                ("name", "in", [part["serial"] for part in parts]),
                ("product_id", "in", [part["product"].id for part in parts]),
            ]
        )
        rows = self.env["after.sales.supplier.warranty"]._find(lots)
        index = {(row.company_id, row.product_id, row.lot_id.name): row for row in rows}
        return {
            line: index.get((part["company"], part["product"], part["serial"]))
            for line, part in failed.items()
        }

    @api.model
    def _get_receipts(self, failed):
        """Return ``{(company, product): [(day, vendor)]}``, the oldest first."""
        products = {part["product"].id for part in failed.values()}
        moves = self.env["stock.move"].search(
            [
                *RECEIPT,
                ("product_id", "in", list(products)),
                ("after_sales_old_part_id", "=", False),
            ],
            order="date, id",
        )
        receipts = defaultdict(list)
        for move in moves:
            day = fields.Date.context_today(self, move.date)
            supplier = move._get_after_sales_supplier()
            receipts[move.company_id, move.product_id].append((day, supplier))
        return receipts


class AfterSalesOrderLine(models.Model):
    """What a covered line knows about the part that failed."""

    _inherit = "after.sales.order.line"

    supplier_claim_line_ids = fields.One2many(
        "after.sales.supplier.claim.line",
        "order_line_id",
        string="Supplier Verdict",
        groups=RECOVERY_GROUPS,
    )

    def _get_recoverable(self):
        """Return the lines of these whose cost we bear, in whole or in part."""
        return self.filtered(
            lambda line: (
                line.order_id._is_finished()
                and not line.is_unused
                and line.quantity_done
                and line._get_borne_share()
            )
        )

    def _get_borne_share(self):
        """Return which percentage of the line the customer does not pay."""
        self.ensure_one()
        return 100.0 if self._is_internal_cost() else self.share

    def _get_borne_costs(self):
        """Return what each line cost us in all, ``{line: company currency}``.

        Parts cost what the stock valuation says, hours the technician's hourly cost,
        travel and freight their amount by the price list.
        """
        parts = self._get_part_values()
        costs = {}
        for line in self:
            if line.kind == "part":
                costs[line] = parts.get(line.id, 0.0)
            elif line.kind == "labour":
                # The hourly cost is for the sum only, which not everybody sees.
                rate = line.order_id.technician_id.sudo().hourly_cost
                costs[line] = line._get_hours_used() * rate
            else:
                costs[line] = line.amount_total
        return costs

    def _get_part_values(self):
        """Return what the used parts cost by the stock valuation, ``{line id: …}``."""
        values = defaultdict(float)
        # Shown to those who may see costs; technicians complete without stock rights.
        moves = self.env["stock.move"].sudo()
        for move in moves.search(
            [("after_sales_line_id", "in", self.ids), ("state", "=", "done")]
        ):
            sign = -1 if move.origin_returned_move_id else 1
            values[move.after_sales_line_id.id] += sign * abs(move.value)
        return dict(values)

    def _get_hours_used(self):
        """Return the hours of a labour line.

        Jobs that are not sold by the hour share the hours of work of their order.
        """
        self.ensure_one()
        if self.kind != "labour":
            return 0.0
        # Not by env.ref, which looks for each line whether the hour still exists.
        hour = self.env["uom.uom"].browse(
            self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_hour")
        )
        uom = self.uom_id or self.product_id.uom_id
        if uom._has_common_reference(hour):
            return uom._compute_quantity(self.quantity_done, hour, round=False)
        jobs = self.order_id.line_ids.filtered(
            lambda line: (
                line.kind == "labour"
                and line.quantity_done
                and not (line.uom_id or hour)._has_common_reference(hour)
            )
        )
        return self.order_id.hours_work / len(jobs) if jobs else 0.0

    def _get_failed_part(self):
        """Return what failed: the part taken out, or the unit itself."""
        self.ensure_one()
        unit, component = self.order_id.unit_id, self.unit_component_id
        if self.kind != "part":
            return {
                "company": self.company_id,
                "product": unit.product_id,
                "serial": unit.lot_id.name,
                "fitted": unit.date_delivered,
            }
        old_part = self.old_part_ids.filtered(lambda part: part.state != "cancel")[:1]
        return {
            "company": self.company_id,
            "product": component.product_id or self.product_id,
            "serial": old_part.serial or self.serial_out or component.serial,
            "fitted": component.date_in or unit.date_delivered,
        }

    def _get_leading_part(self, verdicts):
        """Return the claimed part that labour and travel follow.

        :return: its order line; ``None``: the unit itself failed, since the order
            changed no part; ``False``: none of its parts can be claimed
        """
        self.ensure_one()
        if self.kind == "part":
            return None
        parts = self.order_id.line_ids.filtered(
            lambda line: line.kind == "part" and line in verdicts
        ).sorted("id")
        if not parts:
            return None
        claimed = [line for line in parts if verdicts[line]["verdict"] == "claim"]
        own = [
            line
            for line in claimed
            if self.component_id and line.component_id == self.component_id
        ]
        best = own or (claimed if not self.component_id else [])
        return max(best, key=lambda line: verdicts[line]["cost"], default=False)

    def _get_old_part_place(self):
        """Return where the part that came out is, as the rule of recovery knows it."""
        self.ensure_one()
        parts = self.old_part_ids.filtered(lambda part: part.state != "cancel")
        if not parts:
            return "none"
        sent = parts.filtered(
            lambda part: "supplier_out" in part.movement_ids.mapped("kind")
        )
        if sent:
            return "sent"
        gone = parts.filtered(lambda part: part.state in ("disposed", "written_off"))
        return "gone" if gone == parts else "here"
