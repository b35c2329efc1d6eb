from odoo import models
from odoo.exceptions import AccessError

OURS = "after.sales."


class IrRule(models.Model):
    """Whoever follows a link to what is not theirs is told what to do."""

    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Return the refusal; for reading documents of ours with a plain sentence.

        It names the company to switch to if the user may, else nothing of the
        document. The web client still gets the company to switch to by itself.
        """
        error = super()._make_access_error(operation, records)
        if operation != "read" or not records._name.startswith(OURS):
            return error
        told = AccessError(self._get_refusal(records))
        if hasattr(error, "context"):
            told.context = error.context
        return told

    def _get_refusal(self, records):
        """Return why the user does not see the records, and what to do.

        :param records: documents that a record rule keeps from the user
        """
        env = self.with_context(**self.env.user.context_get()).env
        document = env["ir.model"]._get(records._name).name
        companies = self.env["res.company"]
        if "company_id" in records._fields:
            # The company alone is looked at; it is named only to who belongs to it.
            companies = records.sudo().company_id - self.env.companies
        if not companies:
            return env._(
                "This document (%(document)s) is not among those you may see. Ask your "
                "supervisor to give it to you or to your team.",
                document=document,
            )
        if companies <= self.env.user.company_ids:
            return env._(
                "This document (%(document)s) belongs to %(company)s. Choose that "
                "company in the menu at the top right, then open it again.",
                document=document,
                company=", ".join(companies.mapped("name")),
            )
        return env._(
            "This document (%(document)s) belongs to a company to which you have no "
            "access. Ask who sent you the link for what you need, or your "
            "administrator for access to that company.",
            document=document,
        )
