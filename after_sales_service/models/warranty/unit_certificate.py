import secrets

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_list

from .unit_timeline import MANY_ROWS

CERTIFICATE = "after_sales_service.after_sales_unit_report_certificate"
LABEL = "after_sales_service.after_sales_unit_report_label"
SHEET_COLUMNS, SHEET_ROWS = 3, 8
MAIL = "after_sales_service.mail_template_after_sales_certificate"


class AfterSalesUnit(models.Model):
    """What goes with the unit on paper: certificate, label, and their QR code."""

    _inherit = "after.sales.unit"

    public_token = fields.Char(copy=False, groups="base.group_system")

    # === CRUD === #
    def write(self, vals):
        """Let the links in earlier mails lead nowhere once the unit has a new owner."""
        if "partner_id" not in vals:
            return super().write(vals)
        owners = {unit: unit.partner_id.commercial_partner_id for unit in self}
        result = super().write(vals)
        moved = self.filtered(
            lambda unit: unit.partner_id.commercial_partner_id != owners[unit]
        )
        # Who may change the owner need not have a right on the token.
        moved.sudo().access_token = False
        return result

    # === ACTIONS === #
    def action_print_certificate(self):
        return self.env.ref(CERTIFICATE).report_action(self)

    def action_print_label(self):
        return self.env.ref(LABEL).report_action(self)

    def action_send_certificate(self):
        """Open the mail with the certificate, in each customer's language.

        :raise UserError: if a unit has no customer or the customer no mail address
        """
        for unit in self:
            if not unit.partner_id.email:
                raise UserError(
                    self.env._(
                        "There is nobody to mail the certificate of %(unit)s to. Enter "
                        "its customer and the customer's mail address first.",
                        unit=unit.name,
                    )
                )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Certificate"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": self.env.ref(MAIL).id,
                "default_composition_mode": (
                    "comment" if len(self) == 1 else "mass_mail"
                ),
                "default_email_layout_xmlid": (
                    "mail.mail_notification_layout_with_responsible_signature"
                ),
                "force_email": True,
            },
        }

    def action_renew_code(self):
        """Make the codes printed so far worthless; new prints carry a new one."""
        self.check_access("write")
        # The right to write was checked; the token itself is for nobody's eyes.
        for unit in self.sudo():
            unit.public_token = self._new_public_token()
        self._log_on_units(
            {
                unit.id: self.env._(
                    "The public code was renewed. Labels and certificates printed "
                    "before lead nowhere now: print them again."
                )
                for unit in self
            }
        )

    # === BUSINESS === #
    def _new_public_token(self):
        return secrets.token_urlsafe(24)

    def _get_public_url(self):
        """Return the address behind the QR code; who has it sees no owner."""
        self.ensure_one()
        # Whoever may print need not write; the token is made on first use. It is not
        # the portal's token: that one opens the owner's page.
        unit = self.sudo()
        if not unit.public_token:
            unit.public_token = self._new_public_token()
        path = f"/after-sales/warranty/{self.id}/{unit.public_token}"
        return f"{self.get_base_url()}{path}"

    def _get_masked_serial(self):
        """Return the serial number with only its last four characters.

        Of a short number even less is shown: never more than its last half.
        """
        self.ensure_one()
        shown = min(4, len(self.name) // 2)
        return "•" * (len(self.name) - shown) + self.name[len(self.name) - shown :]

    def _get_certificate_rows(self):
        """Return the covers as texts, those that ended before today left out.

        :return: a list of ``{"subject", "text", "start", "end", "details"}``
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        # The certificate is for the customer, who has no right on covers.
        covers = self.sudo().cover_ids.filtered(
            lambda cover: not cover.date_last or cover.date_last >= today
        )
        covers = covers.sorted(
            lambda cover: (
                cover.kind == "contract",
                cover.component_id.sequence if cover.component_id else -1,
                cover.component_id.id or 0,
                str(cover.date_start or ""),
            )
        )
        rows = [cover._get_certificate_row(today) for cover in covers]
        return rows if len(rows) <= MANY_ROWS else self._join_equal_rows(rows)

    def _join_equal_rows(self, rows):
        """Return the rows with those put together that differ in their subject only."""
        groups = {}
        for row in rows:
            key = (row["text"], row["start"], row["end"], tuple(row["details"]))
            groups.setdefault(key, []).append(row)
        return [
            same[0]
            | {"subject": format_list(self.env, [row["subject"] for row in same])}
            for same in groups.values()
        ]

    def _get_contained_units(self):
        """Return what the unit contains at the customer, at any depth, in order.

        What belongs to somebody else is not printed for this customer.
        """
        self.ensure_one()
        owner = self.partner_id.commercial_partner_id
        contained = self.browse()
        for unit in self.child_ids:
            is_own = unit.partner_id.commercial_partner_id == owner
            if is_own and unit.place == "customer":
                contained += unit + unit._get_contained_units()
        return contained

    def _get_conditions(self):
        """Return the conditions of the policies of the unit and what it contains."""
        self.ensure_one()
        units = self + self._get_contained_units()
        # They are printed for the customer; clerks have no right on policies.
        policies = units.sudo().cover_ids.policy_id
        return "\n\n".join(filter(None, policies.mapped("conditions")))

    def _get_certificate_labels(self):
        return self._get_print_labels(lambda unit: unit._get_certificate_texts())

    def _get_page_labels(self):
        """Return the labels of the customer's pages: the reader's language alone."""
        texts = self._get_certificate_texts()
        return {key: (text, False) for key, text in texts.items()}

    def _get_certificate_texts(self):
        """Return the labels of the certificate in the language of the environment."""
        return {
            "title": self.env._("Warranty Certificate"),
            "scan": self.env._("Scan: what holds today"),
            "product": self.env._("Product"),
            "serial": self.env._("Serial Number"),
            "customer": self.env._("Customer"),
            "site": self.env._("Site"),
            "delivered": self.env._("Delivered"),
            "installed": self.env._("Accepted on"),
            "covers": self.env._("What Is Covered"),
            "contains": self.env._("Contains"),
            "what": self.env._("Component"),
            "cover": self.env._("Cover"),
            "from": self.env._("From"),
            "until": self.env._("Until"),
            "conditions": self.env._("Conditions and Exclusions"),
            "void": self.env._("The warranty of this unit was voided."),
            "none": self.env._("No cover holds for this unit."),
            "issued": self.env._("Issued on"),
            "signature": self.env._("Signature and Stamp"),
        }

    def _get_default_conditions(self):
        """Return what is printed where the policy says nothing of its own."""
        return self.env._(
            "Both days, the first and the last, are covered. Wearing parts are outside "
            "the warranty. Misuse and opening by others end it."
        )

    def _get_certificate_date(self, day):
        return format_date(self.env, day) if day else ""

    def _get_issue_date(self):
        return self._get_certificate_date(fields.Date.context_today(self))

    # === BUSINESS: labels === #
    def _is_label_sheet(self):
        return self.env.company.after_sales_label_format == "sheet"

    def _get_label_pages(self):
        """Return the units as pages of rows of labels, as they lie on a sheet."""
        rows = [
            self[at : at + SHEET_COLUMNS] for at in range(0, len(self), SHEET_COLUMNS)
        ]
        return [rows[at : at + SHEET_ROWS] for at in range(0, len(rows), SHEET_ROWS)]
