import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

# A photo of a signed page; more is something else.
MAX_PAPER = 10_000_000
DECLINED_ACTIVITY = "after_sales_service.mail_activity_type_declined"
PAPER_TYPES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class AfterSalesOrder(models.Model):
    """The customer's answer to a quotation: accepted or refused."""

    _inherit = "after.sales.order"

    declined_text = fields.Char(
        string="Declined by the Customer", compute="_compute_declined_text"
    )

    # === COMPUTES === #
    @api.depends(
        "state",
        "quotation_state",
        "sale_order_ids.after_sales_is_declined",
        "line_ids.is_unused",
        "line_ids.share",
    )
    @api.depends_context("lang")
    def _compute_declined_text(self):
        for order in self:
            order.declined_text = order._get_declined_text()

    # === ACTIONS === #
    def action_refuse_quotation(self):
        """Note that the customer does not want the paid work.

        Its lines are not used; a check fee is charged if the price list says so and
        the customer was told.
        """
        self._check_may_charge()
        for order in self:
            order._refuse_quotation()
        return True

    # === BUSINESS === #
    def _get_declined_text(self):
        """Return what to do about a quotation declined on the portal, else False."""
        self.ensure_one()
        if self.state in ("done", "reviewed", "cancel"):
            return False
        if self.quotation_state != "todo":
            return False
        # Whoever sees the order sees what became of its quotations.
        declined = self.sudo().sale_order_ids.filtered("after_sales_is_declined")
        quotation = declined.sorted("id")[-1:]
        lines = quotation.order_line.after_sales_line_id
        if all(line.is_unused for line in lines):
            return False
        _quotations, refused = self._get_refusable()
        if not (quotation.after_sales_check_fee and self._is_all_refused(refused)):
            return self.env._(
                "The customer declined %(quotation)s on the portal. Press “Customer "
                "Refuses” to go on without the paid work, or quote again.",
                quotation=quotation.name,
            )
        return self.env._(
            "The customer declined %(quotation)s on the portal. A check fee of "
            "%(amount)s without taxes was announced: press “Customer Refuses” to "
            "charge it, or quote again.",
            quotation=quotation.name,
            amount=quotation.currency_id.format(quotation.after_sales_check_fee),
        )

    def _schedule_declined(self):
        """Put a task on the list of whoever decides how the order goes on."""
        self.ensure_one()
        user = self._get_decider()
        reader = self.with_context(lang=user.lang)
        text = reader._get_declined_text()
        if text and user:
            reader.activity_schedule(
                DECLINED_ACTIVITY,
                summary=reader.env._("Quotation Declined"),
                note=text,
                user_id=user.id,
            )

    def _close_declined(self):
        """Take the task off the list: it was refused or quoted again."""
        # Whoever may quote may close what the quotation settles.
        self.sudo().activity_feedback([DECLINED_ACTIVITY])

    def _accept_quotation(self, signed_by, signature=None, paper=None):
        """Accept the open quotations with the customer's signature.

        :param str signed_by: name of the person who signed
        :param signature: the picture, in base64
        :param paper: the signed page instead, a PDF or photo in base64
        """
        self.ensure_one()
        if not (signed_by or "").strip() or not (signature or paper):
            raise UserError(
                self.env._(
                    "Let the customer enter the name and sign before accepting, or "
                    "upload the signed paper."
                )
            )
        quotations = self._get_open_quotations()
        self._lock_for_move()
        quotations.write(
            {
                "signed_by": signed_by.strip(),
                "signed_on": fields.Datetime.now(),
                "signature": signature or False,
                "after_sales_accepted_on": "screen" if signature else "paper",
            }
        )
        if not signature:
            self._keep_paper(quotations, signed_by.strip(), paper)
        for quotation in quotations:
            quotation._validate_order()

    def _keep_paper(self, quotations, signed_by, paper):
        """Attach the signed page to the quotations, with who brought it and when."""
        self.ensure_one()
        content, extension = self._read_paper(paper)
        for quotation in quotations:
            name = self.env._("Signed quotation %(name)s", name=quotation.name)
            quotation.message_post(
                body=self.env._(
                    "Signed on paper by %(signer)s, uploaded by %(user)s.",
                    signer=signed_by,
                    user=self.env.user.name,
                ),
                attachments=[(f"{name}.{extension}", content)],
            )

    def _read_paper(self, paper):
        """Return ``(content, file extension)`` of an uploaded page.

        :raise UserError: if it is too large, or neither a PDF nor a photo
        """
        try:
            content = base64.b64decode(paper, validate=False)
        except (binascii.Error, ValueError) as error:
            raise UserError(
                self.env._("The file could not be read. Upload it again.")
            ) from error
        extension = PAPER_TYPES.get(guess_mimetype(content))
        if not extension or len(content) > MAX_PAPER:
            raise UserError(
                self.env._(
                    "Upload the signed paper as PDF, JPEG or PNG of at most 10 MB."
                )
            )
        return content, extension

    def _get_refusable(self):
        """Return what goes if the customer refuses, in superuser mode.

        :return: ``(open quotations, their lines and those to be quoted)``
        """
        self.ensure_one()
        # Only to tell or do what follows: technicians have no rights on sale orders.
        order = self.sudo()
        quotations = order.sale_order_ids.filtered(
            lambda quotation: quotation.state in ("draft", "sent")
        )
        quoted = order.line_ids._get_quoted_lines()
        waiting = quoted.filtered(lambda line: not line._get_open_sale_line())
        return quotations, quotations.order_line.after_sales_line_id | waiting

    def _is_all_refused(self, lines):
        """Tell whether nothing is left to do without ``lines``: the check is due."""
        self.ensure_one()
        return self.line_ids.filtered(lambda line: not line.is_unused) <= lines

    def _refuse_quotation(self):
        """Take back what the customer refuses, and charge the check."""
        self.ensure_one()
        self._lock_for_move()
        quotations, lines = self._get_refusable()
        if not lines:
            raise UserError(
                self.env._(
                    "The customer has nothing to refuse on %(order)s: everything is "
                    "free of charge or accepted already.",
                    order=self.name,
                )
            )
        is_all = self._is_all_refused(lines)
        quotations._action_cancel()
        lines.write({"is_unused": True, "quantity_done": 0})
        if is_all:
            self.outcome = "refused"
            charges, _problems = self._get_charges()
            self._apply_charges(charges)
        self._close_declined()
        self.message_post(body=self.env._("The customer refused the paid work."))
