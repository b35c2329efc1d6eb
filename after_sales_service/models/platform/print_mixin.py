from odoo import models


class AfterSalesPrintMixin(models.AbstractModel):
    """Prints in the customer's language, the company's small below where it differs.

    Who inherits has the fields ``partner_id`` and ``company_id``.
    """

    _name = "after.sales.print.mixin"
    _description = "After-Sales Print"

    # === BUSINESS === #
    def _get_print_langs(self):
        """Return the customer's language, and the company's where it differs."""
        self.ensure_one()
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        first = self.partner_id.lang or self.env.lang or "en_US"
        second = self.company_id.partner_id.lang or "en_US"
        langs = [first] if first == second else [first, second]
        return [lang for lang in langs if lang in installed] or ["en_US"]

    def _get_print_labels(self, get_texts):
        """Return ``{key: (label, second)}``: the customer's language comes first.

        ``second`` is False where both languages say the same or there is only one.

        :param get_texts: returns ``{key: label}``, given the record in a language
        """
        texts = [
            get_texts(self.with_context(lang=lang)) for lang in self._get_print_langs()
        ]
        first, second = texts[0], texts[-1]
        return {
            key: (text, second[key] if second[key] != text else False)
            for key, text in first.items()
        }
