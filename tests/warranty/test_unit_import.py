from lxml import etree

from odoo.tests import freeze_time, tagged
from odoo.tools import file_open

from ..common import AfterSalesCommon

FIELDS = [
    "id",
    "name",
    "product_id",
    "partner_id",
    "site_id",
    "date_delivered",
    "date_installed",
]


@tagged("post_install", "-at_install")
class TestUnitImport(AfterSalesCommon):
    """The native import of an installed base: all rows or none, by row told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump(name="PX2 import pump")
        cls.policy = cls._create_policy(cls.pump)
        cls.units = cls.env["after.sales.unit"]

    def _rows(self, count):
        return [
            [
                f"unit_{number}",
                f"IMP-{number:05}",
                "PX2 import pump",
                "Jiangnan Water Works",
                "",
                "2025-01-10",
                "",
            ]
            for number in range(count)
        ]

    def _load(self, rows):
        units = self.units.with_user(self.agent).with_context(import_file=True)
        return units.load(FIELDS, rows)

    def _count(self):
        return self.units.search_count([("product_id", "=", self.pump.id)])

    def test_good_rows_get_components_and_covers(self):
        result = self._load(self._rows(20))
        self.assertFalse(result["messages"])
        units = self.units.browse(result["ids"])
        self.assertEqual(len(units.component_ids), 60)
        self.assertEqual(len(units.cover_ids), 60)
        self.assertEqual(units[0].partner_id, self.customer)

    def test_the_import_screen_is_where_we_show_the_reasons(self):
        # The browser applies our extension; here: that it still finds its place.
        theirs = "base_import/static/src/import_data_column_error"
        with file_open(f"{theirs}/import_data_column_error.xml") as file:
            screen = etree.fromstring(file.read().encode())
        ours = "after_sales_service/static/src/warranty/import_errors.xml"
        with file_open(ours) as file:
            extension = etree.fromstring(file.read().encode())
        changes = list(extension.iter("xpath"))
        self.assertEqual(len(changes), 2)
        for change in changes:
            self.assertEqual(len(screen.xpath(change.get("expr"))), 1)

    def test_repeating_the_file_makes_no_doubles(self):
        self._load(self._rows(20))
        rows = self._rows(20)
        rows[3][5] = "2025-02-10"
        result = self._load(rows)
        self.assertFalse(result["messages"])
        self.assertEqual(self._count(), 20)
        unit = self.units.search([("name", "=", "IMP-00003")])
        self.assertEqual(f"{unit.date_delivered}", "2025-02-10")
        self.assertEqual(f"{unit.date_cover_end}", "2027-02-09")

    @freeze_time("2026-03-06")
    def test_five_wrong_rows_of_five_hundred_are_named_and_nothing_is_stored(self):
        self._create_unit(self.pump, name="TAKEN-1")
        rows = self._rows(500)
        rows[10][2] = "No such product"
        rows[20][1] = rows[19][1]
        rows[30][5] = "yesterday"
        rows[40][1] = "TAKEN-1"
        rows[50][3] = "Nobody Ltd"
        result = self._load(rows)
        self.assertFalse(result["ids"])
        told = {
            message["rows"]["from"]: message["message"]
            for message in result["messages"]
            if message["type"] == "error"
        }
        self.assertEqual(sorted(told), [10, 20, 30, 40, 50])
        self.assertIn("No such product", told[10])
        self.assertIn("in the file twice", told[20])
        self.assertIn("yesterday", told[30])
        self.assertIn("registered already", told[40])
        self.assertIn("Nobody Ltd", told[50])
        self.assertEqual(self._count(), 1)

    def test_a_row_without_serial_number(self):
        rows = self._rows(3)
        rows[0][1] = ""
        result = self._load(rows)
        self.assertFalse(result["ids"])
        self.assertIn("needs a serial number", result["messages"][0]["message"])
        self.assertEqual(self._count(), 0)

    def test_five_hundred_rows_cost_few_queries(self):
        rows = self._rows(500)
        self._load(self._rows(1))
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        self.assertFalse(self._load(rows[1:])["messages"])
        self.env.flush_all()
        self.assertLessEqual(self.env.cr.sql_log_count - start, 250)
        start = self.env.cr.sql_log_count
        self.assertFalse(self._load(rows[1:])["messages"])
        self.env.flush_all()
        self.assertLessEqual(self.env.cr.sql_log_count - start, 250)
