from odoo import fields, models


class AfterSalesComplaintRoute(models.Model):
    """Which department answers for what customers complain about."""

    _name = "after.sales.complaint.route"
    _description = "Complaint Routing"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(string="Content", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    department = fields.Char(
        string="Responsible Department",
        required=True,
        translate=True,
        help="Who finds out what happened and mends the cause.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Handler",
        check_company=True,
        domain=[("share", "=", False)],
        help="Empty: who takes the complaint.",
    )
    days_handler = fields.Integer(string="Days for the Handler", default=3)
    days_supervisor = fields.Integer(string="Days for the Supervisor", default=3)
    days_management = fields.Integer(string="Days for the Management", default=5)

    _days_positive = models.Constraint(
        "CHECK(days_handler > 0 AND days_supervisor > 0 AND days_management > 0)",
        "Each level needs at least one day to answer.",
    )

    # === BUSINESS === #
    def _get_days(self, level):
        """Return how many days a level has to answer.

        :param str level: handler, supervisor or management
        """
        self.ensure_one()
        return self[f"days_{level}"]
