from lxml import etree

from odoo.tests import freeze_time, tagged

from .test_cover_decision import CoverCommon


@tagged("post_install", "-at_install")
class TestUnitSearch(CoverCommon):
    def _found(self, text):
        units = self.env["after.sales.unit"].with_user(self.technician)
        return units.with_context(after_sales_exact_serial=[text]).search(
            [("search_text", "ilike", text)]
        )

    def test_one_field_finds_by_all_that_customers_read_out(self):
        site = self._create_partner(name="Pump house seven")
        self.unit.site_id = site
        fitted = self.unit._get_fitted(self.motor_position)
        fitted.serial = "MOT-778899"
        other = self._create_unit(
            self.motor,
            name="ZZ-1",
            partner_id=self._create_partner(name="Elsewhere").id,
        )
        for text in ("4711", "8899", "jiangnan", "dosing", "house sev", "PX2"):
            with self.subTest(text=text):
                self.assertIn(self.unit, self._found(text))
                self.assertNotIn(other, self._found(text))

    def test_two_letters_look_at_the_beginning_of_serials_only(self):
        self.assertIn(self.unit, self._found("px"))
        self.assertNotIn(self.unit, self._found("11"))

    def test_the_exact_serial_comes_first(self):
        longer = self._create_unit(self.pump, name="0-PX2-004711-B")
        self.assertEqual(self._found("px2-004711")[0], self.unit)
        self.assertEqual(self._found("004711")[0], longer)
        offered = self.env["after.sales.unit"].name_search("PX2-004711")
        self.assertEqual([row[0] for row in offered], [self.unit.id, longer.id])

    @freeze_time("2026-11-25 10:00:00")
    def test_filters_for_what_ends_soon_and_what_has_no_cover(self):
        arch = etree.fromstring(
            self.env["after.sales.unit"].get_view(view_type="search")["arch"]
        )

        def filtered(name):
            domain = arch.xpath(f"//filter[@name='{name}']/@domain")[0]
            # Of our own views, written with literals only.
            return self.env["after.sales.unit"].search(eval(domain))

        old = self._create_unit(self.pump, name="OLD", date_delivered="2020-01-01")
        self.assertIn(self.unit, filtered("ends_60"))
        self.assertIn(self.unit, filtered("ends_90"))
        self.assertNotIn(self.unit, filtered("ends_30"))
        self.assertIn(self.unit, filtered("covered"))
        self.assertIn(old, filtered("not_covered"))
        self.assertNotIn(old, filtered("delivered_this_year"))
        new = self._create_unit(self.pump, name="NEW", date_delivered="2026-01-01")
        self.assertIn(new, filtered("delivered_this_year"))
        new.place = "workshop"
        self.assertEqual(filtered("workshop"), new)

    def test_units_and_covers_are_counted_by_what_reports_ask(self):
        self.unit.flush_recordset()
        units = self.env["after.sales.unit"].with_user(self.auditor)
        groups = units._read_group(
            [("id", "=", self.unit.id)],
            ["categ_id", "date_cover_end:month"],
            ["__count"],
        )
        self.assertEqual(groups[0][-1], 1)
        covers = self.env["after.sales.cover"].with_user(self.auditor)
        groups = covers._read_group(
            [("unit_id", "=", self.unit.id)], ["policy_id"], ["__count"]
        )
        self.assertEqual(groups, [(self.policy, 3)])

    def _list_specification(self):
        arch = etree.fromstring(
            self.env["after.sales.unit"]
            .with_user(self.technician)
            .get_view(view_type="list")["arch"]
        )
        fields = self.env["after.sales.unit"]._fields
        return {
            name: {"fields": {"display_name": {}}}
            if fields[name].type == "many2one"
            else {}
            for name in arch.xpath("//field/@name")
            if name != "activity_ids"
        }

    def test_eighty_rows_of_the_list_cost_few_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}"} for n in range(20)]
        )
        self.env["after.sales.unit"].create(
            [
                {
                    "name": f"LIST-{n:03d}",
                    "product_id": self.pump.id,
                    "partner_id": partners[n % 20].id,
                    "site_id": partners[(n + 1) % 20].id,
                    "date_delivered": "2025-01-10",
                }
                for n in range(80)
            ]
        )
        specification = self._list_specification()
        self.assertGreater(len(specification), 8)
        units = self.env["after.sales.unit"].with_user(self.technician)

        def read(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            rows = units.web_search_read(
                [("name", "=like", "LIST-%")], specification, limit=limit
            )
            self.assertEqual(len(rows["records"]), limit)
            return self.cr.sql_log_count - before

        read(5)  # what is cached for the process is cached now
        self.assertLessEqual(read(80), read(5))
        self.assertLessEqual(read(80), 8)
