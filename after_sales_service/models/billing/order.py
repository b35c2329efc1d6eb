from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AfterSalesOrder(models.Model):
    """Charges of a service order: the quotation. Invoice and cash stand beside."""

    _inherit = "after.sales.order"

    sale_order_ids = fields.One2many(
        "sale.order", "after_sales_order_id", string="Quotations"
    )
    # Written with every quotation, so that two people at once cannot make two.
    date_quoted = fields.Datetime(string="Quoted on", copy=False, readonly=True)
    quotation_state = fields.Selection(
        [
            ("nothing", "Nothing to charge"),
            ("todo", "To quote"),
            ("draft", "Prepared"),
            ("sent", "Waiting for the customer"),
            ("accepted", "Accepted"),
        ],
        string="Quotation",
        compute="_compute_quotation",
    )
    next_step = fields.Selection(
        selection_add=[("quote", "Customer Accepts Charges"), ("sign",)]
    )
    quotation_count = fields.Integer(compute="_compute_quotation")
    amount_quoted = fields.Monetary(
        string="Quoted", compute="_compute_quotation", help="With taxes."
    )

    # === COMPUTES === #
    @api.depends(
        "sale_order_ids.state",
        "sale_order_ids.amount_total",
        "line_ids.sale_line_ids.state",
        "line_ids.share",
        "line_ids.quantity",
    )
    def _compute_quotation(self):
        for order in self:
            # Technicians see the amount they ask for, not the sale order.
            order_sudo = order.sudo()
            quotations = order_sudo.sale_order_ids.filtered(
                lambda quotation: quotation.state != "cancel"
            )
            order.quotation_count = len(quotations)
            order.amount_quoted = sum(
                quotation.amount_total / (quotation.currency_rate or 1.0)
                for quotation in quotations
            )
            order.quotation_state = order_sudo._get_quotation_state()

    def _get_quotation_state(self):
        """Return how far the slowest chargeable line is."""
        states = set(self.line_ids._get_quoted_lines().mapped("quotation_state"))
        if not states:
            return "nothing"
        if "none" in states:
            return "todo"
        if "draft" in states:
            return "draft"
        return "sent" if "sent" in states else "accepted"

    @api.depends(
        "line_ids.sale_line_ids.state", "company_id.after_sales_quotation_required"
    )
    def _compute_next_step(self):
        super()._compute_next_step()

    def _get_next_step(self):
        step = super()._get_next_step()
        is_asked = self.quotation_state not in ("nothing", "accepted")
        if step in ("sign", "complete") and is_asked:
            required = self.company_id.after_sales_quotation_required
            return "quote" if required else step
        return step

    # === ACTIONS === #
    def action_next_step(self):
        self.ensure_one()
        if self._get_next_step() == "quote":
            return self.action_sign_quotation()
        return super().action_next_step()

    def action_create_quotation(self):
        """Quote the lines that the customer pays and has not been asked about yet."""
        self._check_may_charge()
        self._check_prices_known()
        quotations = self._create_quotations()
        for order in self:
            if not order.sudo().sale_order_ids:  # after the check above
                raise UserError(
                    order.env._(
                        "There is nothing to quote: the customer pays for none of the "
                        "lines of %(order)s.",
                        order=order.name,
                    )
                )
        return self._open_quotations(quotations)

    def action_send_quotation(self):
        """Send the open quotations by mail, in the customer's language."""
        self._check_may_charge()
        self._check_prices_known()
        self._create_quotations()
        quotations = self._get_open_quotations()
        waiting = self._ask_approval(quotations)
        if waiting:
            return self._tell_waiting(waiting)
        for quotation in quotations:
            if not quotation.partner_id.email:
                raise UserError(
                    self.env._(
                        "%(partner)s has no e-mail address. Enter one on the contact, "
                        "or let the customer sign on your screen.",
                        partner=quotation.partner_id.display_name,
                    )
                )
        for quotation in quotations:
            quotation._send_order_notification_mail(quotation._find_mail_template())
        quotations._after_sales_mark_sent()
        return True

    def action_show_quotation(self):
        """Open the customer's page of the quotation, to read and sign it there."""
        self._check_may_charge()
        self._check_prices_known()
        self._create_quotations()
        quotation = self._get_open_quotations()[:1]
        waiting = self._ask_approval(quotation)
        if waiting:
            return self._tell_waiting(waiting)
        quotation._after_sales_mark_sent()
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": quotation.get_portal_url(),
        }

    def action_sign_quotation(self):
        """Let the customer sign on the technician's screen."""
        self._check_may_charge()
        self._check_prices_known()
        self._create_quotations()
        quotations = self._get_open_quotations()
        waiting = self._ask_approval(quotations)
        if waiting:
            return self._tell_waiting(waiting)
        quotations._after_sales_mark_sent()
        return {
            "name": self.env._("Customer accepts the quotation"),
            "type": "ir.actions.act_window",
            "res_model": "after.sales.quotation.sign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_withdraw_quotation(self):
        """Take back what the customer has not accepted; its lines are free again."""
        self._check_may_charge()
        self._get_open_quotations()._action_cancel()
        return True

    def action_view_quotations(self):
        return self._open_quotations(self.sale_order_ids)

    # === BUSINESS === #
    def _check_may_charge(self):
        """Make sure that the user may quote, invoice and collect for these orders.

        Whoever may change an order may charge for it: its technician, agents and
        supervisors. They need no rights in sales or accounting.

        :raise AccessError: if the user may not write one of the orders
        """
        self.check_access("write")

    def _check_prices_known(self):
        """Raise a UserError if the price of a line is missing: never quote 0."""
        for line in self.line_ids.filtered("is_price_pending"):
            raise UserError(
                self.env._(
                    "The price of “%(line)s” is still pending. Ask the office for it "
                    "before you quote.",
                    line=line.name,
                )
            )

    def _is_finished(self):
        self.ensure_one()
        return self.state in ("done", "reviewed")

    def _get_open_quotations(self):
        """Return the quotations the customer has not answered yet, in superuser mode.

        :raise UserError: if there is none
        """
        self.ensure_one()
        self._check_may_charge()
        # After the check: technicians have no rights on sale orders.
        quotations = self.sudo().sale_order_ids.filtered(
            lambda quotation: quotation.state in ("draft", "sent")
        )
        if not quotations:
            raise UserError(
                self.env._(
                    "No quotation of %(order)s is waiting for the customer: either "
                    "nothing is to be paid or everything was accepted.",
                    order=self.name,
                )
            )
        return quotations

    def _open_quotations(self, quotations):
        """Return an action on the quotations for whoever may read them."""
        if not quotations or not self.env["sale.order"].has_access("read"):
            return True
        return quotations.sudo(False)._get_records_action(name=self.env._("Quotations"))

    def _create_quotations(self):
        """Bring the quotations up to date with the lines.

        Lines the customer has been asked about stay as they are. The others go on
        the order's quotation in preparation, or on a new one. Doing it twice changes
        nothing.

        :return: the quotations made or changed, in superuser mode
        """
        self._lock_for_move()
        # After _check_may_charge: technicians have no rights on sale orders.
        orders = self.sudo()
        drafts = orders.sale_order_ids.filtered(
            lambda quotation: quotation.state == "draft"
        )
        changed = drafts.filtered(lambda quotation: quotation._after_sales_refresh())
        todo = orders.line_ids._get_quoted_lines().filtered(
            lambda line: not line._get_open_sale_line()
        )
        commands = {order: [] for order in todo.order_id}
        for line in todo:
            vals = line._prepare_sale_line_vals()
            commands[line.order_id].append(Command.create(vals))
        for draft in drafts.filtered(
            lambda draft: draft.after_sales_order_id in commands
        ):
            draft.order_line = commands.pop(draft.after_sales_order_id, [])
            changed |= draft
        vals_list = [
            order._prepare_quotation_vals() | {"order_line": rows}
            for order, rows in commands.items()
        ]
        # sudo: who quotes a service order need not have rights in sales.
        new = self.env["sale.order"].sudo().create(vals_list)
        (new | changed).after_sales_order_id.date_quoted = fields.Datetime.now()
        return new | changed

    def _prepare_quotation_vals(self):
        """Return the values of the native quotation. Meant to be extended."""
        self.ensure_one()
        return {
            "after_sales_order_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "partner_shipping_id": (self.site_id or self.partner_id).id,
            "origin": self.name,
            "require_signature": True,
            "require_payment": False,
            "warehouse_id": self._get_warehouse().id,
        }

    def _check_completion(self):
        problems = super()._check_completion()
        for order in self:
            problems += order._check_charges_accepted()
        return problems

    def _check_charges_accepted(self):
        """Return a sentence for each line charged without the customer's consent."""
        self.ensure_one()
        if not self.company_id.after_sales_quotation_required:
            return []
        charged = self.line_ids._get_quoted_lines().filtered(
            lambda line: not line.currency_id.is_zero(line.amount_customer)
        )
        found = [problem for line in charged for problem in line._check_accepted()]
        # Travel and the surcharge upon it say the same of the same product.
        return list(dict.fromkeys(found))

    def _do_completion(self):
        # Before the parts leave: each chargeable one is delivered to a sale line.
        self._accept_uncontested_lines()
        return super()._do_completion()

    def _accept_uncontested_lines(self):
        """Confirm sale lines for used lines that need no consent.

        These are lines without amount and, where the company does not ask for
        accepted quotations, all of them.
        """
        used = self.line_ids._get_quoted_lines().filtered(
            lambda line: not line._get_sale_line()
        )
        if not used:
            return
        used.order_id._create_quotations()
        # In the course of a completion, whose right has been checked.
        used.sudo()._get_open_sale_line().order_id.filtered(
            lambda quotation: quotation.state in ("draft", "sent")
        ).action_confirm()
