"""What happened in the demo company in the last fourteen months.

A small simulation: events lie on a heap by date, each is played by the people whose
job it is, with the buttons they press, and may put later events on the heap. The clock
is set back with ``freezegun``; the seed is fixed, so every demo tells the same story.
"""

import base64
import heapq
import io
import itertools
import logging
import random
from datetime import datetime, time, timedelta

from PIL import Image, ImageDraw

from odoo import fields

from . import script, terms, voices
from .contracts import ContractHistory
from .money_story import MoneyStory
from .promises import PromiseHistory
from .stock_story import StockStory

_logger = logging.getLogger(__name__)
CRITERIA = ("attitude", "skill", "punctuality", "promise")


def draw_signature(rng):
    """Return a scribble as PNG in base64: nobody's real signature."""
    image = Image.new("RGBA", (360, 120), (0, 0, 0, 0))
    x, points = 20, []
    while x < 330:
        points.append((x, 60 + rng.randint(-35, 35)))
        x += rng.randint(8, 26)
    ImageDraw.Draw(image).line(points, fill=(20, 40, 110, 255), width=4, joint="curve")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


class History(StockStory, MoneyStory):
    """Plays the events of :mod:`.script` in the order of their dates."""

    draw_signature = staticmethod(draw_signature)

    def __init__(self, demo, freezer, now):
        self.demo = demo
        self.env = demo.env
        self.freezer = freezer
        self.now = now
        self.today = now.date()
        self.rng = random.Random(19)
        self.heap = []
        self.number = itertools.count()
        self.units = {}

    def at(self, days_ago, hour, event, *args):
        """Put ``event(*args)`` on the heap, so many days before today at ``hour``."""
        day = self.today - timedelta(days=days_ago)
        moment = datetime.combine(day, time()) + timedelta(hours=hour)
        heapq.heappush(self.heap, (moment, next(self.number), event, args))

    def after(self, hours, event, *args):
        """Put ``event(*args)`` on the heap, ``hours`` after the moment played now."""
        moment = fields.Datetime.now() + timedelta(hours=hours)
        heapq.heappush(self.heap, (moment, next(self.number), event, args))

    def schedule(self):
        """Put the script on the heap."""
        terms.schedule(self)
        voices.schedule(self)
        for days, partner, product, serials, accepted in script.DELIVERIES:
            site = script.SITES.get(serials[0])
            self.at(days, 2, self.deliver, partner, product, serials, site)
            for serial in serials if accepted else ():
                self.at(days - accepted, 6, self.accept, serial)
        for case in script.CASES:
            self.at(case.days_ago, case.hour, self.call, case)
        for name, _label, _serial, holder, purpose in script.TOOLS:
            if holder:
                self.at(420, 1, self.issue_tool, name, holder, purpose)
        ContractHistory(self).schedule()
        PromiseHistory(self).schedule()
        for days in (150, 120, 90, 60, 30, 12, 5):
            for technician in ("tech_zhao", "tech_sun"):
                self.at(days, 9, self.hand_over, technician)
        self.schedule_stock()
        self.schedule_money()
        first = self.today.replace(day=1)
        for _month in range(4):
            last = first - timedelta(days=1)
            first = last.replace(day=1)
            days = (self.today - last).days - 1
            self.at(max(days, 0), -1, self.evaluate, first, last)

    def play(self):
        """Play the events up to this moment; what lies later has not happened."""
        count = 0
        while self.heap and self.heap[0][0] <= self.now:
            moment, _number, event, args = heapq.heappop(self.heap)
            self.freezer.move_to(moment)
            event(*args)
            self.env.flush_all()
            self.env.invalidate_all()
            count += 1
        _logger.info("demo: %d events played", count)

    def ref(self, name):
        return self.demo._ref(name)

    def as_user(self, record, user):
        """Return ``record`` as the demo user ``user`` (agent, technician …) sees it."""
        user = self.ref(f"user_{user}_demo")
        return record.with_user(user).with_company(self.demo.env.company)

    def model(self, name, user):
        return self.as_user(self.env[name], user)

    # === SALES === #
    def deliver(self, partner, product, serials, site=None):
        """Sell and deliver ``serials`` of ``product``; units appear by themselves."""
        partner, product = self.ref(partner), self.ref(product)
        lots = self.env["stock.lot"].create(
            [{"name": serial, "product_id": product.id} for serial in serials]
        )
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        quants = (
            self.env["stock.quant"]
            .with_context(inventory_mode=True)
            .create(
                [
                    {
                        "product_id": product.id,
                        "lot_id": lot.id,
                        "location_id": warehouse.lot_stock_id.id,
                        "inventory_quantity": 1,
                    }
                    for lot in lots
                ]
            )
        )
        quants.action_apply_inventory()
        sale = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "partner_shipping_id": (self.ref(site) if site else partner).id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": len(serials)})
                ],
            }
        )
        sale.action_confirm()
        sale.date_order = fields.Datetime.now()
        picking = sale.picking_ids
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        sale._create_invoices().action_post()
        for unit in self.env["after.sales.unit"].search([("lot_id", "in", lots.ids)]):
            self.units[unit.name] = unit
            if unit.name in script.BUILT_IN:
                unit.parent_id = self.units[script.BUILT_IN[unit.name]]

    def accept(self, serial):
        """The customer signs the acceptance of an installation."""
        self.units[serial].date_installed = fields.Date.today()

    # === CALLS === #
    def call(self, case):
        """Take a call and send it on its way."""
        unit = self.units[case.serial]
        ticket = self.model("after.sales.ticket", "agent").create(
            {
                "subject": case.subject,
                "channel": case.channel,
                "kind": case.kind,
                "level": case.level,
                "urgency": case.urgency,
                "unit_id": unit.id,
                "partner_id": unit.partner_id.id,
                "team_id": self.ref("team_field_demo").id,
                "symptom_id": self.fault(case.symptom).id,
            }
        )
        if case.end == "new":
            return
        self.after(0.5 + self.rng.random() * 3, self.reply, ticket, case)

    def fault(self, code):
        return self.env["after.sales.fault.code"].search([("code", "=", code)], limit=1)

    def reply(self, ticket, case):
        """Take the ticket, answer the customer, and go on as the case tells."""
        ticket = self.as_user(ticket, "agent")
        ticket.action_assign()
        ticket.message_post(
            body=case.answer or "We have registered your report and call you back.",
            partner_ids=ticket.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        ticket._record_fact("reply", fields.Datetime.now())
        if case.end == "assigned":
            return
        if case.end == "phone":
            self.after(2, self.solve_by_phone, ticket, case)
            return
        if case.end == "clarification":
            ticket._ask(case.answer)
            return
        ticket.action_create_order()
        order = self.env["after.sales.order"].browse(ticket.order_ids.id)
        if case.end == "draft":
            return
        self.after(1, self.plan, order, case)

    def solve_by_phone(self, ticket, case):
        self.as_user(ticket, "agent")._solve("answered", case.answer)
        if self.rng.random() < 0.7:
            self.after(48, self.close, ticket)

    def close(self, ticket):
        self.as_user(ticket, "agent").action_close()

    # === JOBS === #
    def plan(self, order, case):
        """The supervisor plans the visit and the customer is told."""
        order = self.as_user(order, "supervisor")
        start = fields.Datetime.now().replace(minute=0) + timedelta(hours=case.wait)
        start = start.replace(hour=1 + self.rng.randint(0, 6))  # 9 to 15 in Suzhou
        if start <= fields.Datetime.now():
            start += timedelta(days=1)
        order.write(
            {
                "technician_id": self.ref(f"employee_{case.technician}_demo").id,
                "date_planned": start,
            }
        )
        order.action_plan()
        visit = order.visit_ids[:1]
        if case.end in ("planned",):
            return
        visit.action_confirm()
        self.ask_for_parts(order, case)
        if case.end == "cancel":
            self.after(3, self.cancel, order)
            return
        hours = (start - fields.Datetime.now()).total_seconds() / 3600
        self.after(max(hours - 0.7, 0.1), self.depart, order, case)

    def ask_for_parts(self, order, case):
        """The technician asks for parts; supervisor approves, clerk issues."""
        order = self.as_user(order, case.technician)
        vals = []
        for product, component, quantity in case.parts:
            vals.append(
                {
                    "order_id": order.id,
                    "kind": "part",
                    "product_id": self.ref(product).id,
                    "component_id": self.ref(component).id if component else False,
                    "quantity": quantity,
                }
            )
        if not vals:
            return
        order.line_ids.create(vals)
        order.action_request_parts()
        requisition = order.requisition_ids
        requisition.action_submit()
        if case.end == "to_approve":
            return
        if requisition.state == "submitted":  # cheap parts need nobody's approval
            self.as_user(requisition, "supervisor").action_approve()
        if case.end == "to_issue":
            return
        picking = self.as_user(requisition.sudo().picking_ids, "clerk")
        picking.move_ids.picked = True
        picking.button_validate()

    def cancel(self, order):
        self.as_user(order, "supervisor").action_cancel()

    def depart(self, order, case):
        if case.end in ("to_approve", "to_issue"):
            return
        self.visit(order, case).action_depart()
        self.after(0.6, self.arrive, order, case)

    def visit(self, order, case):
        return self.as_user(order, case.technician).visit_ids.filtered(
            lambda visit: visit.state not in ("done", "cancel")
        )[:1]

    def arrive(self, order, case):
        self.visit(order, case).action_arrive()
        if case.end == "on_site":
            return
        self.after(0.5, self.diagnose, order, case)

    def diagnose(self, order, case):
        """Look, listen, check; say who pays for what."""
        order = self.as_user(order, case.technician)
        order.write(
            {
                "cause_id": self.fault(case.cause).id,
                "diagnosis": case.diagnosis,
                "is_tampered": case.cause == script.OPENED,
            }
        )
        travel = (
            order.partner_id.sudo()
            ._get_after_sales_zone(order.company_id)
            .travel_product_id
        )
        order.line_ids.create(
            [
                {
                    "order_id": order.id,
                    "kind": "labour",
                    "product_id": self.ref(case.labour).id,
                    "quantity": case.hours,
                },
                *(
                    {
                        "order_id": order.id,
                        "kind": "travel",
                        "product_id": product.id,
                        "quantity": 1,
                    }
                    for product in travel
                ),
            ]
        )
        if case.end == "waiting":
            parts = self.env.ref("after_sales_service.after_sales_pause_reason_parts")
            order._wait(parts, case.diagnosis)
            return
        if any(line._is_chargeable() for line in order.line_ids):
            order.action_create_quotation()
            if case.end == "quoted":
                return
            signer = (order.contact_id or order.partner_id).name
            order._accept_quotation(signer, draw_signature(self.rng))
        self.after(case.hours, self.complete, order, case)

    def complete(self, order, case):
        """Checks answered, signed, completed; the bill where there is one."""
        order = self.as_user(order, case.technician)
        order.check_ids.action_ok()
        order.outcome = case.outcome
        order.action_fill_used()
        order._sign(
            (order.contact_id or order.partner_id).name, draw_signature(self.rng)
        )
        order.action_complete()
        is_monthly = order.partner_id._is_invoiced_monthly()
        if order.sudo().sale_order_ids and not is_monthly:
            order.action_create_invoice()
            if case.cash:
                order._register_cash(order.amount_due)
        if case.end == "done":
            return
        self.after(20 + self.rng.random() * 30, self.review, order, case)
        self.after(26 + self.rng.random() * 60, self.answer_card, order, case)
        for old_part in order.sudo().old_part_ids:
            if self.rng.random() < 0.8:
                self.after(30 + self.rng.random() * 200, self.receive, old_part, case)

    def review(self, order, case):
        order = self.as_user(order, "supervisor")
        time_mark, quality_mark = case.marks
        order._judge(time_mark, quality_mark, case.comment)
        if order.state == "done":
            order.action_review()
        if order.ticket_id.state == "solved":
            self.as_user(order.ticket_id, "agent").action_close()

    def answer_card(self, order, case):
        if case.card:
            self.as_user(order, "agent")._record_card(
                dict(zip(CRITERIA, case.card, strict=True)),
                case.voice,
            )

    # === OLD PARTS === #
    def receive(self, old_part, case):
        """The clerk takes the old part in; later it is analysed and disposed of."""
        self.as_user(old_part, "clerk").action_receive()
        if self.rng.random() < 0.75:
            self.after(24 * 5, self.analyse, old_part)

    def analyse(self, old_part):
        old_part = self.as_user(old_part, "clerk")
        finding, disposition = self.rng.choice(
            [("fault", "supplier"), ("fault", "scrap"), ("unknown", "supplier")]
        )
        old_part.write(
            {
                "finding": finding,
                "finding_note": "Measured on the bench.",
                "disposition": disposition,
                "supplier_id": disposition == "supplier"
                and self.ref("partner_motor_maker_demo").id,
            }
        )
        old_part.action_analyse()
        old_part.action_dispose()
        transfers = old_part.sudo().move_ids.picking_id.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        for picking in self.as_user(transfers, "clerk"):
            picking.move_ids.picked = True
            picking.button_validate()

    # === CASH, TOOLS, EVALUATION === #
    def hand_over(self, technician):
        """All cash of a technician goes to finance, which counts it."""
        handovers = self.model("after.sales.cash.handover", technician)
        employee = handovers.env.user._after_sales_employee(handovers.env.company)
        if not employee.sudo().after_sales_cash_on_hand:
            return
        handover = handovers.create({})
        handover.action_take_open_payments()
        handover.action_hand_over()
        finance = self.as_user(handover, "accountant")
        finance.amount_counted = finance.amount_expected
        finance.action_confirm()

    def issue_tool(self, name, technician, purpose):
        movement = self.model("after.sales.tool.movement", "clerk").create(
            {
                "equipment_id": self.ref(name).id,
                "kind": "issue",
                "employee_id": self.ref(f"employee_{technician}_demo").id,
                "purpose": purpose,
            }
        )
        self.as_user(movement, technician)._sign(draw_signature(self.rng))
        if movement.state == "draft":
            movement.action_confirm()

    def evaluate(self, first, last):
        """The supervisor evaluates a month; older ones are confirmed."""
        self.model("after.sales.evaluation.period", "supervisor").create(
            {"date_from": first, "date_to": last}
        ).action_apply()
        evaluations = self.model("after.sales.evaluation", "supervisor").search(
            [("date_from", "=", first)]
        )
        if (self.today - last).days > 28:
            evaluations.filtered("score").action_confirm()
