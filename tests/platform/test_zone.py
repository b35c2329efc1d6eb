from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..common import AfterSalesCommon


@tagged("post_install", "-at_install")
class TestZone(AfterSalesCommon):
    """Zones found from addresses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.china = cls.env.ref("base.cn")
        cls.jiangsu = cls.env["res.country.state"].search(
            [("country_id", "=", cls.china.id)], limit=1
        )
        zones = cls.env["after.sales.zone"].search([])
        zones.active = False
        cls.urban, cls.city, cls.province, cls.country, cls.rest = cls.env[
            "after.sales.zone"
        ].create(
            [
                {"name": "Urban", "zip_prefix": "2150, 2151"},
                {"name": "City", "city_pattern": "Suzhou，苏州"},
                {"name": "Province", "state_ids": [(6, 0, cls.jiangsu.ids)]},
                {"name": "Country", "country_ids": [(6, 0, cls.china.ids)]},
                {"name": "Abroad", "is_fallback": True},
            ]
        )

    def _zone(self, **vals):
        return self._create_partner(**vals)._get_after_sales_zone(self.company)

    def test_the_closest_zone_wins(self):
        china = {"country_id": self.china.id}
        province = {**china, "state_id": self.jiangsu.id}
        self.assertEqual(self._zone(**province, city="苏州", zip="215006"), self.urban)
        self.assertEqual(self._zone(**province, city="suzhou", zip="9"), self.city)
        self.assertEqual(self._zone(**province, city="Wuxi"), self.province)
        self.assertEqual(self._zone(**china), self.country)
        self.assertEqual(self._zone(country_id=self.env.ref("base.de").id), self.rest)

    def test_without_a_zone_for_everywhere_else_none_is_found(self):
        self.rest.active = False
        self.assertFalse(self._zone(country_id=self.env.ref("base.de").id))

    def test_a_zone_set_by_hand_wins_also_for_contacts(self):
        self.customer.after_sales_zone_id = self.province
        self.customer.zip = "215006"
        contact = self._create_partner(
            parent_id=self.customer.id, is_company=False, zip="215006"
        )
        self.assertEqual(contact._get_after_sales_zone(self.company), self.province)

    def test_zones_of_other_companies_are_passed_over(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        self.urban.company_id = sister
        self.customer.zip = "215006"
        self.customer.after_sales_zone_id = self.urban
        self.assertNotEqual(
            self.customer._get_after_sales_zone(self.company), self.urban
        )

    def test_everywhere_else_has_no_places(self):
        with self.assertRaisesRegex(ValidationError, "stands for everywhere else"):
            self.rest.zip_prefix = "1"

    def test_only_managers_change_zones(self):
        with self.assertRaises(AccessError):
            self.urban.with_user(self.supervisor).name = "Mine"
        self.urban.with_user(self.manager).name = "Centre"
        self.assertEqual(self.urban.with_user(self.technician).name, "Centre")
