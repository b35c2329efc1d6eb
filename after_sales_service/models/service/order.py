from odoo import fields, models


class AfterSalesOrder(models.Model):
    """A service order (voucher): one job on one unit, from planning to review."""

    _name = "after.sales.order"
    _description = "Service Order"
    _inherit = [
        "after.sales.state.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_planned desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, default="New", copy=False, index="trigram"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    ticket_id = fields.Many2one(
        "after.sales.ticket", index="btree_not_null", check_company=True
    )
    team_id = fields.Many2one("after.sales.team", check_company=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True
    )
    contact_id = fields.Many2one("res.partner", string="Contact")
    site_id = fields.Many2one("res.partner", string="Site")
    unit_id = fields.Many2one("after.sales.unit", index=True, check_company=True)
    kind = fields.Selection(
        [
            ("on_site", "On site"),
            ("bring_in", "Bring-in repair"),
            ("remote", "Remote help"),
            ("installation", "Installation"),
            ("inspection", "Inspection"),
        ],
        default="on_site",
        required=True,
    )
    is_internal = fields.Boolean(string="Administrative Work (D)")
    technician_id = fields.Many2one("hr.employee", index=True, tracking=True)
    helper_ids = fields.Many2many("hr.employee", string="Helpers")
    date_fault = fields.Date(
        string="Fault Reported on",
        required=True,
        default=fields.Date.context_today,
        help="Cover is judged on this day, not on the day of the visit.",
    )
    date_planned = fields.Datetime(string="Planned for", index=True)
    date_started = fields.Datetime(copy=False)
    date_done = fields.Datetime(copy=False)
    line_ids = fields.One2many("after.sales.order.line", "order_id", copy=True)
    visit_ids = fields.One2many("after.sales.visit", "order_id")
    time_ids = fields.One2many("after.sales.time", "order_id")
    check_ids = fields.One2many("after.sales.check.item", "order_id")
    # Diagnosis: look, listen, check.
    symptom_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "symptom")]
    )
    cause_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "cause")], tracking=True
    )
    remedy_id = fields.Many2one(
        "after.sales.fault.code", domain=[("kind", "=", "remedy")]
    )
    is_tampered = fields.Boolean(string="Opened by Others", tracking=True)
    meter = fields.Float(string="Meter Reading")
    diagnosis = fields.Text()
    responsibility = fields.Selection(
        [
            ("product", "Product"),
            ("customer", "Customer"),
            ("service", "Our service"),
            ("carrier", "Carrier"),
            ("other", "Other"),
        ]
    )
    outcome = fields.Selection(
        [
            ("repaired", "Repaired"),
            ("replaced", "Replaced"),
            ("no_fault", "No fault found"),
            ("refused", "Refused by the customer"),
            ("advice", "Advice given"),
        ],
        copy=False,
        tracking=True,
    )
    # The customer's signature under the voucher.
    signature = fields.Image(copy=False, attachment=True, max_width=1024)
    signed_by = fields.Char(copy=False)
    signed_on = fields.Datetime(copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("planned", "Planned"),
            ("on_site", "On site"),
            ("waiting", "Waiting"),
            ("done", "Done"),
            ("reviewed", "Reviewed"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )

    def _get_transitions(self):
        return {
            "draft": {"planned", "on_site", "cancel"},
            "planned": {"draft", "on_site", "waiting", "cancel"},
            "on_site": {"planned", "waiting", "done", "cancel"},
            "waiting": {"planned", "on_site", "cancel"},
            "done": {"reviewed", "on_site"},
            "reviewed": set(),
            "cancel": {"draft"},
        }
