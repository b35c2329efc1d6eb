from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AfterSalesDealerRequest(models.Model):
    """Parts a dealer asks for on the portal; the clerk sends or refuses them."""

    _name = "after.sales.dealer.request"
    _description = "Parts Asked for by a Dealer"
    _inherit = ["after.sales.number.mixin", "after.sales.state.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    dealer_id = fields.Many2one(
        "after.sales.dealer", required=True, index=True, check_company=True
    )
    partner_id = fields.Many2one(related="dealer_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="dealer_id.company_id", store=True, index=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    note = fields.Text(string="Note of the Dealer")
    requested_by = fields.Char(readonly=True, copy=False)
    refusal_reason = fields.Char(copy=False, tracking=True)
    line_ids = fields.One2many(
        "after.sales.dealer.request.line", "request_id", string="Parts", copy=True
    )
    picking_ids = fields.One2many("stock.picking", "after_sales_dealer_request_id")
    state = fields.Selection(
        [
            ("draft", "Request received"),
            ("approved", "Being sent"),
            ("refused", "Refused"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        copy=False,
    )

    # === CRUD === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        kept = self.filtered(lambda request: request.state != "draft")
        if kept:
            raise UserError(
                self.env._(
                    "%(request)s was answered, and is kept.", request=kept[0].name
                )
            )

    def _get_transitions(self):
        return {
            "draft": {"approved", "refused", "cancel"},
            "approved": set(),
            "refused": {"draft"},
            "cancel": set(),
        }

    # === ACTIONS === #
    def action_approve(self):
        """Prepare the native transfer to the dealer; the warehouse sends it."""
        self.check_access("write")
        self._move_to("approved")
        for request in self:
            request.dealer_id._check_place_made()
            if not request.line_ids:
                raise UserError(
                    self.env._("%(request)s lists no parts.", request=request.name)
                )
        pickings = self.env["stock.picking"].create(
            [request._prepare_transfer_vals() for request in self]
        )
        pickings.action_confirm()
        pickings.action_assign()
        for request in self:
            reader = request._in_dealer_lang()
            request._tell_dealer(
                reader.env._(
                    "We are preparing the parts you asked for with %(request)s.",
                    request=request.name,
                )
            )
        return True

    def action_refuse(self):
        """Refuse the request; the dealer reads the reason on the portal."""
        self.check_access("write")
        for request in self:
            if not (request.refusal_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Write first why %(request)s is refused: the dealer reads it.",
                        request=request.name,
                    )
                )
        self._move_to("refused")
        for request in self:
            reader = request._in_dealer_lang()
            request._tell_dealer(
                reader.env._(
                    "We do not send the parts you asked for with %(request)s: "
                    "%(reason)s",
                    request=request.name,
                    reason=request.refusal_reason,
                )
            )

    def action_draft(self):
        self.check_access("write")
        self._move_to("draft")

    # === BUSINESS === #
    def _in_dealer_lang(self):
        self.ensure_one()
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    def _tell_dealer(self, text):
        """Write to the dealer, and keep it on the request."""
        self.ensure_one()
        self.message_post(
            body=text,
            partner_ids=self.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )

    @api.model
    def _get_catalogue_domain(self, company, text):
        """Return which parts a dealer may ask for: valid ones of the catalogue.

        :param str text: what is looked for in name, number and barcode
        """
        domain = (
            Domain("is_after_sales_part", "=", True)
            & Domain("sale_ok", "=", True)
            & Domain("after_sales_superseded_by_id", "=", False)
            & Domain("company_id", "in", [False, company.id])
        )
        for word in text.split():
            domain &= (
                Domain("name", "ilike", word)
                | Domain("default_code", "ilike", word)
                | Domain("barcode", "=", word)
            )
        return domain

    def _prepare_transfer_vals(self):
        """Return the values of the native transfer. Meant to be extended."""
        self.ensure_one()
        dealer = self.dealer_id
        picking_type = dealer.warehouse_id.after_sales_dealer_type_id
        base = {
            "location_id": dealer.warehouse_id.lot_stock_id.id,
            "location_dest_id": dealer.location_id.id,
            "company_id": self.company_id.id,
        }
        return base | {
            "picking_type_id": picking_type.id,
            "partner_id": dealer.partner_id.id,
            "origin": self.name,
            "after_sales_dealer_request_id": self.id,
            "move_ids": [
                Command.create(
                    base
                    | {
                        "product_id": line.product_id.id,
                        "product_uom": line.product_id.uom_id.id,
                        "product_uom_qty": line.quantity,
                    }
                )
                for line in self.line_ids
            ],
        }


class AfterSalesDealerRequestLine(models.Model):
    """One part a dealer asks for."""

    _name = "after.sales.dealer.request.line"
    _description = "Part Asked for by a Dealer"
    _inherit = "after.sales.line.mixin"
    _order = "request_id, id"
    _check_company_auto = True

    request_id = fields.Many2one(
        "after.sales.dealer.request", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, index=True
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        check_company=True,
        domain=[("is_after_sales_part", "=", True)],
    )
    quantity = fields.Float(default=1.0, digits="Product Unit")
    quantity_sent = fields.Float(
        string="Sent", digits="Product Unit", compute="_compute_quantity_sent"
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity asked for must be more than zero."
    )
    _part_once = models.UniqueIndex(
        "(request_id, product_id)",
        "This part is on the list already. Write the whole quantity on that line.",
    )

    # === COMPUTES === #
    @api.depends(
        "request_id.picking_ids.move_ids.state",
        "request_id.picking_ids.move_ids.quantity",
    )
    def _compute_quantity_sent(self):
        for request, lines in self.grouped("request_id").items():
            # Who may read the request need not have rights on the stock.
            moves = request.sudo().picking_ids.move_ids
            done = moves.filtered(lambda move: move.state == "done")
            sent = done.grouped("product_id")
            for line in lines:
                line.quantity_sent = sum(
                    move.product_uom._compute_quantity(
                        move.quantity, line.product_id.uom_id
                    )
                    * (-1 if move.origin_returned_move_id else 1)
                    for move in sent.get(line.product_id, [])
                )

    # === BUSINESS === #
    def _check_open(self):
        closed = self.request_id.filtered(lambda request: request.state != "draft")
        if closed:
            raise UserError(
                self.env._(
                    "%(request)s was answered already. Let the dealer ask anew.",
                    request=closed[0].name,
                )
            )
