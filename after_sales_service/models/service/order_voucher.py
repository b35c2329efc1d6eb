from odoo import fields, models
from odoo.tools import format_amount, format_date, format_datetime


class AfterSalesOrder(models.Model):
    """What the customer reads: languages, time zones, the voucher."""

    _inherit = "after.sales.order"

    # === ACTIONS === #
    def action_print_voucher(self):
        report = self.env.ref("after_sales_service.after_sales_order_report_voucher")
        return report.report_action(self)

    # === BUSINESS === #
    def _get_customer_tz(self):
        """Return the name of the time zone in which the customer lives."""
        self.ensure_one()
        return self._get_partner_tz(self.partner_id, self.company_id)

    def _get_partner_tz(self, partner, company):
        return (
            partner.tz
            or partner.commercial_partner_id.tz
            or company.partner_id.tz
            or self.env.user.tz
            or "UTC"
        )

    def _get_customer_url(self):
        """Return the address of the order's page, open to whoever holds the link."""
        self.ensure_one()
        # The token is made for the customer, whoever sends the mail.
        return self.get_base_url() + self.sudo().get_portal_url()

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Service voucher %(number)s", number=self.name)

    def _voucher_labels(self):
        return self._get_print_labels(lambda order: order._get_voucher_texts())

    def _task_labels(self):
        """Return the labels of the technician's own print: one language."""
        return {key: (text, False) for key, text in self._get_voucher_texts().items()}

    def _get_voucher_texts(self):
        """Return the labels of the prints in the language of the environment."""
        return {
            "voucher": self.env._("Service Voucher"),
            "task": self.env._("Task Sheet"),
            "customer": self.env._("Customer"),
            "contact": self.env._("Contact"),
            "site": self.env._("Site"),
            "phone": self.env._("Phone"),
            "unit": self.env._("Product and Serial Number"),
            "technician": self.env._("Technician"),
            "badge": self.env._("Badge"),
            "reported": self.env._("Fault Reported on"),
            "planned": self.env._("Appointment"),
            "symptom": self.env._("Symptom"),
            "cause": self.env._("Cause"),
            "measure": self.env._("Measure Taken"),
            "diagnosis": self.env._("Findings"),
            "outcome": self.env._("Outcome"),
            "times": self.env._("Times on Site"),
            "departed": self.env._("On the Way"),
            "arrived": self.env._("Arrived"),
            "left": self.env._("Left"),
            "lines": self.env._("Work and Parts"),
            "item": self.env._("Part or Work"),
            "quantity": self.env._("Quantity"),
            "serial": self.env._("Serial Out / In"),
            "decision": self.env._("Decision and Why"),
            "pays": self.env._("You Pay"),
            "pending": self.env._("price pending"),
            "free": self.env._("Free of Charge"),
            "contract": self.env._("Paid by Contract"),
            "total": self.env._("Total You Pay, without Taxes"),
            "signature": self.env._("Customer's Signature"),
            "signed": self.env._("Signed by"),
            "remark": self.env._("Remark"),
            "checks": self.env._("Check-list"),
            "site_note": self.env._("Site Notes"),
            "earlier": self.env._("Earlier Orders on This Unit"),
            "carry": self.env._("Parts to Carry"),
            "page": self.env._("Page"),
            "of": self.env._("of"),
            "scan": self.env._("Scan to follow this order"),
        }

    def _get_voucher_lines(self):
        """Return the lines as the customer reads them."""
        self.ensure_one()
        return [
            {
                "name": line.name,
                "component": line.component_id.name,
                "quantity": line._get_charged_quantity(),
                "uom": line.uom_id.name,
                "serial": " → ".join(
                    filter(None, (line.serial_out, line.lot_in_id.name))
                ),
                "decision": line.decision_text,
                "reasons": (line.reason or "").splitlines(),
                "pays": not line.is_price_pending
                and format_amount(self.env, line.amount_customer, self.currency_id),
            }
            for line in self.line_ids
            if not line.is_unused
        ]

    def _get_voucher_visits(self):
        """Return the stamps of the visits, in the customer's time zone.

        The day is that of the departure or arrival; the planned one only until then.
        """
        self.ensure_one()
        zone = self._get_customer_tz()
        return [
            {
                "technician": visit.technician_id.name,
                "badge": visit.technician_id.after_sales_badge,
                "day": format_date(
                    self.env,
                    visit._get_local_date(visit.date_departed or visit.date_arrived),
                ),
            }
            | {
                name: visit[field]
                and format_datetime(self.env, visit[field], tz=zone, dt_format="HH:mm")
                for name, field in (
                    ("departed", "date_departed"),
                    ("arrived", "date_arrived"),
                    ("left", "date_left"),
                )
            }
            for visit in self.visit_ids
            if visit.state != "cancel"
        ]

    def _get_voucher_money(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    def _get_voucher_time(self, value):
        """Return a moment in the customer's zone and the reader's format."""
        return value and format_datetime(
            self.env, value, tz=self._get_customer_tz(), dt_format="short"
        )

    def _get_label(self, field):
        """Return the label of a selection field's value in the reader's language."""
        labels = dict(self._fields[field]._description_selection(self.env))
        return labels.get(self[field], "")

    def _get_earlier_orders(self, limit=5):
        """Return the last orders on the same unit, for the task sheet."""
        self.ensure_one()
        if not self.unit_id:
            return self.browse()
        # Colleagues' orders on this unit are the unit's history, shown as titles.
        return self.sudo().search(
            [
                ("unit_id", "=", self.unit_id.id),
                ("id", "!=", self.id),
                ("state", "!=", "cancel"),
                ("company_id", "=", self.company_id.id),
            ],
            limit=limit,
        )

    def _get_print_date(self):
        return format_date(self.env, fields.Date.context_today(self))
