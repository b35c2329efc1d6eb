from odoo import models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

# Facts people know by name, in the order in which they are read.
RECORDS = {
    "component_id": "after.sales.component",
    "unit_component_id": "after.sales.unit.component",
    "product_id": "product.product",
    "cause_id": "after.sales.fault.code",
}
NUMBERS = ("quantity", "meter")
FLAGS = ("is_tampered", "is_internal")


class AfterSalesDecision(models.Model):
    """The facts of a decision as people read them."""

    _inherit = "after.sales.decision"

    # === BUSINESS === #
    def _get_readable_facts(self):
        """Return the stored facts in words, in the reader's language.

        :return: ``{fact: (label, value)}``; the value of a missing fact is ``""``
        """
        self.ensure_one()
        facts, labels = self.facts or {}, self._get_fact_labels()
        values = {
            "date": facts.get("date") and format_date(self.env, facts["date"]),
            "cost_class": self._get_cost_class_label(facts.get("cost_class")),
            **self._get_fact_records(facts),
            **{key: f"{facts.get(key) or 0:g}" for key in NUMBERS if facts.get(key)},
            **{key: self.env._("yes") for key in FLAGS if facts.get(key)},
            **self._get_fact_uses(facts.get("uses") or {}),
        }
        return {key: (label, values.get(key) or "") for key, label in labels.items()}

    def _get_fact_records(self, facts):
        # Whoever may read the decision may know what it was made from.
        records = {
            key: self.env[model].sudo().browse(facts.get(key) or ()).exists()
            for key, model in RECORDS.items()
        }
        names = {key: record.display_name or "" for key, record in records.items()}
        fitted = records["unit_component_id"]
        return names | {"unit_component_id": fitted.serial or ""}

    def _get_fact_uses(self, uses):
        amount = uses.get("amount")
        return {
            "uses_amount": formatLang(self.env, amount) if amount else "",
            "uses_hours": f"{uses['hours']:g}" if uses.get("hours") else "",
        }

    def _get_cost_class_label(self, cost_class):
        labels = self.env["after.sales.cover"]._get_cost_class_labels()
        return labels.get(cost_class, "")

    def _get_fact_labels(self):
        """Return ``{fact: label}`` in the order in which they are read."""
        return {
            "date": self.env._("Fault reported on"),
            "cost_class": self.env._("Kind of cost"),
            "component_id": self.env._("Component"),
            "unit_component_id": self.env._("Serial number taken out"),
            "product_id": self.env._("Product"),
            "quantity": self.env._("Quantity"),
            "cause_id": self.env._("Cause"),
            "is_tampered": self.env._("Opened by others"),
            "meter": self.env._("Meter reading"),
            "is_internal": self.env._("Administrative work"),
            "uses_amount": self.env._("List price in all"),
            "uses_hours": self.env._("Hours of work"),
        }

    def _get_changes(self, before):
        """Return what differs from the decision ``before``, as sentences.

        :param before: an earlier ``after.sales.decision`` of the same line
        """
        self.ensure_one()
        old, new = before._get_readable_facts(), self._get_readable_facts()
        return [
            self.env._(
                "%(fact)s: %(old)s → %(new)s",
                fact=label,
                old=old[key][1] or "–",
                new=value or "–",
            )
            for key, (label, value) in new.items()
            if old[key][1] != value
        ]
