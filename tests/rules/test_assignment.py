"""Whose turn it is: fair for any team and any history."""

import unittest
from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.assignment import OPEN, TURN, choose

START = datetime(2026, 3, 2)
PEOPLE = st.lists(st.integers(1, 20), unique=True, min_size=1, max_size=8)


class TestChoose(unittest.TestCase):
    def test_nobody_is_chosen_from_nobody(self):
        self.assertIsNone(choose([], TURN, {}, {}))
        self.assertIsNone(choose([], OPEN, {}, {}))

    @given(PEOPLE, st.integers(1, 60))
    def test_in_turn_nobody_gets_two_more_than_another(self, people, count):
        turns, got = {}, Counter(dict.fromkeys(people, 0))
        for step in range(count):
            person = choose(people, TURN, {}, turns)
            turns[person] = START + timedelta(minutes=step)
            got[person] += 1
        self.assertLessEqual(max(got.values()) - min(got.values()), 1)

    @given(PEOPLE, st.data())
    def test_the_fewest_open_tickets_win(self, people, data):
        loads = {person: data.draw(st.integers(0, 9)) for person in people}
        chosen = choose(people, OPEN, loads, {})
        self.assertEqual(loads[chosen], min(loads.values()))

    @given(PEOPLE, st.randoms(use_true_random=False))
    def test_of_equals_who_waits_longest_gets_it(self, people, rng):
        order = people[:]
        rng.shuffle(order)
        turns = {person: START + timedelta(days=n) for n, person in enumerate(order)}
        for rule in (TURN, OPEN):
            self.assertEqual(choose(people, rule, {}, turns), order[0])
