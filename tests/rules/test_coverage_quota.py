from unittest import TestCase

from odoo.addons.after_sales_service.rules.coverage import Line, decide_all

from .coverage_cases import FRAME, MOTOR, UNIT, codes, cover, facts


def part(number, amount, **vals):
    return Line(number, facts(uses={"amount": amount}, **vals))


def trip(number, order=0):
    return Line(
        number, facts(cost_class="travel", uses={"visits": 1}, trip=order or number)
    )


def contract(quota, **vals):
    return cover(kind="contract", quota=quota, **vals)


class TestQuota(TestCase):
    """What a contract has left is shared out among the lines of an order."""

    def _shares(self, lines, *covers):
        decisions = decide_all(lines, {UNIT: covers})
        return {number: decision.share for number, decision in decisions.items()}

    def test_the_visit_after_the_last_one_is_charged(self):
        pool = contract({"visits": 1}, quota_total={"visits": 4})
        decisions = decide_all([trip(1), trip(2)], {UNIT: [pool]})
        self.assertEqual((decisions[1].category, decisions[1].share), ("B", 100))
        self.assertEqual(decisions[1].draws, {1: {"visits": 1}})
        self.assertEqual(
            (decisions[2].category, codes(decisions[2])[1]), ("A", "quota")
        )
        params = decisions[2].reasons[0].params
        self.assertEqual((params["left"], params["total"]), (0, 4))

    def test_half_a_visit_is_none(self):
        self.assertEqual(self._shares([trip(1)], contract({"visits": 0.5})), {1: 0})

    def test_two_travel_lines_of_one_trip_are_one_visit(self):
        lines = [trip(1, order=9), trip(2, order=9), trip(3, order=10)]
        shares = self._shares(lines, contract({"visits": 1}))
        self.assertEqual(shares, {1: 100, 2: 100, 3: 0})

    def test_parts_beyond_the_rest_are_covered_in_part(self):
        pool = contract({"amount": 120.0}, quota_total={"amount": 500.0})
        decisions = decide_all([part(1, 360.0)], {UNIT: [pool]})
        # A third is 33.333…: rounded down, so that no cent too much is covered.
        self.assertEqual((decisions[1].share, decisions[1].payer), (33.33, "shared"))
        self.assertEqual(
            [reason.code for reason in decisions[1].reasons],
            ["covered", "quota_partly", "partly"],
        )
        self.assertEqual(decisions[1].reasons[1].params["left"], 120.0)
        self.assertEqual(decisions[1].reasons[2].params["rest"], 66.67)

    def test_lines_draw_in_order_of_their_id(self):
        lines = [part(3, 100), part(1, 100), part(2, 100)]
        pool = contract({"amount": 150.0})
        self.assertEqual(self._shares(lines, pool), {1: 100, 2: 50, 3: 0})
        self.assertEqual(list(decide_all(lines, {UNIT: [pool]})), [1, 2, 3])

    def test_what_has_no_limit_is_not_counted(self):
        lines = [part(1, 100), trip(2), Line(3, facts(cost_class="labour"))]
        pool = contract({"hours": 0.0})
        self.assertEqual(self._shares(lines, pool), {1: 100, 2: 100, 3: 100})

    def test_units_of_one_contract_draw_on_the_same_quota(self):
        other = contract({"amount": 100.0}, id=2, unit_id=2, pool=5)
        pool = {UNIT: [contract({"amount": 100.0}, pool=5)], 2: [other]}
        lines = [part(1, 80), part(2, 80, unit_id=2)]
        decisions = decide_all(lines, pool)
        self.assertEqual([decisions[1].share, decisions[2].share], [100, 25])

    def test_the_next_cover_pays_when_the_quota_is_used(self):
        goodwill = cover(id=2, kind="goodwill", shares={"part": 40})
        shares = self._shares([part(1, 10)], contract({"amount": 0}), goodwill)
        self.assertEqual(shares, {1: 40})

    def test_a_share_counts_as_far_as_the_quota_goes(self):
        small = contract({"amount": 10.0})
        half = contract(None, id=2, shares={"part": 50})
        self.assertEqual(self._shares([part(1, 100)], small, half), {1: 50})

    def test_work_for_several_components_draws_once_for_each(self):
        line = Line(
            1,
            facts(cost_class="labour"),
            parts=tuple(
                (
                    1.0,
                    facts(
                        cost_class="labour", component_id=component, uses={"hours": 1.0}
                    ),
                    component,
                )
                for component in (FRAME, MOTOR)
            ),
        )
        decision = decide_all([line], {UNIT: [contract({"hours": 1.5})]})[1]
        self.assertEqual((decision.share, decision.draws), (75, {1: {"hours": 1.5}}))
