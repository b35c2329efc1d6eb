from odoo import fields, models
from odoo.fields import Domain


class AfterSalesUnit(models.Model):
    """Manuals and sheets of the product, where its units are."""

    _inherit = "after.sales.unit"

    document_ids = fields.Many2many(
        "product.document", string="Documents", compute="_compute_document_ids"
    )

    # === COMPUTES === #
    def _compute_document_ids(self):
        # Whoever may read the unit may read the manuals of its product; attachments
        # have rights of their own that ask for the product's.
        documents = (
            self.env["product.document"].sudo().search(self._get_document_domain())
        )
        for unit in self:
            product = unit.product_id.sudo()  # only to compare the numbers
            own = {
                ("product.product", product.id),
                ("product.template", product.product_tmpl_id.id),
            }
            unit.document_ids = documents.filtered(
                lambda document, own=own: (document.res_model, document.res_id) in own
            )

    def _get_document_domain(self):
        product = self.product_id.sudo()  # only to search by the numbers
        return (
            Domain("res_model", "=", "product.product")
            & Domain("res_id", "in", product.ids)
        ) | (
            Domain("res_model", "=", "product.template")
            & Domain("res_id", "in", product.product_tmpl_id.ids)
        )

    # === BUSINESS === #
    def _get_customer_documents(self):
        """Return the documents a customer may have: those shown with a sale.

        :return: ``product.document`` records that the reader need not have a right on
        """
        self.ensure_one()
        # The reader may see the unit; of its product's documents those are taken that
        # the sales app gives to customers too.
        unit = self.sudo()
        return unit.document_ids.filtered(
            lambda document: document.attached_on_sale != "hidden" or document.public
        )
