from odoo import api, fields, models
from odoo.tools.misc import formatLang


class AfterSalesQuotationSign(models.TransientModel):
    """The customer accepts the quotation on the technician's screen."""

    _name = "after.sales.quotation.sign"
    _description = "Accept a Service Quotation"

    order_id = fields.Many2one("after.sales.order", required=True, readonly=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    partner_id = fields.Many2one(related="order_id.partner_id")
    summary = fields.Text(string="Charges", compute="_compute_quotation")
    amount_total = fields.Monetary(
        string="Total With Taxes",
        compute="_compute_quotation",
        currency_field="quotation_currency_id",
    )
    quotation_currency_id = fields.Many2one(
        "res.currency", compute="_compute_quotation"
    )
    signed_by = fields.Char(string="Name of the Signer")
    way = fields.Selection(
        [("screen", "Signs here"), ("paper", "Signed on paper")],
        string="How",
        required=True,
        default="screen",
    )
    signature = fields.Binary(attachment=False)
    paper = fields.Binary(
        string="Signed Paper", attachment=False, help="PDF or photo, at most 10 MB."
    )
    paper_name = fields.Char(string="File Name")
    fee_text = fields.Char(string="If Refused", compute="_compute_quotation")

    # === DEFAULTS === #
    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        order = self.env["after.sales.order"].browse(defaults.get("order_id"))
        if order and "signed_by" in fields:
            defaults.setdefault("signed_by", order.contact_id.name)
        return defaults

    # === COMPUTES === #
    @api.depends("order_id")
    def _compute_quotation(self):
        for wizard in self:
            quotations = wizard.order_id._get_open_quotations()
            wizard.quotation_currency_id = quotations.currency_id[:1]
            wizard.amount_total = sum(quotations.mapped("amount_total"))
            wizard.fee_text = " ".join(
                # Read by the customer, like the texts of the lines.
                quotation.with_context(
                    lang=quotation.partner_id.lang
                )._after_sales_get_fee_sentence()
                for quotation in quotations.filtered("after_sales_check_fee")
            )
            wizard.summary = "\n\n".join(
                f"{line.name}\n{wizard._get_amount_text(line)}"
                for line in quotations.order_line
            )

    def _get_amount_text(self, line):
        # Read by the customer, like the texts of the lines.
        line = line.with_context(lang=line.order_id.partner_id.lang)
        return line.env._(
            "%(quantity)g %(uom)s × %(price)s = %(amount)s",
            quantity=line.product_uom_qty,
            uom=line.product_uom_id.name,
            price=formatLang(line.env, line.price_unit, currency_obj=line.currency_id),
            amount=formatLang(
                line.env, line.price_subtotal, currency_obj=line.currency_id
            ),
        )

    # === ACTIONS === #
    def action_apply(self):
        self.ensure_one()
        is_paper = self.way == "paper"
        self.order_id._accept_quotation(
            self.signed_by,
            signature=False if is_paper else self.signature,
            paper=self.paper if is_paper else False,
        )
        return {"type": "ir.actions.act_window_close"}

    def action_refuse(self):
        """Note that the customer does not want the paid work."""
        self.ensure_one()
        self.order_id.action_refuse_quotation()
        return {"type": "ir.actions.act_window_close"}
