from dataclasses import replace
from datetime import date, timedelta
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.coverage import (
    decide,
    decide_all,
    split_share,
)

from .coverage_cases import CANDIDATES, FACTS, LINES, POOLS, SLOW_MACHINE, UNIT


class TestCoverageProperties(TestCase):
    """What holds for any covers, facts and lines."""

    @SLOW_MACHINE
    @given(FACTS, POOLS, st.randoms())
    def test_the_order_of_the_candidates_never_matters(self, fact, pool, random):
        shuffled = list(pool)
        random.shuffle(shuffled)
        self.assertEqual(decide(fact, pool), decide(fact, shuffled))

    @SLOW_MACHINE
    @given(FACTS, POOLS)
    def test_what_always_holds(self, fact, pool):
        decision = decide(fact, pool)
        self.assertTrue(0 <= decision.share <= 100)
        self.assertTrue(decision.reasons)
        self.assertEqual(decision.category == "A", decision.share == 0)
        losers = {loser.cover_id for loser in decision.losers}
        self.assertEqual(len(decision.losers), len(losers))
        everyone = {item.id for item in pool}
        self.assertEqual(losers | ({decision.cover_id} - {0}), everyone)
        self.assertNotIn(decision.cover_id, losers)

    @SLOW_MACHINE
    @given(FACTS, POOLS)
    def test_no_cover_pays_before_its_start_or_after_its_end(self, fact, pool):
        decision = decide(fact, pool)
        if decision.cover_id:
            winner = next(item for item in pool if item.id == decision.cover_id)
            self.assertLessEqual(winner.date_start, fact.date)
            self.assertGreaterEqual(winner.date_end or date.max, fact.date)
            self.assertFalse(winner.is_void or winner.is_excluded)

    @SLOW_MACHINE
    @given(FACTS, POOLS, CANDIDATES)
    def test_one_more_goodwill_cover_never_costs_the_customer(self, fact, pool, extra):
        extra = replace(extra, id=10**7, kind="goodwill", is_excluded=False)
        before = decide(fact, pool)
        extra = replace(extra, quota=None)
        if not before.share:
            self.assertGreaterEqual(decide(fact, [*pool, extra]).share, before.share)
        elif not any(item.kind == "goodwill" for item in pool):
            self.assertEqual(decide(fact, [*pool, extra]).cover_id, before.cover_id)

    @SLOW_MACHINE
    @given(POOLS, FACTS, st.integers(1, 400))
    def test_a_longer_term_never_takes_cover_away(self, pool, fact, days):
        longer = [
            replace(item, date_end=item.date_end and item.date_end + timedelta(days))
            for item in pool
        ]
        if decide(fact, pool).share:
            self.assertTrue(decide(fact, longer).share)

    @SLOW_MACHINE
    @given(
        st.lists(
            st.tuples(st.floats(0, 20), FACTS, POOLS, st.integers(1, 99)),
            min_size=1,
            max_size=5,
        )
    )
    def test_a_split_lies_between_its_parts(self, items):
        parts = [(hours, decide(fact, pool), name) for hours, fact, pool, name in items]
        shares = [decision.share for _hours, decision, _name in parts]
        split = split_share(parts)
        self.assertGreaterEqual(split.share, min(shares) - 0.01)
        self.assertLessEqual(split.share, max(shares) + 0.01)
        self.assertEqual(split, split_share(reversed(parts)))

    @SLOW_MACHINE
    @given(LINES, POOLS, st.randoms())
    def test_the_order_of_the_lines_never_matters(self, lines, pool, random):
        shuffled, covers = list(lines), list(pool)
        random.shuffle(shuffled)
        random.shuffle(covers)
        self.assertEqual(
            decide_all(lines, {UNIT: pool}), decide_all(shuffled, {UNIT: covers})
        )

    @SLOW_MACHINE
    @given(LINES, POOLS)
    def test_a_quota_is_never_over_drawn(self, lines, pool):
        covers = {item.id: item for item in pool}
        drawn, paid = {}, {}
        for number, decision in decide_all(lines, {UNIT: pool}).items():
            facts = next(line.facts for line in lines if line.id == number)
            for cover_id, draws in decision.draws.items():
                for key, taken in draws.items():
                    at = (covers[cover_id].pool or -cover_id, key)
                    drawn[at] = drawn.get(at, 0.0) + taken
                    share = decision.share / covers[cover_id].share(facts.cost_class)
                    paid[at] = paid.get(at, 0.0) + facts.uses[key] * share
        for (number, key), taken in drawn.items():
            quota = min(
                item.quota[key]
                for item in pool
                if (item.pool or -item.id) == number and key in (item.quota or {})
            )
            self.assertLessEqual(taken, quota + 1e-9)
            self.assertLessEqual(paid[number, key], quota + 1e-6)

    @SLOW_MACHINE
    @given(FACTS, POOLS, CANDIDATES)
    def test_one_more_loser_changes_nothing(self, fact, pool, extra):
        extra = replace(extra, id=10**7, is_excluded=False)
        before, after = decide(fact, pool), decide(fact, [*pool, extra])
        if after.cover_id == extra.id:
            return
        self.assertEqual(
            (before.category, before.share, before.cover_id, before.draws),
            (after.category, after.share, after.cover_id, after.draws),
        )
        own = [loser for loser in after.losers if loser.cover_id != extra.id]
        self.assertEqual(list(before.losers), own)

    @SLOW_MACHINE
    @given(FACTS, POOLS, st.floats(0, 100), st.data())
    def test_a_larger_share_never_costs_the_customer(self, fact, pool, more, data):
        """A cover that pays at all and pays more: nobody is worse off."""
        paying = [item for item in pool if item.share(fact.cost_class) > 0]
        if not paying:
            return
        raised = data.draw(st.sampled_from(paying))
        shares = {**raised.shares}
        shares[fact.cost_class] = raised.share(fact.cost_class) + more
        better = [
            replace(item, shares=shares) if item.id == raised.id else item
            for item in pool
        ]
        before, after = decide(fact, pool), decide(fact, better)
        if _pays(fact, raised):
            self.assertGreaterEqual(after.share, before.share)
        elif before.cover_id:
            self.assertEqual(after.cover_id, before.cover_id)

    @SLOW_MACHINE
    @given(FACTS, POOLS)
    def test_what_is_excluded_or_void_never_pays(self, fact, pool):
        lost = [replace(item, is_void=True) for item in pool]
        self.assertEqual(decide(fact, lost).share, 0)
        lost = [replace(item, is_excluded=True) for item in pool]
        self.assertEqual(decide(fact, lost).share, 0)

    @SLOW_MACHINE
    @given(LINES, POOLS)
    def test_every_candidate_is_once_winner_or_loser(self, lines, pool):
        everyone = sorted(item.id for item in pool)
        for decision in decide_all(lines, {UNIT: pool}).values():
            losers = [loser.cover_id for loser in decision.losers]
            winner = [decision.cover_id] if decision.cover_id else []
            self.assertEqual(sorted(losers + winner), everyone)
            self.assertEqual(sorted(decision.ranking), everyone)


def _pays(fact, item):
    return decide(fact, [item]).share > 0
