from odoo import fields, models


class AfterSalesDemerit(models.Model):
    """What counts against a technician: a justified complaint, for instance."""

    _name = "after.sales.demerit"
    _description = "Demerit"
    _order = "date desc, id desc"
    _rec_name = "reason"
    _check_company_auto = True

    technician_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_after_sales_technician", "=", True)],
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    date = fields.Date(required=True, index=True)
    points = fields.Float(default=1.0, required=True)
    reason = fields.Char(required=True)
    complaint_id = fields.Many2one(
        "after.sales.complaint", index="btree_not_null", check_company=True
    )

    _once_per_complaint = models.UniqueIndex(
        "(complaint_id) WHERE complaint_id IS NOT NULL",
        "This complaint counts against a technician already.",
    )
    _points_not_negative = models.Constraint(
        "CHECK(points >= 0)", "The points of a demerit cannot be negative."
    )


class AfterSalesComplaint(models.Model):
    _inherit = "after.sales.complaint"

    demerit_ids = fields.One2many(
        "after.sales.demerit",
        "complaint_id",
        string="Demerits",
        groups="after_sales_service.after_sales_group_supervisor,"
        "after_sales_service.after_sales_group_auditor",
    )

    # === BUSINESS === #
    def _note_finding(self):
        """Count what a technician is responsible for; of several answers the last."""
        result = super()._note_finding()
        # Agents may answer complaints, but know nothing of demerits.
        demerits = (
            self.env["after.sales.demerit"]
            .sudo()
            .search([("complaint_id", "=", self.id)])
        )
        if not self._is_demerit():
            demerits.unlink()
        elif demerits:
            demerits.write(self._prepare_demerit_vals())
        else:
            demerits.create(self._prepare_demerit_vals())
        return result

    def _is_demerit(self):
        """Return whether a technician answers for it. Meant to be extended."""
        return (
            self.finding != "unjustified"
            and self.party == "technician"
            and bool(self.employee_id)
        )

    def _prepare_demerit_vals(self):
        """Return the values of the demerit of a justified complaint. To be extended."""
        self.ensure_one()
        return {
            "technician_id": self.employee_id.id,
            "company_id": self.company_id.id,
            "date": fields.Date.context_today(self),
            "points": 1.0 if self.finding == "justified" else 0.5,
            "reason": f"{self.name} {self.subject}",
            "complaint_id": self.id,
        }
