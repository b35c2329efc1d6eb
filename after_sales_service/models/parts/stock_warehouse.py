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
    "after_sales_loan_out_type_id": "LO",
    "after_sales_loan_in_type_id": "LR",
    "after_sales_dealer_type_id": "DS",
    "after_sales_dealer_return_type_id": "DR",
    "after_sales_dealer_use_type_id": "DU",
}
RETURNS = {
    "after_sales_issue_type_id": "after_sales_return_type_id",
    "after_sales_charge_type_id": "after_sales_return_type_id",
    "after_sales_cover_type_id": "after_sales_return_type_id",
    "after_sales_loan_out_type_id": "after_sales_loan_in_type_id",
    "after_sales_dealer_type_id": "after_sales_dealer_return_type_id",
    "after_sales_dealer_use_type_id": "after_sales_dealer_return_type_id",
}
# Places below the warehouse, each with one rule that fills it from the stock.
SUPPLIED = {
    "after_sales_vans_location_id": (
        "after_sales_van_pull_id",
        "after_sales_service.stock_route_vans",
        "after_sales_issue_type_id",
    ),
    "after_sales_dealers_location_id": (
        "after_sales_dealer_pull_id",
        "after_sales_service.stock_route_dealers",
        "after_sales_dealer_type_id",
    ),
}
PLACES = (
    "after_sales_vans_location_id",
    "after_sales_dealers_location_id",
    "after_sales_spare_location_id",
    "after_sales_loaners_location_id",
)


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    after_sales_vans_location_id = fields.Many2one(
        "stock.location", string="Vans", check_company=True, copy=False
    )
    after_sales_dealers_location_id = fields.Many2one(
        "stock.location", string="Dealers", check_company=True, copy=False
    )
    after_sales_spare_location_id = fields.Many2one(
        "stock.location", string="Good Spare Parts", check_company=True, copy=False
    )
    after_sales_loaners_location_id = fields.Many2one(
        "stock.location", string="Loaners", check_company=True, copy=False
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
    after_sales_loan_out_type_id = fields.Many2one(
        "stock.picking.type", string="Loan Out", check_company=True, copy=False
    )
    after_sales_loan_in_type_id = fields.Many2one(
        "stock.picking.type", string="Loan Return", check_company=True, copy=False
    )
    after_sales_dealer_type_id = fields.Many2one(
        "stock.picking.type", string="Dealer Supply", check_company=True, copy=False
    )
    after_sales_dealer_return_type_id = fields.Many2one(
        "stock.picking.type", string="Dealer Return", check_company=True, copy=False
    )
    after_sales_dealer_use_type_id = fields.Many2one(
        "stock.picking.type", string="Used by Dealers", check_company=True, copy=False
    )
    after_sales_dealer_pull_id = fields.Many2one(
        "stock.rule", string="Dealer Replenishment Rule", copy=False
    )
    after_sales_van_pull_id = fields.Many2one(
        "stock.rule", string="Van Replenishment Rule", copy=False
    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        warehouses = super().create(vals_list)
        warehouses._place_spare_parts()
        return warehouses

    # === BUSINESS === #
    def _create_or_update_sequences_and_picking_types(self):
        missing = [fname for fname in TYPE_CODES if not self[fname]]
        types = super()._create_or_update_sequences_and_picking_types()
        PickingType = self.env["stock.picking.type"]
        made = {fname: PickingType.browse(types[fname]) for fname in missing}
        # The return wizard brings what was not used back to where it came from.
        for fname, back in RETURNS.items():
            if fname in made or back in made:
                made.get(fname, self[fname]).return_picking_type_id = made.get(
                    back, self[back]
                )
        self._translate_type_names(made)
        return types

    def _translate_type_names(self, types):
        """Name new operation types in every language that is installed.

        :param types: ``{field of the warehouse: its new operation type}``
        """
        for lang, _name in self.env["res.lang"].get_installed() if types else ():
            labels = self.with_context(lang=lang)._get_after_sales_type_labels()
            for fname, picking_type in types.items():
                picking_type.with_context(lang=lang).name = labels[fname]

    def _place_spare_parts(self):
        """Lay the good spare parts below the stock, so that it reserves them."""
        for warehouse in self:
            place = warehouse.after_sales_spare_location_id
            if place.location_id == warehouse.view_location_id:
                place.location_id = warehouse.lot_stock_id

    def _create_after_sales_data(self):
        """Give existing warehouses what new ones get; safe to run twice."""
        for warehouse in self.with_context(active_test=False):
            new = not warehouse.after_sales_spare_location_id
            warehouse._create_missing_locations({})
            if new:
                warehouse._place_spare_parts()
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
        company = self.env["res.company"].browse(vals.get("company_id"))
        here = (
            company or self.company_id[:1] or self.env.company
        )._in_after_sales_lang()
        names = {
            "after_sales_vans_location_id": here.env._("Vans"),
            "after_sales_dealers_location_id": here.env._("Dealers"),
            "after_sales_spare_location_id": here.env._("Spare parts"),
            "after_sales_loaners_location_id": here.env._("Loaners"),
        }
        for fname, name in names.items():
            usage = "view" if fname in SUPPLIED else "internal"
            locations[fname] = {"name": name, "active": True, "usage": usage}
        return locations

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name=name, code=code)
        here = self.with_context(lang=self.company_id._in_after_sales_lang().env.lang)
        labels = here._get_after_sales_type_labels()
        for fname, type_code in TYPE_CODES.items():
            values[fname] = {
                "name": here.env._(
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
        # sudo: the warehouse itself was checked; who may create one need not be allowed
        # to change the company or know of stocking classes.
        self.company_id.sudo()._create_after_sales_locations()
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
        loaners = self.after_sales_loaners_location_id
        lent = company.after_sales_loan_location_id
        dealers = self.after_sales_dealers_location_id
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
            "after_sales_loan_out_type_id": ("internal", loaners, lent),
            "after_sales_loan_in_type_id": ("internal", lent, loaners),
            "after_sales_dealer_type_id": ("internal", self.lot_stock_id, dealers),
            "after_sales_dealer_return_type_id": (
                "internal",
                dealers,
                self.lot_stock_id,
            ),
            "after_sales_dealer_use_type_id": ("outgoing", dealers, customers),
        }

    def _generate_global_route_rules_values(self):
        rules = super()._generate_global_route_rules_values()
        for place, (rule, route, picking_type) in SUPPLIED.items():
            known = self.env.ref(route, raise_if_not_found=False)
            if known and self[place] and self[picking_type]:
                rules[rule] = self._prepare_supply_rule_vals(place, route, picking_type)
        return rules

    def _prepare_supply_rule_vals(self, place, route, picking_type):
        """Return the values of the rule that fills what stands below ``place``."""
        location = self[place]
        return {
            "depends": [picking_type],
            "create_values": {
                "procure_method": "make_to_stock",
                "company_id": self.company_id.id,
                "action": "pull",
                "auto": "manual",
                "route_id": self.env.ref(route).id,
                "location_src_id": self.lot_stock_id.id,
                "location_dest_id": location.id,
            },
            "update_values": {
                "name": self._format_rulename(self.lot_stock_id, location, ""),
                "active": self.active,
                "picking_type_id": self[picking_type].id,
            },
        }
