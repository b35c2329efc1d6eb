from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

DATE_FIELDS = {
    "delivered": "date_delivered",
    "installed": "date_installed",
    "manufactured": "date_manufactured",
    "sold": "date_sold",
    "first_use": "date_first_use",
}
VOID_FIELDS = {"is_cover_void"}


class AfterSalesUnit(models.Model):
    """A product that stands at a customer."""

    _name = "after.sales.unit"
    _description = "Installed Unit"
    _inherit = [
        "after.sales.print.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _rec_names_search = ["name", "product_id", "partner_id"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(
        string="Serial Number", required=True, index="trigram", copy=False
    )
    active = fields.Boolean(default=True)
    has_serial = fields.Boolean(
        string="Serial Is Unique",
        default=True,
        help="Off for goods without serial numbers: the number is then only a label.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    product_id = fields.Many2one(
        "product.product", required=True, index=True, check_company=True
    )
    product_tmpl_id = fields.Many2one(related="product_id.product_tmpl_id")
    lot_id = fields.Many2one(
        "stock.lot", string="Lot or Serial in Stock", index="btree_not_null", copy=False
    )
    quantity = fields.Float(default=1.0, digits="Product Unit")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index=True, tracking=True
    )
    site_id = fields.Many2one("res.partner", index="btree_not_null", tracking=True)
    parent_id = fields.Many2one(
        "after.sales.unit", string="Part of", index=True, check_company=True
    )
    child_ids = fields.One2many("after.sales.unit", "parent_id", string="Contains")
    place = fields.Selection(
        [
            ("customer", "At the customer"),
            ("workshop", "In our workshop"),
            ("supplier", "At the supplier"),
            ("loan", "On loan"),
            ("returned", "Returned to us"),
            ("scrapped", "Scrapped"),
        ],
        default="customer",
        required=True,
        tracking=True,
        index=True,
    )
    date_manufactured = fields.Date(string="Manufactured")
    date_sold = fields.Date(string="Sold")
    date_delivered = fields.Date(string="Delivered", index=True)
    date_installed = fields.Date(string="Accepted on", help="Acceptance signed.")
    date_first_use = fields.Date(string="First Used")
    seller = fields.Char(
        string="Bought from", help="Who sold it, if it was not bought from us."
    )
    move_id = fields.Many2one(
        "stock.move", string="Delivery Move", copy=False, index="btree_not_null"
    )
    last_move_id = fields.Many2one(
        "stock.move", string="Last Movement", copy=False, index="btree_not_null"
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", copy=False, index="btree_not_null"
    )
    component_ids = fields.One2many(
        "after.sales.unit.component", "unit_id", string="Components"
    )
    cover_ids = fields.One2many("after.sales.cover", "unit_id", string="Covers")
    voiding_ids = fields.One2many(
        "after.sales.cover.voiding", "unit_id", string="Voidings"
    )
    is_cover_void = fields.Boolean(string="Cover Void", copy=False, tracking=True)
    date_cover_end = fields.Date(
        string="Covered Until",
        compute="_compute_date_cover_end",
        store=True,
        help="The day on which the last cover ends.",
    )
    is_covered = fields.Boolean(
        string="Covered Today",
        compute="_compute_is_covered",
        compute_sudo=True,
        search="_search_is_covered",
    )
    # Colleagues write here to one another; customers read units on the portal.
    note = fields.Text(string="Notes", groups="base.group_user")

    _serial_unique = models.UniqueIndex(
        "(company_id, product_id, name) WHERE has_serial",
        "This serial number of the product is registered already. Search for it, also "
        "among the archived units, and correct that unit instead.",
    )
    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of a unit must be more than zero."
    )

    # === COMPUTES === #
    @api.depends("cover_ids.date_last", "cover_ids.is_excluded", "cover_ids.is_void")
    def _compute_date_cover_end(self):
        for unit in self:
            ends = unit.cover_ids.filtered(
                lambda cover: not cover.is_excluded and not cover.is_void
            ).mapped("date_last")
            unit.date_cover_end = max(filter(None, ends), default=False)

    @api.depends("cover_ids.is_running")
    def _compute_is_covered(self):
        for unit in self:
            unit.is_covered = any(unit.cover_ids.mapped("is_running"))

    def _search_is_covered(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Owners filter their units by it without a right on covers: “any!”.
        running = Domain(
            "cover_ids", "any!", self.env["after.sales.cover"]._get_running_domain()
        )
        return running if True in value else ~running

    def _compute_access_url(self):
        super()._compute_access_url()
        for unit in self:
            unit.access_url = f"/my/units/{unit.id}"

    @api.depends("name", "product_id")
    @api.depends_context("formatted_display_name")
    def _compute_display_name(self):
        for unit in self:
            if self.env.context.get("formatted_display_name"):
                unit.display_name = f"{unit.name} --{unit.product_id.name or ''}--"
            else:
                unit.display_name = unit.name

    # === CONSTRAINS === #
    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A unit cannot be part of itself. Choose another unit.")
            )

    @api.constrains("date_manufactured", "date_delivered", "date_installed")
    def _check_dates(self):
        for unit in self:
            problem = unit._get_date_problem(
                unit.date_manufactured, unit.date_delivered, unit.date_installed
            )
            if problem:
                raise ValidationError(
                    self.env._("%(unit)s: %(problem)s", unit=unit.name, problem=problem)
                )

    @api.model
    def _get_date_problem(self, manufactured, delivered, installed):
        """Return a sentence if the dates contradict one another, else ``""``."""
        if manufactured and delivered and delivered < manufactured:
            return self.env._("It cannot be delivered before it was manufactured.")
        if manufactured and installed and installed < manufactured:
            return self.env._("It cannot be accepted before it was manufactured.")
        return ""

    @api.constrains("product_id", "component_ids")
    def _check_components_of_product(self):
        for unit in self:
            wrong = unit.component_ids.component_id.filtered(
                lambda component, tmpl=unit.product_id.product_tmpl_id: (
                    component.product_tmpl_id != tmpl
                )
            )
            if wrong:
                raise ValidationError(
                    self.env._(
                        "“%(component)s” is not a position of %(product)s. Choose one "
                        "of its own positions for unit %(unit)s.",
                        component=wrong[0].name,
                        product=unit.product_id.display_name,
                        unit=unit.name,
                    )
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        units = super().create(vals_list)
        units._complete_new()
        return units

    def write(self, vals):
        if VOID_FIELDS & set(vals) and not self.env.su:
            raise UserError(
                self.env._("Use “Void cover” and “Restore cover”: a reason is needed.")
            )
        places = {unit: unit.place for unit in self} if "place" in vals else {}
        result = super().write(vals)
        if places:
            self._follow_place(places, is_moved="last_move_id" in vals)
        if set(DATE_FIELDS.values()) & set(vals):
            self._restart_covers()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_delivered(self):
        delivered = self.filtered("move_id")
        if delivered:
            raise UserError(
                self.env._(
                    "%(unit)s was delivered by a transfer and keeps its history. "
                    "Archive it instead.",
                    unit=delivered[0].name,
                )
            )

    # === ACTIONS === #
    def action_create_covers(self):
        """Give units without covers what their policies promise."""
        self.check_access("write")
        bare = self.filtered(lambda unit: not unit.cover_ids)
        bare._complete_new()
        if not bare.cover_ids:
            raise UserError(
                self.env._(
                    "No warranty policy holds for these units on the day of delivery. "
                    "Make one under Configuration → Warranty Policies."
                )
            )

    def action_view_covers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_cover_action"
        )
        return action | {
            "domain": [("unit_id", "=", self.id)],
            "context": {"search_default_group_unit": 0},
        }

    def action_void(self):
        """Open the dialog that voids the covers or restores them."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Restore Cover")
            if self.is_cover_void
            else self.env._("Void Cover"),
            "res_model": "after.sales.unit.void",
            "view_mode": "form",
            "target": "new",
            "context": {"default_unit_id": self.id},
        }

    def action_preview(self):
        """Open the table of what would be covered on a day."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Would Be Covered"),
            "res_model": "after.sales.unit.preview",
            "view_mode": "form",
            "target": "new",
            "context": {"default_unit_id": self.id},
        }

    # === BUSINESS === #
    @api.model
    def _find_by_text(self, text, limit=8):
        """Return the units that ``text`` may mean: by serial, exact hits first.

        :param str text: a serial number or a piece of one, three characters or more
        """
        text = (text or "").strip()
        if len(text) < 3:
            return self.browse()
        exact = self.search([("name", "=ilike", text)], limit=limit)
        if exact:
            return exact
        return self.search([("name", "ilike", text)], limit=limit)

    def _get_fitted(self, component):
        """Return what sits in position ``component`` now."""
        self.ensure_one()
        return self.component_ids.filtered(
            lambda row: row.component_id == component and row.is_current
        )[:1]

    def _log_on_units(self, bodies):
        """Write one chatter note per unit, in one batch.

        :param dict bodies: ``{unit id: text}``
        """
        units = self.browse(bodies)
        if units:
            units._message_log_batch(bodies=bodies)

    def _prepare_component_vals(self, component):
        """Return the values of one position of a new unit. Meant to be extended."""
        self.ensure_one()
        parts = component.part_ids
        return {
            "unit_id": self.id,
            "component_id": component.id,
            "product_id": parts.id if len(parts) == 1 else False,
            "date_in": self.date_delivered,
        }

    def _complete_new(self):
        """Give new units their components and covers; nothing that is there twice."""
        # Who may register a unit need not have a right on covers: they follow from
        # the policies alone.
        units = self.sudo()
        units._create_components()
        units._create_covers()

    def _create_components(self):
        """Add the positions that the units lack; an import may name only some."""
        positions = (
            self.env["after.sales.component"]
            .search([("product_tmpl_id", "in", self.product_id.product_tmpl_id.ids)])
            .grouped("product_tmpl_id")
        )
        vals_list = [
            unit._prepare_component_vals(component)
            for unit in self
            for component in positions.get(unit.product_id.product_tmpl_id, ())
            if component not in unit.component_ids.component_id
        ]
        return self.env["after.sales.unit.component"].create(vals_list)
