from odoo import fields, models

TICKET_KINDS = [
    ("inquiry", "Inquiry"),
    ("repair", "Fault repair"),
    ("installation", "Installation and commissioning"),
    ("inspection", "Inspection visit"),
    ("training", "Training"),
    ("complaint", "Complaint"),
    ("suggestion", "Suggestion"),
    ("return", "Return or exchange"),
    ("internal", "Internal administrative work"),
]


class AfterSalesSlaPolicy(models.Model):
    _inherit = "after.sales.sla.policy"

    def _get_ticket_kinds(self):
        # In the reader's language: a selection by method is not translated itself.
        kinds = self.env["after.sales.ticket"]._fields["kind"]
        return kinds._description_selection(self.env)


class AfterSalesSlaClock(models.Model):
    _inherit = "after.sales.sla.clock"

    ticket_id = fields.Many2one("after.sales.ticket", ondelete="cascade", index=True)

    # === BUSINESS === #
    def _get_subject_name(self):
        return self.ticket_id.name or super()._get_subject_name()


class AfterSalesSlaEvent(models.Model):
    _inherit = "after.sales.sla.event"

    pause_reason_id = fields.Many2one(
        "after.sales.pause.reason",
        string="Reason to Wait",
        index="btree_not_null",
        ondelete="restrict",
    )
