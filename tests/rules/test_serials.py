from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.serials import (
    in_range,
    natural_key,
    ranges_overlap,
)

# No deadline: how long an example takes says nothing on a busy machine.
SLOW_MACHINE = settings(deadline=None)
SERIALS = st.text("ABab0129-/", max_size=8)


class TestSerials(TestCase):
    def test_numbers_count_as_numbers(self):
        self.assertLess(natural_key("PX2-99"), natural_key("PX2-100"))
        self.assertEqual(natural_key("px2-0007"), natural_key("PX2-7"))
        self.assertLess(natural_key("PX2-100"), natural_key("PX2-100-R"))
        self.assertLess(natural_key("100"), natural_key("A1"))
        self.assertEqual(natural_key("²"), ((1, 0, "²"),))

    def test_both_ends_belong_to_the_range(self):
        for serial, inside in (
            ("PX2-004711", True),
            ("PX2-4720", True),
            ("PX2-004750", True),
            ("PX2-004751", False),
            ("PX2-004710", False),
            ("PX5-004712", False),
            ("", False),
        ):
            with self.subTest(serial=serial):
                self.assertEqual(in_range(serial, "PX2-004711", "PX2-004750"), inside)
        self.assertTrue(in_range("Z", "PX2-1", ""))
        self.assertTrue(in_range("A", "", "PX2-1"))

    @SLOW_MACHINE
    @given(SERIALS, SERIALS, SERIALS, SERIALS, SERIALS)
    def test_a_serial_in_both_ranges_means_that_they_overlap(self, it, a, b, c, d):
        if in_range(it, a, b) and in_range(it, c, d):
            self.assertTrue(ranges_overlap((a, b), (c, d)))
            self.assertTrue(ranges_overlap((c, d), (a, b)))

    @SLOW_MACHINE
    @given(st.lists(SERIALS, max_size=6))
    def test_the_order_does_not_depend_on_where_one_begins(self, serials):
        one = [natural_key(serial) for serial in sorted(serials, key=natural_key)]
        other = sorted(natural_key(serial) for serial in reversed(serials))
        self.assertEqual(one, other)
