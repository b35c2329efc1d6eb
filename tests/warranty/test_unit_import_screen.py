import csv
import io
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.after_sales_service.models.warranty import base_import_import

from ..common import AfterSalesCommon

FIELDS = ["name", "product_id", "partner_id", "parent_id"]
PIECE = 3


@tagged("post_install", "-at_install")
class TestUnitImportScreen(AfterSalesCommon):
    """What the import screen asks of the server: a file in pieces, all or none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump(name="PX2 import pump")
        cls.units = cls.env["after.sales.unit"]

    def _rows(self, count=8):
        return [
            [f"SCR-{number}", "PX2 import pump", self.customer.name, ""]
            for number in range(count)
        ]

    def _open(self, rows):
        text = io.StringIO()
        csv.writer(text).writerows([FIELDS, *rows])
        return (
            self.env["base_import.import"]
            .with_user(self.agent)
            .create(
                {
                    "res_model": "after.sales.unit",
                    "file": text.getvalue().encode(),
                    "file_name": "units.csv",
                    "file_type": "text/csv",
                }
            )
        )

    def _execute(self, screen, dryrun, skip=0):
        options = {
            "has_headers": True,
            "quoting": '"',
            "separator": ",",
            "encoding": "utf-8",
            "skip": skip,
            "limit": PIECE,
        }
        return screen.execute_import(FIELDS, FIELDS, options, dryrun=dryrun)

    def _test_all(self, rows):
        """Test the pieces one after the other as the screen does; return the errors."""
        screen, told, skip = self._open(rows), {}, 0
        while True:
            result = self._execute(screen, True, skip)
            for message in result["messages"]:
                told.setdefault(message["rows"]["from"], []).append(message)
            skip = result["nextrow"]
            if not skip:
                return {
                    row: (messages[0]["field"], messages[0]["message"])
                    for row, messages in told.items()
                }

    def _count(self):
        return self.units.search_count([("product_id", "=", self.pump.id)])

    def test_the_same_serial_in_two_pieces(self):
        rows = self._rows()
        rows[7][0] = "SCR-2"
        told = self._test_all(rows)
        self.assertEqual(sorted(told), [2, 7])
        self.assertEqual(told[7][0], "name")
        self.assertIn("SCR-2 is in the file twice: also in data row 3.", told[7][1])
        self.assertIn("also in data row 8.", told[2][1])

    def test_the_same_serial_of_another_product_is_another_unit(self):
        self._create_pump(name="PX3 import pump")
        rows = self._rows()
        rows[7][:2] = ["SCR-2", "PX3 import pump"]
        self.assertFalse(self._test_all(rows))

    def test_twice_in_one_piece_is_told_by_the_rows_of_the_file(self):
        rows = self._rows()
        rows[5][0] = "SCR-4"
        told = self._test_all(rows)
        self.assertEqual(list(told), [5])
        self.assertIn("also in data row 5.", told[5][1])

    def test_wrong_rows_at_the_end_of_a_piece_do_not_end_the_test(self):
        rows = self._rows()
        rows[2][1] = "No such product"
        rows[6][1] = "Neither this one"
        self.assertEqual(sorted(self._test_all(rows)), [2, 6])

    def test_pieces_are_stored_in_one_transaction(self):
        screen = self._open(self._rows())
        result = self._execute(screen, False)
        self.assertFalse(result["messages"])
        self.assertFalse(result["nextrow"])
        self.assertEqual(len(result["ids"]), 8)

    def test_a_wrong_row_in_the_last_piece_stores_nothing(self):
        rows = self._rows()
        rows[7][1] = "No such product"
        result = self._execute(self._open(rows), False)
        self.assertFalse(result["ids"])
        self.assertEqual(result["messages"][0]["rows"]["from"], 7)
        self.assertEqual(self._count(), 0)

    def test_a_parent_in_another_piece(self):
        rows = self._rows()
        rows[7][3] = "SCR-0"
        rows[1][3] = "SCR-7"
        self.assertFalse(self._test_all(rows))
        self._execute(self._open(rows), False)
        unit = self.units.search([("name", "=", "SCR-7")])
        self.assertEqual(unit.parent_id.name, "SCR-0")
        self.assertEqual(unit.child_ids.name, "SCR-1")

    def test_a_nobody_as_parent_is_told(self):
        rows = self._rows()
        rows[7][3] = "NOBODY"
        self.assertEqual(list(self._test_all(rows)), [7])

    def test_a_file_too_large_for_one_transaction(self):
        rows = self._rows()
        rows[7][3] = "SCR-0"
        with patch.object(base_import_import, "ROWS_AT_ONCE", 2):
            self.assertFalse(self._test_all(rows))
            screen = self._open(rows)
            self.assertEqual(self._execute(screen, False)["nextrow"], 3)
            self.assertEqual(self._execute(screen, False, 3)["nextrow"], 6)
            self.assertEqual(self._execute(screen, False, 6)["nextrow"], 0)
            self.assertEqual(self._count(), 8)
            rows = [[f"L{row[0]}", *row[1:]] for row in self._rows()]
            rows[1][3] = "LSCR-7"
            told = self._test_all(rows)
        self.assertEqual(told[1][0], "parent_id")
        self.assertIn("part of LSCR-7, which comes later, in data row 8", told[1][1])
        unit = self.units.search([("name", "=", "SCR-7")])
        self.assertEqual(unit.parent_id.name, "SCR-0")

    def test_files_of_other_models_are_left_alone(self):
        screen = self._open([["SCR-0", "Nowhere", "", ""]])
        screen.res_model = "res.partner"
        with patch.object(
            type(screen), "_shift_import_message", side_effect=AssertionError
        ):
            options = {"has_headers": True, "quoting": '"', "separator": ","}
            result = screen.execute_import(
                ["name", "country_id", False, False], FIELDS, options, dryrun=True
            )
        self.assertEqual(result["messages"][0]["field"], "country_id")
