from collections import defaultdict

from odoo import models

CUSTOMER_MARKS = ("attitude", "skill", "punctuality", "promise")


def _new_facts():
    return {
        "judgement_time": defaultdict(int),
        "judgement_quality": defaultdict(int),
        **{name: defaultdict(int) for name in CUSTOMER_MARKS},
        "on_time": (0.0, 0),
        "first_time_fix": (0.0, 0),
        "jobs": (0, 0),
    }


def _share(part, whole):
    """Return ``part`` of ``whole`` in per cent, with the number of cases."""
    return (100.0 * part / whole if whole else 0.0, whole)


class AfterSalesEvaluation(models.Model):
    _inherit = "after.sales.evaluation"

    def _collect_facts(self, company, date_from, date_to):
        """Return what is known of the technicians in the period.

        The number of queries does not depend on the number of technicians or orders.
        What was judged or answered in the period counts in it, even if the order was
        done before, so that nothing is lost between two periods.

        :return: ``{technician id: {measure: fact}}``; a fact is ``{level: count}`` for
            marks in levels, else a pair of value and number of cases
        """
        facts = defaultdict(_new_facts)
        start, end = self[:1]._get_period()
        domain = [
            ("company_id", "=", company.id),
            ("technician_id", "in", self.technician_id.ids),
        ]
        self._collect_judgements(facts, domain, start, end)
        self._collect_customer_marks(facts, domain, start, end)
        orders = self.env["after.sales.order"].search(
            [
                *domain,
                ("state", "in", ("done", "reviewed")),
                ("date_done", ">=", start),
                ("date_done", "<", end),
            ]
        )
        by_technician = orders.grouped(lambda order: order.technician_id.id)
        for technician, done in by_technician.items():
            facts[technician]["jobs"] = (len(done), len(done))
        self._collect_on_time(facts, by_technician, orders)
        self._collect_first_time_fix(facts, by_technician, orders)
        return facts

    def _collect_judgements(self, facts, domain, start, end):
        for technician, time, quality, count in self.env[
            "after.sales.judgement"
        ]._read_group(
            [*domain, ("date", ">=", start), ("date", "<", end)],
            ["technician_id", "mark_time", "mark_quality"],
            ["__count"],
        ):
            facts[technician.id]["judgement_time"][int(time)] += count
            facts[technician.id]["judgement_quality"][int(quality)] += count

    def _collect_customer_marks(self, facts, domain, start, end):
        for technician, *marks, count in self.env["after.sales.order"]._read_group(
            [*domain, ("date_marked", ">=", start), ("date_marked", "<", end)],
            ["technician_id", *(f"mark_{name}" for name in CUSTOMER_MARKS)],
            ["__count"],
        ):
            for name, level in zip(CUSTOMER_MARKS, marks, strict=True):
                if level:  # 0: the customer left it out
                    facts[technician.id][name][level] += count

    def _collect_on_time(self, facts, by_technician, orders):
        """Judge arrival by the clocks of the tickets behind the orders."""
        clocks = defaultdict(lambda: [0, 0])
        for ticket, state, count in self.env["after.sales.sla.clock"]._read_group(
            [
                ("ticket_id", "in", orders.ticket_id.ids),
                ("promise", "=", "arrival"),
                ("state", "in", ("kept", "broken")),
            ],
            ["ticket_id", "state"],
            ["__count"],
        ):
            clocks[ticket.id][1] += count
            if state == "kept":
                clocks[ticket.id][0] += count
        for technician, done in by_technician.items():
            counted = [clocks[ticket] for ticket in done.ticket_id.ids]
            facts[technician]["on_time"] = _share(
                sum(kept for kept, _all in counted),
                sum(every for _kept, every in counted),
            )

    def _collect_first_time_fix(self, facts, by_technician, orders):
        """Count repairs that one visit solved, among all repairs."""
        repairs = orders.filtered(
            lambda order: (
                order.outcome in ("repaired", "replaced")
                and order.kind not in ("installation", "inspection")
            )
        )
        fixed = repairs._filter_first_time_fix()
        for technician, done in by_technician.items():
            facts[technician]["first_time_fix"] = _share(
                len(done & fixed), len(done & repairs)
            )
