import io

import xlsxwriter
from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..platform.state_mixin import _MOVE

COLUMNS = ("opening", "supplied", "used", "returned", "counted", "closing")


class AfterSalesDealerStatement(models.Model):
    """What a dealer had, got, used, sent back and owes in a month."""

    _name = "after.sales.dealer.statement"
    _description = "Dealer Statement"
    _inherit = [
        "after.sales.number.mixin",
        "after.sales.state.mixin",
        "portal.mixin",
        "mail.thread",
    ]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    dealer_id = fields.Many2one(
        "after.sales.dealer", required=True, index=True, check_company=True
    )
    partner_id = fields.Many2one(related="dealer_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="dealer_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="First Day", required=True, default=lambda self: self._default_month()[0]
    )
    date_to = fields.Date(
        string="Last Day", required=True, default=lambda self: self._default_month()[1]
    )
    line_ids = fields.One2many(
        "after.sales.dealer.statement.line", "statement_id", readonly=True
    )
    amount_owed = fields.Monetary(
        string="Owed",
        compute="_compute_amount_owed",
        store=True,
        help="What the dealer used and pays for, at the sales price. Before tax.",
    )
    answer = fields.Text(string="Answer of the Dealer", readonly=True, copy=False)
    answered_by = fields.Char(readonly=True, copy=False)
    date_answered = fields.Datetime(string="Answered on", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent to the dealer"),
            ("confirmed", "Confirmed"),
            ("disputed", "Disputed"),
            ("cancel", "Withdrawn"),
        ],
        default="draft",
        required=True,
        tracking=True,
        copy=False,
    )

    _period_forward = models.Constraint(
        "CHECK(date_to >= date_from)",
        "The last day of a statement cannot be before its first.",
    )
    _month_once = models.UniqueIndex(
        "(dealer_id, date_from) WHERE state != 'cancel'",
        "This dealer has a statement from this day already. Withdraw that one first.",
    )

    # === DEFAULTS === #
    def _default_month(self):
        first = fields.Date.context_today(self).replace(day=1)
        return first - relativedelta(months=1), first - relativedelta(days=1)

    # === COMPUTES === #
    @api.depends("line_ids.amount")
    def _compute_amount_owed(self):
        for statement in self:
            statement.amount_owed = sum(statement.line_ids.mapped("amount"))

    def _compute_access_url(self):
        super()._compute_access_url()
        for statement in self:
            statement.access_url = f"/my/dealer-statements/{statement.id}"

    # === CRUD === #
    def write(self, vals):
        moving = self.env.context.get("after_sales_move") is _MOVE or self.env.su
        facts = {"dealer_id", "date_from", "date_to", "line_ids", "answer"}
        if not moving and facts & vals.keys():
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_draft()

    def _get_transitions(self):
        return {
            "draft": {"sent", "cancel"},
            "sent": {"confirmed", "disputed", "cancel"},
            "disputed": {"confirmed", "cancel"},
            "confirmed": set(),
            "cancel": set(),
        }

    # === ACTIONS === #
    def action_compute(self):
        """Add up the native moves of the month."""
        self.check_access("write")
        self._check_draft()
        for statement in self:
            statement.dealer_id._check_place_made()
            statement.line_ids = [
                Command.clear(),
                *(Command.create(row) for row in statement._read_rows()),
            ]
        return True

    def action_send(self):
        """Freeze the figures and ask the dealer to confirm them on the portal."""
        self.action_compute()
        self._move_to("sent")
        for statement in self:
            lang = statement.partner_id.lang or self.env.lang
            own = statement.with_context(lang=lang)
            statement.message_post(
                body=own.env._(
                    "Your statement of parts from %(first)s to %(last)s is ready. "
                    "Please look at it and confirm it: %(url)s",
                    first=format_date(own.env, own.date_from),
                    last=format_date(own.env, own.date_to),
                    url=own.get_base_url() + own.get_portal_url(),
                ),
                partner_ids=statement.partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )

    def action_settle(self):
        """Close a disputed statement after it was talked over."""
        self.check_access("write")
        self._move_to("confirmed")

    def action_withdraw(self):
        self.check_access("write")
        self._move_to("cancel")

    def action_print(self):
        report = self.env.ref("after_sales_service.after_sales_dealer_report_statement")
        return report.report_action(self)

    def action_export(self):
        """Download the statement as a spreadsheet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/after-sales/dealer-statement/{self.id}/xlsx",
        }

    # === BUSINESS === #
    def _check_draft(self):
        fixed = self.filtered(lambda statement: statement.state != "draft")
        if fixed:
            raise UserError(
                self.env._(
                    "%(statement)s was sent to the dealer and cannot be changed. "
                    "Withdraw it and make a new one.",
                    statement=fixed[0].name,
                )
            )

    def _answer(self, name, is_right, text=False):
        """Write down what the dealer says; called after the portal's check.

        :param str name: who answers
        :param bool is_right: whether the figures are confirmed
        :param str text: what is wrong; needed if they are not
        """
        self.ensure_one()
        if not is_right and not (text or "").strip():
            raise UserError(self.env._("Write what is wrong with the statement."))
        self._move_to(
            "confirmed" if is_right else "disputed",
            answer=text,
            answered_by=name,
            date_answered=fields.Datetime.now(),
        )

    def _get_bounds(self):
        """Return when the period begins and ends: naive, in UTC.

        The days are those of the company's time zone.
        """
        self.ensure_one()
        days = [self.date_from, self.date_to + relativedelta(days=1)]
        return self.company_id._get_after_sales_midnights(days)

    def _read_rows(self):
        """Return the values of the lines: one per part that was there or moved.

        SQL, because a move's sign depends on the end at which the dealer stands.
        Quantities in the product's unit; the days are those of the company.
        """
        self.ensure_one()
        self.env.flush_all()
        first, last = self._get_bounds()
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH place AS (
                    SELECT shelf.id
                      FROM stock_location top
                      JOIN stock_location shelf
                        ON shelf.parent_path LIKE top.parent_path || '%%'
                     WHERE top.id = %(location)s
                ), step AS (
                    SELECT line.product_id,
                           line.date,
                           far.usage,
                           CASE WHEN line.location_dest_id = here.id THEN 1 ELSE -1 END
                               * line.quantity_product_uom AS quantity
                      FROM stock_move_line line
                      JOIN place here
                        ON here.id IN (line.location_id, line.location_dest_id)
                      JOIN stock_location far
                        ON far.id = CASE WHEN line.location_dest_id = here.id
                                         THEN line.location_id
                                         ELSE line.location_dest_id END
                     WHERE line.state = 'done'
                       AND line.owner_id IS NULL
                       AND line.date < %(last)s
                       AND far.id NOT IN (SELECT id FROM place)
                )
                SELECT product_id,
                       COALESCE(SUM(quantity) FILTER (
                           WHERE date < %(first)s), 0) AS opening,
                       COALESCE(SUM(quantity) FILTER (
                           WHERE date >= %(first)s AND quantity > 0
                             AND usage IN ('internal', 'transit', 'supplier')
                           ), 0) AS supplied,
                       -COALESCE(SUM(quantity) FILTER (
                           WHERE date >= %(first)s
                             AND usage IN ('customer', 'production')), 0) AS used,
                       -COALESCE(SUM(quantity) FILTER (
                           WHERE date >= %(first)s AND quantity < 0
                             AND usage IN ('internal', 'transit', 'supplier')
                           ), 0) AS returned,
                       COALESCE(SUM(quantity) FILTER (
                           WHERE date >= %(first)s AND usage = 'inventory'
                           ), 0) AS counted,
                       SUM(quantity) AS closing,
                       -COALESCE(SUM(quantity) FILTER (
                           WHERE date >= %(first)s AND usage = 'customer'
                           ), 0) AS charged
                  FROM step
                 GROUP BY product_id
                HAVING SUM(quantity) <> 0
                    OR COUNT(*) FILTER (WHERE date >= %(first)s) > 0
                 ORDER BY product_id
                """,
                location=self.dealer_id.location_id.id,
                first=first,
                last=last,
            )
        )
        products = self.env["product.product"].browse(row["product_id"] for row in rows)
        prices = self.partner_id._get_after_sales_prices(
            products, self.company_id, self.currency_id, date=self.date_to
        )
        for row in rows:
            row["price"] = prices.get(row["product_id"], 0.0)
        return rows

    def _get_xlsx(self):
        """Return the statement as the bytes of a spreadsheet."""
        self.ensure_one()
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
            bold = book.add_format({"bold": True})
            sheet = book.add_worksheet(self.name.replace("/", "-")[:31])
            sheet.set_column(0, 0, 44)
            sheet.set_column(1, 9, 13)
            sheet.write_row(0, 0, [self.dealer_id.name, self.name], bold)
            sheet.write_row(
                1, 0, [f"{self.date_from}", f"{self.date_to}", self.currency_id.name]
            )
            fnames = ("product_id", *COLUMNS, "charged", "price", "amount")
            line_fields = self.line_ids._fields
            sheet.write_row(
                3,
                0,
                [line_fields[name]._description_string(self.env) for name in fnames],
                bold,
            )
            for number, line in enumerate(self.line_ids, start=4):
                sheet.write_string(number, 0, line.product_id.display_name)
                sheet.write_row(number, 1, [line[name] for name in fnames[1:]])
            sheet.write(4 + len(self.line_ids), 9, self.amount_owed, bold)
        return stream.getvalue()

    @api.model
    def _cron_create(self):
        """Make last month's statement of every dealer that has none."""
        first, last = self._default_month()
        dealers = self.env["after.sales.dealer"].search(
            [
                ("location_id", "!=", False),
                (
                    "statement_ids",
                    "not any",
                    [("date_from", "=", first), ("state", "!=", "cancel")],
                ),
            ]
        )
        self.create(
            [
                {"dealer_id": dealer.id, "date_from": first, "date_to": last}
                for dealer in dealers
            ]
        ).action_compute()


class AfterSalesDealerStatementLine(models.Model):
    """One part on a dealer's statement."""

    _name = "after.sales.dealer.statement.line"
    _description = "Dealer Statement Line"
    _order = "statement_id, id"

    statement_id = fields.Many2one(
        "after.sales.dealer.statement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="statement_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one("product.product", string="Part", required=True)
    opening = fields.Float(digits="Product Unit")
    supplied = fields.Float(string="In", digits="Product Unit")
    used = fields.Float(digits="Product Unit")
    returned = fields.Float(digits="Product Unit")
    counted = fields.Float(string="At Counts", digits="Product Unit")
    closing = fields.Float(string="Must Be There", digits="Product Unit")
    charged = fields.Float(string="Dealer Pays", digits="Product Unit")
    price = fields.Float(digits="Product Price")
    amount = fields.Monetary(string="Owed", compute="_compute_amount", store=True)

    # === COMPUTES === #
    @api.depends("charged", "price")
    def _compute_amount(self):
        for line in self:
            line.amount = line.charged * line.price
