import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

BATCH = 200
SECONDS = 20


class AfterSalesUnitRegister(models.TransientModel):
    """Registers the units of deliveries that were done before the add-on came.

    Every step can be repeated: a move that the register has seen is not seen again.
    """

    _name = "after.sales.unit.register"
    _description = "Register Units from Past Deliveries"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(string="Delivered from")
    date_to = fields.Date(string="Delivered until")
    product_tmpl_ids = fields.Many2many(
        "product.template",
        string="Products to Switch On",
        default=lambda self: self._default_product_tmpl_ids(),
    )
    categ_ids = fields.Many2many("product.category", string="Categories to Switch On")
    register = fields.Selection(
        [("unit", "One unit per piece"), ("bulk", "One record with a quantity")],
        string="Register Them as",
        default="unit",
    )
    move_count = fields.Integer(string="Moves to Register", compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    done_count = fields.Integer(string="Moves Registered", readonly=True)
    unit_count = fields.Integer(string="Units Registered", readonly=True)
    progress = fields.Integer(compute="_compute_progress")
    failed_move_ids = fields.Many2many("stock.move", string="Moves with Problems")
    problem = fields.Text(string="Problems", readonly=True)

    # === DEFAULTS === #
    @api.model
    def _default_product_tmpl_ids(self):
        """Offer the serial-tracked products that were delivered and not registered."""
        # The counts concern the whole company, whoever of its managers asks.
        moves = self.env["stock.move"].sudo()
        groups = moves._read_group(
            self._get_out_domain(self.env.company)
            & Domain("product_id.tracking", "=", "serial")
            & Domain("product_id.product_tmpl_id.after_sales_register", "=", "none"),
            ["product_id"],
        )
        products = moves.product_id.browse([product.id for (product,) in groups])
        return products.product_tmpl_id

    # === COMPUTES === #
    @api.depends("company_id", "date_from", "date_to", "failed_move_ids", "done_count")
    def _compute_preview(self):
        for wizard in self:
            groups = wizard._get_moves_model()._read_group(
                wizard._get_domain() & self._get_out_domain(wizard.company_id),
                ["product_id"],
                ["__count", "product_qty:sum"],
            )
            groups.sort(key=lambda group: -group[2])
            wizard.move_count = wizard._get_moves_model().search_count(
                wizard._get_domain()
            )
            wizard.preview = self.env["ir.qweb"]._render(
                "after_sales_service.after_sales_unit_register_table",
                {
                    "rows": [
                        (product.display_name, count, f"{quantity:g}")
                        for product, count, quantity in groups[:40]
                    ],
                    "more": max(0, len(groups) - 40),
                },
            )

    @api.depends("move_count", "done_count")
    def _compute_progress(self):
        for wizard in self:
            total = wizard.move_count + wizard.done_count
            wizard.progress = 100 * wizard.done_count // total if total else 100

    # === ACTIONS === #
    def action_switch(self):
        """Switch registration on for the chosen products and categories."""
        self.ensure_one()
        templates = self.product_tmpl_ids | self.env["product.template"].search(
            [("categ_id", "child_of", self.categ_ids.ids), ("type", "=", "consu")]
        )
        if not templates and self.categ_ids:
            raise UserError(
                self.env._(
                    "There are no goods in %(categories)s. Choose other categories.",
                    categories=", ".join(self.categ_ids.mapped("display_name")),
                )
            )
        if not templates:
            raise UserError(
                self.env._("Choose the products or categories to switch on first.")
            )
        # Managers of the service decide what they look after; products belong to
        # other roles otherwise.
        templates.filtered(
            lambda template: template.after_sales_register == "none"
        ).sudo().after_sales_register = self.register
        self.write({"product_tmpl_ids": [(5,)], "categ_ids": [(5,)]})
        self.invalidate_recordset(["move_count", "preview"])
        return self._reopen()

    def action_run(self):
        """Register for some seconds; press again until nothing is left."""
        self.ensure_one()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            moves = self._get_moves_model().search(
                self._get_domain(), order="date, id", limit=BATCH
            )
            if not moves:
                break
            self._register_batch(moves)
        return self._reopen()

    # === BUSINESS === #
    def _get_moves_model(self):
        # Managers may register what was delivered without a right on transfers.
        return self.env["stock.move"].sudo()

    @api.model
    def _get_out_domain(self, company):
        return (
            Domain("state", "=", "done")
            & Domain("company_id", "=", company.id)
            & Domain("location_dest_id.usage", "=", "customer")
            & Domain("location_id.usage", "!=", "customer")
        )

    def _get_domain(self):
        """Return which moves to look at: deliveries and what came back, unseen."""
        self.ensure_one()
        back = (
            Domain("state", "=", "done")
            & Domain("company_id", "=", self.company_id.id)
            & Domain("location_id.usage", "=", "customer")
            & Domain("location_dest_id.usage", "!=", "customer")
        )
        domain = (
            (self._get_out_domain(self.company_id) | back)
            & Domain("is_after_sales_registered", "!=", True)
            & self._get_product_domain()
            & Domain("id", "not in", self.failed_move_ids.ids)
        )
        if self.date_from:
            domain &= Domain("date", ">=", self.date_from)
        if self.date_to:
            domain &= Domain("date", "<", fields.Date.add(self.date_to, days=1))
        return domain

    @api.model
    def _get_product_domain(self):
        """Return which goods count: registered products, and parts of such kits."""
        field = "product_tmpl_id.after_sales_register"
        domain = Domain(f"product_id.{field}", "!=", "none")
        if "bom_line_id" in self.env["stock.move"]._fields:
            # Only with the manufacturing app, which is not among our dependencies.
            domain |= Domain("bom_line_id.bom_id.type", "=", "phantom") & (
                Domain(f"sale_line_id.product_id.{field}", "!=", "none")
                | Domain(f"bom_line_id.bom_id.{field}", "!=", "none")
            )
        return domain

    def _register_batch(self, moves):
        """Register moves in the order they happened, deliveries and returns apart."""
        # sudo: units follow from deliveries; the wizard is for managers only.
        unit_model = self.env["after.sales.unit"].sudo()
        run = moves.browse()
        for move in moves:
            direction = unit_model._get_direction(move)
            if run and direction != unit_model._get_direction(run[0]):
                self._register_run(run)
                run = moves.browse()
            run |= move
        self._register_run(run)

    def _register_run(self, moves):
        try:
            with self.env.cr.savepoint():
                units = self._register_moves(moves)
        except UserError as error:
            if len(moves) > 1:
                for move in moves:
                    self._register_run(move)
                return
            _logger.info("Move %s could not be registered: %s", moves.id, error)
            self.failed_move_ids |= moves
            self.problem = "\n".join(
                filter(
                    None,
                    (self.problem, f"{moves.display_name}: {error.args[0]}"),
                )
            )
            return
        self.done_count += len(moves)
        self.unit_count += len(units)

    def _register_moves(self, moves):
        # Like a delivery of today: who registers need not have rights on covers.
        skipped = moves.filtered(lambda move: move._is_after_sales_move())
        units = self.env["after.sales.unit"].sudo()._register_moves(moves - skipped)
        # Also what turned out to be none of ours: it is not looked at again.
        moves.is_after_sales_registered = True
        return units

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register Past Deliveries"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
