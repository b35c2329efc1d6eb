from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Kinds of work at which nobody stands beside the technician to sign.
UNSIGNED_KINDS = ("remote",)


class AfterSalesOrder(models.Model):
    """How an order goes on: planned, started, signed, completed, reviewed."""

    _inherit = "after.sales.order"

    readiness_html = fields.Html(
        string="Readiness", compute="_compute_readiness", sanitize=False
    )
    readiness_percent = fields.Integer(compute="_compute_readiness")
    next_step = fields.Selection(
        [
            ("plan", "Plan"),
            ("start", "Start"),
            ("depart", "On the Way"),
            ("arrive", "Arrived"),
            ("check", "Check-list"),
            ("diagnose", "Diagnosis"),
            ("sign", "Customer Signs"),
            ("complete", "Complete"),
        ],
        compute="_compute_next_step",
    )

    # === COMPUTES === #
    @api.depends_context("lang")
    @api.depends("technician_id", "state", "visit_ids.is_confirmed", "contact_id")
    def _compute_readiness(self):
        for order in self:
            points = order._get_readiness()
            good = sum(bool(point["ok"]) for point in points)
            order.readiness_percent = 100 * good // len(points) if points else 100
            order.readiness_html = self.env["ir.qweb"]._render(
                "after_sales_service.after_sales_order_readiness", {"points": points}
            )

    @api.depends(
        "state",
        "visit_ids.state",
        "check_ids.result",
        "check_ids.is_safety",
        "outcome",
        "cause_id",
        "signed_on",
    )
    def _compute_next_step(self):
        for order in self:
            order.next_step = order._get_next_step()

    def _get_next_step(self):
        """Return what the person on site should do next; False if nothing."""
        self.ensure_one()
        if self.state in ("done", "reviewed", "cancel"):
            return False
        visits = self.visit_ids.sorted("date_start")
        if self.state in ("draft", "planned", "waiting"):
            states = visits.mapped("state")
            if "travelling" in states:
                return "arrive"
            if "planned" in states:
                return "depart"
            return "plan" if self.state == "draft" else "start"
        if any(item.is_safety and not item.result for item in self.check_ids):
            return "check"
        if not self.outcome or (self._needs_cause() and not self.cause_id):
            return "diagnose"
        return "complete" if not self._needs_signature() else "sign"

    # === ACTIONS === #
    def action_plan(self):
        """Fix who comes and when, with the technician and the date of the order."""
        for order in self:
            order._check_can_plan()
        self._move_to("planned")
        self.filtered(lambda order: not order._get_open_visits())._create_visits()

    def action_plan_visit(self):
        """Open the wizard that proposes technicians, with reasons."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan a Visit"),
            "res_model": "after.sales.visit.plan",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_start(self):
        """Begin the work: on site, at the bench, or on the phone."""
        problems = self._check_start()
        if problems:
            raise UserError("\n".join(problems))
        self.check_access("write")
        now = fields.Datetime.now()
        fresh = self.filtered(lambda order: not order.date_started)
        # A stamp is the server's; it marks what the button just did.
        fresh.sudo().write({"date_started": now})
        self._move_to("on_site", wait_reason=False)
        self._tell_ticket("_service_started")

    def action_wait(self):
        """Ask what the order waits for."""
        return self._open_reason_wizard("wait", self.env._("Wait for What?"))

    def action_late(self):
        """Give notice that the job will not be ready as promised."""
        self.ensure_one()
        return self.ticket_id.action_late()

    def action_reopen(self):
        """Ask why the order is opened again."""
        return self._open_reason_wizard("reopen", self.env._("Why Open It Again?"))

    def action_complete(self):
        """Finish the job: everything is checked first, then all or nothing is done."""
        self.check_access("write")
        self._lock_for_move()
        self._check_transition("done")
        problems = self._check_completion()
        if problems:
            raise UserError(
                self.env._("Before the order can be completed:")
                + "".join(f"\n• {problem}" for problem in problems)
            )
        self._do_completion()

    def action_review(self):
        """Put the supervisor's signature under time and quality."""
        if not self._is_supervisor():
            raise AccessError(
                self.env._("Only a supervisor reviews orders. Ask yours to do it.")
            )
        own = self.filtered(
            lambda order: (
                self.env.user in (order.technician_id | order.helper_ids).user_id
            )
        )
        if own and not self.env.su:
            raise UserError(
                self.env._(
                    "You worked on %(order)s yourself. Another supervisor has to "
                    "review it.",
                    order=own[0].name,
                )
            )
        self._move_to("reviewed")
        # Stamps are the server's; role and person were checked above.
        self.sudo().write(
            {"date_reviewed": fields.Datetime.now(), "reviewer_id": self.env.uid}
        )
        self._post_review()

    def action_cancel(self):
        """Give the job up; its open visits are cancelled with it."""
        if not self._is_office():
            raise AccessError(
                self.env._("Only the office cancels orders. Ask your dispatcher.")
            )
        self._move_to("cancel")
        self._get_open_visits()._move_to("cancel")
        self._tell_tickets_done()

    def action_draft(self):
        """Take a cancelled or planned order back to the start."""
        self._move_to("draft")

    def action_decide(self):
        """Decide again who pays for each line."""
        self.check_access("write")
        self.line_ids._decide()

    def action_fill_used(self):
        """Take the planned quantity as used where none is told yet."""
        for line in self.line_ids.filtered(
            lambda line: not line.quantity_done and not line.is_unused
        ):
            line.quantity_done = line.quantity

    def action_fill_hours(self):
        """Take the hours of work of the time entries as used labour."""
        hour = self.env.ref("uom.product_uom_hour")
        for order in self:
            labour = order.line_ids.filtered(
                lambda line: line.kind == "labour" and not line.component_id
            )[:1]
            if not labour:
                raise UserError(
                    self.env._(
                        "%(order)s has no labour line for the whole unit. Add one, "
                        "then fill in its hours.",
                        order=order.name,
                    )
                )
            hours = order.hours_work
            if labour.uom_id._has_common_reference(hour):
                hours = hour._compute_quantity(hours, labour.uom_id)
            labour.quantity_done = hours

    def action_sign(self):
        """Hand the screen to the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer's Signature"),
            "res_model": "after.sales.order.sign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_open_diagnosis(self):
        """Open what has to be answered before the customer signs."""
        self.ensure_one()
        view = self.env.ref("after_sales_service.after_sales_order_view_form_diagnosis")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check-list and Diagnosis"),
            "res_model": "after.sales.order",
            "res_id": self.id,
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": "new",
        }

    def action_clear_signature(self):
        """Take the signature back, because what was signed has to change."""
        self.check_access("write")
        self._check_not_settled()
        for order in self.filtered("signed_on"):
            order.message_post(
                body=self.env._(
                    "The signature of %(name)s was taken back: the order changes.",
                    name=order.signed_by,
                )
            )
        # The signature is the server's field; taking it back is logged above.
        self.sudo().write({"signature": False, "signed_by": False, "signed_on": False})

    def action_view_visits(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_visit_action"
        )
        return action | {
            "domain": [("order_id", "=", self.id)],
            "context": {"default_order_id": self.id},
        }

    def action_next_step(self):
        """Do the one thing that comes next."""
        self.ensure_one()
        visit = self._get_open_visits().sorted("date_start")[:1]
        step = self._get_next_step()
        if step == "plan":
            return self.action_plan_visit()
        if step == "start":
            return self.action_start()
        if step == "depart":
            return visit.action_depart()
        if step == "arrive":
            return visit.action_arrive()
        if step in ("check", "diagnose"):
            return self.action_open_diagnosis()
        if step == "sign":
            return self.action_sign()
        return self.action_complete()

    # === BUSINESS === #
    def _open_reason_wizard(self, verb, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "after.sales.order.reason",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id, "default_verb": verb},
        }

    def _get_open_visits(self):
        return self.visit_ids.filtered(
            lambda visit: visit.state in ("planned", "travelling")
        )

    def _check_can_plan(self):
        """:raise UserError: if nobody or no date is set, or a certificate lacks."""
        self.ensure_one()
        if not self.technician_id or not self.date_planned:
            raise UserError(
                self.env._(
                    "%(order)s needs a technician and a date before it is planned. "
                    "Use “Plan Visit” to choose both.",
                    order=self.name,
                )
            )

    def _create_visits(self):
        return self.env["after.sales.visit"].create(
            [order._prepare_visit_vals() for order in self]
        )

    def _prepare_visit_vals(self):
        """Return the values of the first visit of one order. To be extended."""
        self.ensure_one()
        return {
            "order_id": self.id,
            "technician_id": self.technician_id.id,
            "date_start": self.date_planned,
        }

    def _check_transition(self, state):
        """Refuse at once what ``_move_to`` would refuse at the end."""
        table = self._get_transitions()
        for order in self.filtered(lambda order: state not in table[order.state]):
            order._move_to(state)

    def _check_start(self):
        """Return why the work may not begin, as sentences. Meant to be extended."""
        problems = []
        for order in self:
            if not order.technician_id:
                problems.append(
                    self.env._(
                        "%(order)s has no technician. Plan a visit first.",
                        order=order.name,
                    )
                )
                continue
            problems += order._get_missing_skills(fields.Date.context_today(order))
        return problems

    def _get_missing_skills(self, date):
        """Return the sentences why the technician may not do this work."""
        self.ensure_one()
        missing = self.technician_id._after_sales_missing_skills(
            self.product_id, self.kind, date
        )
        return [row["reason"] for row in missing]

    def _get_readiness(self):
        """Return what the job needs, in order. Meant to be extended.

        :return: dicts with ``label``, ``ok`` and ``todo`` (what to do if not ok)
        :rtype: list[dict]
        """
        self.ensure_one()
        visits = self.visit_ids.filtered(lambda visit: visit.state != "cancel")
        points = [
            {
                "label": self.env._("Technician"),
                "ok": bool(self.technician_id),
                "todo": self.env._("Plan a visit and choose who comes."),
            },
            {
                "label": self.env._("Customer confirmed"),
                "ok": (
                    any(visits.mapped("is_confirmed"))
                    or any(visits.mapped("date_arrived"))
                    or self.kind == "remote"
                ),
                "todo": self.env._("Call the customer, then confirm the visit."),
            },
        ]
        if self.technician_id:
            date = visits[-1:].date_start or self.date_planned or fields.Datetime.now()
            problems = self._get_missing_skills(date.date())
            points.append(
                {
                    "label": self.env._("Certificates"),
                    "ok": not problems,
                    "todo": " ".join(problems),
                }
            )
        return points

    def _needs_cause(self):
        return self.outcome in ("repaired", "replaced") and self.kind not in (
            "installation",
            "inspection",
        )

    def _needs_signature(self):
        return (
            self.company_id.after_sales_signature_required
            and not self.signed_on
            and not self.is_internal
            and self.kind not in UNSIGNED_KINDS
        )

    def _check_completion(self):
        """Return all that is missing, as sentences that say what to do.

        Meant to be extended: ``super() + […]``.
        """
        problems = []
        for order in self:
            problems += order._check_completion_diagnosis()
            problems += order._check_completion_lines()
            if order._needs_signature():
                problems.append(
                    self.env._(
                        "The customer has not signed. Press “Customer Signs”, or send "
                        "the customer the link to the order."
                    )
                )
        return problems

    def _check_completion_diagnosis(self):
        self.ensure_one()
        problems = []
        if not self.outcome:
            problems.append(self.env._("Choose the outcome of the work."))
        if self._needs_cause() and not self.cause_id:
            problems.append(
                self.env._("Choose the cause of the fault on the page “Diagnosis”.")
            )
        problems += [
            self.env._("Answer the check “%(check)s”.", check=item.name)
            for item in self.check_ids
            if item._is_answer_missing()
        ]
        return problems

    def _check_completion_lines(self):
        self.ensure_one()
        problems = []
        for line in self.line_ids.filtered(lambda line: not line.is_unused):
            if line.kind == "part" and not line.quantity_done:
                problems.append(
                    self.env._(
                        "Tell how many %(part)s were used, or tick “Not Used”.",
                        part=line.product_id.display_name or line.name,
                    )
                )
            if line.is_price_pending:
                problems.append(
                    self.env._(
                        "The price of %(line)s is pending. Ask the office for it.",
                        line=line.product_id.display_name or line.name,
                    )
                )
            if line.is_review_needed:
                problems.append(
                    self.env._(
                        "The decision on %(line)s changed after it was quoted. Ask "
                        "your supervisor to accept the new one or keep the old one.",
                        line=line.name,
                    )
                )
        return problems

    def _do_completion(self):
        """Do what completing means, in one transaction. Meant to be extended.

        Before ``super()`` the orders are still on site, after it they are done.
        """
        now = fields.Datetime.now()
        self.line_ids._fill_service_quantities()
        on_site = self.visit_ids.filtered(lambda visit: visit.state == "on_site")
        on_site.action_leave()
        # Visits that nobody needs any more; technicians do not cancel visits else.
        self._get_open_visits().sudo()._move_to("cancel")
        # The stamp is the server's.
        self.sudo()._move_to("done", date_done=now, wait_reason=False)
        self._tell_tickets_done()

    def _post_review(self):
        """Do what follows the supervisor's review. Meant to be extended."""

    def _reopen(self, reason):
        """Open completed orders again, for the reason the customer gave.

        :raise UserError: if there is no reason
        """
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Why is %(order)s opened again? Enter what the customer said.",
                    order=self[:1].name,
                )
            )
        self._move_to("on_site")
        for order in self:
            # Stamps are the server's; the state table allowed the move.
            order.sudo().write(
                {
                    "reopen_count": order.reopen_count + 1,
                    "date_done": False,
                    "outcome": False,
                    "signature": False,
                    "signed_by": False,
                    "signed_on": False,
                }
            )
            order.message_post(
                body=self.env._("Opened again: %(reason)s", reason=reason),
                subtype_xmlid="mail.mt_note",
            )
        self._tell_ticket("_service_started")

    def _sign(self, name, signature, remark=False):
        """Put the customer's signature under the order.

        :param str name: who signs
        :param str signature: the drawing, an image in base64
        :param str remark: what the customer has to say
        """
        self.ensure_one()
        self.check_access("write")
        if self.state in ("cancel", "reviewed") or self.signed_on:
            raise UserError(
                self.env._(
                    "%(order)s cannot be signed any more: it is signed or closed.",
                    order=self.name,
                )
            )
        # The fields are the server's; the right to the order was checked above.
        self.sudo().write(
            {
                "signature": signature,
                "signed_by": name,
                "signed_on": fields.Datetime.now(),
                "customer_remark": remark or self.customer_remark,
                "is_dissatisfied": False,
            }
        )
        self.message_post(body=self.env._("Signed by %(name)s.", name=name))

    def _is_open_for_signature(self):
        """Tell whether the customer may sign, or refuse to, at this moment."""
        self.ensure_one()
        return self.state in ("on_site", "done") and not self.signed_on

    def _record_dissatisfaction(self, name, remark):
        """Note that the customer refuses to sign, and tell the supervisor.

        A completed order is opened again, so that somebody looks after it.
        """
        self.ensure_one()
        self.check_access("write")
        # The customer's word is recorded whoever holds the screen.
        order = self.sudo()
        if order.state == "done":
            order._reopen(remark)
        order.write({"customer_remark": remark, "is_dissatisfied": True})
        order._tell_leader(
            lambda env: env._("%(name)s is not satisfied", name=name), remark
        )

    def _check_not_settled(self):
        for order in self.filtered(lambda order: order.state in ("done", "reviewed")):
            raise UserError(
                self.env._(
                    "%(order)s is completed. Open it again, with a reason, to change "
                    "what was signed.",
                    order=order.name,
                )
            )

    def _refuse_when_signed(self):
        """:raise UserError: if the customer's signature already stands under it."""
        signed = self.filtered("signed_on")
        if signed and not self.env.su:
            raise UserError(
                self.env._(
                    "%(customer)s has signed %(order)s as it is. Take the signature "
                    "back before you change the lines.",
                    customer=signed[0].signed_by or signed[0].partner_id.name,
                    order=signed[0].name,
                )
            )
