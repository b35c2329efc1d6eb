from odoo import api, fields, models
from odoo.exceptions import UserError

# Field of the warehouse, ending of its sequence code and of its barcode.
TYPE_CODES = {
    "after_sales_issue_type_id": "PI",
    "after_sales_return_type_id": "PR",
    "after_sales_charge_type_id": "CH",
    "after_sales_cover_type_id": "CV",
    "after_sales_old_part_type_id": "OP",
    "after_sales_goods_in_type_id": "GI",
    "after_sales_goods_out_type_id": "GO",
    "after_sales_vendor_type_id": "RV",
}


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    after_sales_vans_location_id = fields.Many2one(
        "stock.location", string="Vans", check_company=True, copy=False
    )
    after_sales_issue_type_id = fields.Many2one(
        "stock.picking.type", string="Parts Issue", check_company=True, copy=False
    )
    after_sales_return_type_id = fields.Many2one(
        "stock.picking.type", string="Parts Return", check_company=True, copy=False
    )
    after_sales_charge_type_id = fields.Many2one(
        "stock.picking.type", string="Charged Parts", check_company=True, copy=False
    )
    after_sales_cover_type_id = fields.Many2one(
        "stock.picking.type", string="Covered Parts", check_company=True, copy=False
    )
    after_sales_old_part_type_id = fields.Many2one(
        "stock.picking.type", string="Old Parts In", check_company=True, copy=False
    )
    after_sales_goods_in_type_id = fields.Many2one(
        "stock.picking.type", string="Goods In", check_company=True, copy=False
    )
    after_sales_goods_out_type_id = fields.Many2one(
        "stock.picking.type", string="Goods Out", check_company=True, copy=False
    )
    after_sales_vendor_type_id = fields.Many2one(
        "stock.picking.type", string="Return to Vendor", check_company=True, copy=False
    )
    after_sales_van_pull_id = fields.Many2one(
        "stock.rule", string="Van Replenishment Rule", copy=False
    )

    # === BUSINESS === #
    def _create_or_update_sequences_and_picking_types(self):
        types = super()._create_or_update_sequences_and_picking_types()
        if "after_sales_return_type_id" in types:
            # The return wizard brings what was not used back to the van.
            self.env["stock.picking.type"].browse(
                types[fname]
                for fname in (
                    "after_sales_issue_type_id",
                    "after_sales_charge_type_id",
                    "after_sales_cover_type_id",
                )
                if fname in types
            ).return_picking_type_id = types["after_sales_return_type_id"]
        return types

    def _create_after_sales_data(self):
        """Give existing warehouses what new ones get; safe to run twice."""
        for warehouse in self.with_context(active_test=False):
            warehouse._create_missing_locations({})
            types = warehouse._create_or_update_sequences_and_picking_types()
            if types:
                warehouse.write(types)
            warehouse._create_or_update_global_routes_rules()

    @api.model
    def _get_production_location(self):
        """Never take one of our cost locations for the production location.

        :raise UserError: if the company has no other, as without the add-on
        """
        location = super()._get_production_location()
        service = self.company_id.after_sales_view_location_id
        if service and location.location_id == service:
            location = location.search(
                [
                    ("usage", "=", "production"),
                    ("company_id", "=", self.company_id.id),
                    ("location_id", "!=", service.id),
                ],
                limit=1,
            )
            if not location:
                raise UserError(
                    self.env._(
                        "%(company)s has no production location. Create one in "
                        "Inventory first.",
                        company=self.company_id.display_name,
                    )
                )
        return location

    def _get_locations_values(self, vals, code=False):
        locations = super()._get_locations_values(vals, code=code)
        locations["after_sales_vans_location_id"] = {
            "name": self.env._("Vans"),
            "active": True,
            "usage": "view",
        }
        return locations

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name=name, code=code)
        labels = self._get_after_sales_type_labels()
        for fname, type_code in TYPE_CODES.items():
            values[fname] = {
                "name": self.env._(
                    "%(warehouse)s Sequence %(operation)s",
                    warehouse=name or self.name,
                    operation=labels[fname],
                ),
                "prefix": f"{code or self.code}/"
                f"{self[fname].sequence_code or type_code}/",
                "padding": 5,
                "company_id": self.company_id.id,
            }
        return values

    def _get_picking_type_update_values(self):
        values = super()._get_picking_type_update_values()
        prefix = self.code.replace(" ", "").upper()
        for fname, type_code in TYPE_CODES.items():
            values[fname] = {"active": self.active, "barcode": f"{prefix}{type_code}"}
        return values

    def _get_picking_type_create_values(self, max_sequence):
        values, next_sequence = super()._get_picking_type_create_values(max_sequence)
        self.company_id._create_after_sales_locations()
        labels = self._get_after_sales_type_labels()
        places = self._get_after_sales_type_places()
        for position, (fname, type_code) in enumerate(TYPE_CODES.items(), start=1):
            code, source, destination = places[fname]
            values[fname] = {
                "name": labels[fname],
                "code": code,
                "default_location_src_id": source.id,
                "default_location_dest_id": destination.id,
                "sequence": next_sequence + position,
                "sequence_code": type_code,
                "company_id": self.company_id.id,
                "use_create_lots": fname == "after_sales_goods_in_type_id",
                # The stock seldom knows the serial number of an old part.
                "use_existing_lots": fname
                not in ("after_sales_old_part_type_id", "after_sales_vendor_type_id"),
            }
        return values, next_sequence + len(TYPE_CODES) + 1

    def _get_after_sales_type_labels(self):
        """Return the names of the operation types in the reader's language."""
        return {
            fname: self.env["ir.model.fields"]._get(self._name, fname).field_description
            for fname in TYPE_CODES
        }

    def _get_after_sales_type_places(self):
        """Return ``{field: (code, source, destination)}`` of the operation types."""
        company = self.company_id
        customers, suppliers = self._get_partner_locations()
        vans = self.after_sales_vans_location_id
        goods = company.after_sales_customer_goods_location_id
        old_parts = company.after_sales_old_part_location_id
        return {
            "after_sales_issue_type_id": ("internal", self.lot_stock_id, vans),
            "after_sales_return_type_id": ("internal", vans, self.lot_stock_id),
            "after_sales_charge_type_id": ("outgoing", vans, customers),
            "after_sales_cover_type_id": (
                "outgoing",
                vans,
                company.after_sales_warranty_location_id,
            ),
            "after_sales_old_part_type_id": ("incoming", customers, old_parts),
            "after_sales_goods_in_type_id": ("incoming", customers, goods),
            "after_sales_goods_out_type_id": ("outgoing", goods, customers),
            "after_sales_vendor_type_id": ("outgoing", old_parts, suppliers),
        }

    def _generate_global_route_rules_values(self):
        rules = super()._generate_global_route_rules_values()
        route = self._find_or_create_global_route(
            "after_sales_service.stock_route_vans",
            self.env._("Replenish Vans"),
            create=False,
        )
        vans = self.after_sales_vans_location_id
        if not self.after_sales_issue_type_id:
            return rules
        rules["after_sales_van_pull_id"] = {
            "depends": ["after_sales_issue_type_id"],
            "create_values": {
                "procure_method": "make_to_stock",
                "company_id": self.company_id.id,
                "action": "pull",
                "auto": "manual",
                "route_id": route.id,
                "location_src_id": self.lot_stock_id.id,
                "location_dest_id": vans.id,
            },
            "update_values": {
                "name": self._format_rulename(self.lot_stock_id, vans, ""),
                "active": self.active,
                "picking_type_id": self.after_sales_issue_type_id.id,
            },
        }
        return rules
