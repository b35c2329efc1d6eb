from odoo.tests import tagged

from ..common import AfterSalesCommon

FIELDS = [
    "id",
    "name",
    "product_id",
    "parent_id",
    "component_ids/component_id",
    "component_ids/serial",
]


@tagged("post_install", "-at_install")
class TestUnitImportLinks(AfterSalesCommon):
    """An import with the serials of components, and units that contain others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls._create_pump(name="PX1 old pump")
        cls.old_motor = cls.motor_position
        cls.pump = cls._create_pump(name="PX2 import pump")
        cls.policy = cls._create_policy(cls.pump)
        cls.other = other
        cls.units = cls.env["after.sales.unit"]

    def _load(self, rows, fields=None):
        units = self.units.with_user(self.agent).with_context(import_file=True)
        return units.load(fields or FIELDS, rows)

    def _unit(self, serial):
        return self.units.search([("name", "=", serial)])

    def _rows(self, count=3):
        rows = []
        for number in range(count):
            parent = "" if number % 3 == 0 else f"L-{number // 3 * 3:03}"
            rows.append(
                [
                    f"link_{number}",
                    f"L-{number:03}",
                    "PX2 import pump",
                    parent,
                    "Motor",
                    f"M-{number:03}",
                ]
            )
            rows.append(["", "", "", "", "10", f"F-{number:03}"])
        return rows

    def _errors(self, result):
        self.assertFalse(result["ids"])
        return {
            message["rows"]["from"]: message["message"]
            for message in result["messages"]
            if message["type"] == "error"
        }

    def test_components_by_name_or_code_and_parents_by_serial(self):
        result = self._load(self._rows(6))
        self.assertFalse(result["messages"])
        unit = self._unit("L-001")
        serials = {row.component_id: row.serial for row in unit.component_ids}
        self.assertEqual(
            serials,
            {
                self.motor_position: "M-001",
                self.frame_position: "F-001",
                self.seal_position: False,
            },
        )
        self.assertEqual(len(unit.cover_ids), 3)
        self.assertEqual(
            self._unit("L-000").child_ids.mapped("name"), ["L-001", "L-002"]
        )
        self.assertEqual(self._unit("L-004").parent_id.name, "L-003")

    def test_the_same_file_again_adds_nothing(self):
        self._load(self._rows(6))
        rows = self._rows(6)
        rows[2][5] = "M-NEW"
        result = self._load(rows)
        self.assertFalse(result["messages"])
        unit = self._unit("L-001")
        self.assertEqual(len(unit.component_ids), 3)
        self.assertEqual(unit._get_fitted(self.motor_position).serial, "M-NEW")
        self.assertEqual(
            self.units.search_count([("product_id", "=", self.pump.id)]), 6
        )

    def test_a_parent_that_is_registered_already(self):
        system = self._create_unit(self.other, name="SYS-1")
        rows = self._rows(1)
        rows[0][3] = "SYS-1"
        self.assertFalse(self._load(rows)["messages"])
        self.assertEqual(self._unit("L-000").parent_id, system)

    def test_parents_by_external_id(self):
        fields = ["id", "name", "product_id", "parent_id/id"]
        rows = [
            ["x_child", "X-2", "PX2 import pump", "x_system"],
            ["x_system", "X-1", "PX2 import pump", ""],
        ]
        self.assertFalse(self._load(rows, fields)["messages"])
        self.assertEqual(self._unit("X-2").parent_id, self._unit("X-1"))

    def test_wrong_parents_and_positions_are_told_by_row(self):
        self._create_unit(self.pump, name="TWICE")
        self._create_unit(self.other, name="TWICE")
        rows = self._rows(4)
        rows[0][3] = "TWICE"
        rows[2][4] = "Wing"
        rows[4][3] = "NOBODY"
        rows[6][2] = "No such product"
        told = self._errors(self._load(rows))
        self.assertEqual(sorted(told), [0, 2, 4, 6])
        self.assertIn("Several units have the serial number TWICE", told[0])
        self.assertIn("“Wing” is not a position of PX2 import pump", told[2])
        self.assertIn("NOBODY", told[4])
        self.assertIn("No such product", told[6])
        self.assertFalse(self._unit("L-000"))

    def test_a_circle_in_the_file_is_refused_whole(self):
        fields = ["id", "name", "product_id", "parent_id"]
        rows = [
            ["c_1", "C-1", "PX2 import pump", "C-2"],
            ["c_2", "C-2", "PX2 import pump", "C-1"],
        ]
        told = self._errors(self._load(rows, fields))
        self.assertIn("cannot be part of itself", " ".join(told.values()))
        self.assertFalse(self._unit("C-1"))

    def test_three_hundred_rows_cost_few_queries(self):
        self._load(self._rows(3))
        for _again in range(2):
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.assertFalse(self._load(self._rows(300))["messages"])
            self.env.flush_all()
            self.assertLessEqual(self.env.cr.sql_log_count - start, 450)
