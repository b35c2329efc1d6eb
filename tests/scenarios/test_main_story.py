"""The main story: from the delivered pump to the technician's evaluation.

Told with the buttons and forms that people press, each in their own role. The
technician has no right on stock, sales or accounting.
"""

from datetime import date

from odoo.tests import Form, freeze_time, tagged

from .story import SIGNATURE, StoryCommon


@tagged("post_install", "-at_install")
class TestMainStory(StoryCommon):
    def test_from_the_call_to_the_evaluation(self):
        with freeze_time("2025-01-10 08:00:00"):
            unit = self._deliver_a_pump("PX2-004711")
        with freeze_time("2026-03-12 09:00:00"):  # a Thursday, fourteen months later
            ticket = self._take_the_call(unit)
            order = self._dispatch(ticket)
        with freeze_time("2026-03-12 11:00:00"):
            self._ask_for_parts(order)
        with freeze_time("2026-03-13 08:30:00"):
            order.visit_ids.with_user(self.technician).action_depart()
        with freeze_time("2026-03-13 09:00:00"):
            order.visit_ids.with_user(self.technician).action_arrive()
            self.assertEqual(order.state, "on_site")
            self._diagnose(order)
            self._quote(order)
        with freeze_time("2026-03-13 11:00:00"):
            self._complete(order, unit)
            invoice = self._invoice(order)
            self._hand_over_the_cash(order, invoice)
        with freeze_time("2026-03-16 10:00:00"):
            self._return_the_old_motor(order)
            self._answer_the_card(order)
            self._review(order)
        with freeze_time("2026-04-01 09:00:00"):
            self._evaluate(order)

    # 1. A pump is delivered on a native sale; the unit appears by itself.
    def _deliver_a_pump(self, serial):
        lot = self.env["stock.lot"].create({"name": serial, "product_id": self.pump.id})
        self._put_in_stock(self.pump, 1, lot=lot)
        with Form(self.env["sale.order"].with_user(self.salesman)) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.pump
                line.product_uom_qty = 1
        sale = form.record.with_env(self.env)
        sale.action_confirm()
        picking = sale.picking_ids
        picking.move_ids.write({"picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        unit = self.env["after.sales.unit"].search([("lot_id", "=", lot.id)])
        self.assertRecordValues(
            unit,
            [
                {
                    "name": serial,
                    "partner_id": self.customer.id,
                    "date_delivered": date(2025, 1, 10),
                    "place": "customer",
                }
            ],
        )
        self.assertEqual(
            unit.component_ids.component_id,
            self.frame_position | self.motor_position | self.seal_position,
        )
        ends = {c.component_id: c.date_end for c in unit.cover_ids if not c.is_excluded}
        self.assertEqual(
            ends,
            {
                self.frame_position: date(2026, 1, 9),
                self.motor_position: date(2027, 1, 9),
            },
        )
        return unit

    # 2. The agent types the serial; the promises start to run.
    def _take_the_call(self, unit):
        with Form(self.env["after.sales.ticket"].with_user(self.agent)) as form:
            form.search_text = "PX2-004711"
            form.subject = "Pump leaks at the shaft"
            form.symptom_id = self.symptom
        ticket = form.record.with_env(self.env)
        self.assertEqual(ticket.unit_id, unit)
        self.assertEqual(ticket.partner_id, self.customer)
        deadlines = {c.promise: f"{c.deadline}" for c in ticket.clock_ids}
        # 12 and 24 working hours of an eight-hour day (8–12, 13–17) from 09:00.
        self.assertEqual(deadlines["reply"], "2026-03-13 14:00:00")
        self.assertEqual(deadlines["arrival"], "2026-03-17 09:00:00")
        self.assertEqual(set(ticket.clock_ids.mapped("state")), {"running"})
        return ticket

    # 3. The dispatcher makes a service order; the customer is told who comes.
    def _dispatch(self, ticket):
        self.assertFalse(ticket.order_ids)
        ticket.with_user(self.agent).action_create_order()
        order = ticket.order_ids
        plan = Form(
            self.env["after.sales.visit.plan"]
            .with_user(self.supervisor)
            .with_context(default_order_id=order.id)
        )
        plan.date_start = "2026-03-13 09:00:00"
        plan.date_end = "2026-03-13 11:00:00"
        plan.technician_id = self.env["hr.employee"].browse(self.employee.id)
        plan.is_confirmed = True
        plan.save().action_apply()
        self.assertEqual(order.state, "planned")
        self.assertEqual(order.technician_id, self.employee)
        self.assertTrue(order.visit_ids.is_confirmed)
        mail = order.visit_ids.message_ids | order.message_ids
        self.assertIn(self.customer, mail.partner_ids)
        return order

    # 4. The technician asks for parts; the warehouse issues them to the van.
    def _ask_for_parts(self, order):
        with Form(order.with_user(self.technician)) as form:
            for product, component in (
                (self.motor, self.motor_position),
                (self.bearing, self.frame_position),
                (self.seal, self.seal_position),
            ):
                with form.line_ids.new() as line:
                    line.product_id = product
                    line.component_id = component
        order.with_user(self.technician).action_request_parts()
        requisition = order.requisition_ids
        requisition.with_user(self.technician).action_submit()
        requisition.with_user(self.supervisor).action_approve()
        picking = requisition.picking_ids.with_user(self.clerk)
        picking.move_ids.write({"picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(requisition.state, "issued")
        self.assertEqual(
            self._in_van(), {"Motor M4": 1, "Bearing 6204": 1, "Shaft seal": 1}
        )

    def _in_van(self):
        quants = self.env["stock.quant"]._read_group(
            [("location_id", "=", self.van.id)], ["product_id"], ["quantity:sum"]
        )
        return {product.name: quantity for product, quantity in quants if quantity}

    # 5. On site: every line says who pays, and why.
    def _diagnose(self, order):
        with Form(order.with_user(self.technician)) as form:
            form.cause_id = self.cause
            for product, quantity in ((self.labour, 1.5), (self.travel, 1)):
                with form.line_ids.new() as line:
                    line.product_id = product
                    line.quantity = quantity
        motor, bearing, seal, labour, travel = order.line_ids.sorted("id")
        self.assertRecordValues(
            motor | bearing | seal | labour | travel,
            [
                {"category": "C", "share": 100.0, "amount_customer": 0.0},
                {"category": "A", "share": 0.0, "amount_customer": 96.0},
                {"category": "A", "share": 0.0, "amount_customer": 48.0},
                {"category": "C", "share": 60.0, "amount_customer": 120.0},
                {"category": "A", "share": 0.0, "amount_customer": 80.0},
            ],
        )
        self.assertIn("24-month", motor.reason)
        self.assertIn("ended", bearing.reason)
        self.assertIn("wearing part", seal.reason)

    # 6. Only the paid lines are quoted; the customer signs on the phone.
    def _quote(self, order):
        order.with_user(self.technician).action_create_quotation()
        sale = order.sale_order_ids
        self.assertEqual(sale.amount_untaxed, 96 + 48 + 120 + 80)
        self.assertNotIn(self.motor, sale.order_line.product_id)
        sign = Form(
            self.env["after.sales.quotation.sign"]
            .with_user(self.technician)
            .with_context(default_order_id=order.id)
        )
        sign.signed_by = "Ms Li"
        sign.signature = SIGNATURE
        sign.save().action_apply()
        self.assertEqual(sale.state, "sale")
        self.assertEqual(sale.signed_by, "Ms Li")
        self.assertFalse(sale.picking_ids)

    # 7. Completion: native moves, the old motor's duty, the new motor's own cover.
    def _complete(self, order, unit):
        technician = order.with_user(self.technician)
        for item in technician.check_ids:
            item.action_ok()
        technician.outcome = "repaired"
        technician.action_fill_used()
        sign = Form(
            self.env["after.sales.order.sign"]
            .with_user(self.technician)
            .with_context(default_order_id=order.id)
        )
        sign.signed_by = "Ms Li"
        sign.signature = SIGNATURE
        sign.save().action_apply()
        technician.action_complete()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.ticket_id.state, "solved")
        self.assertEqual(self._in_van(), {})
        places = {m.product_id: m.location_dest_id for m in order.line_ids.move_ids}
        self.assertEqual(
            places[self.motor], self.company.after_sales_warranty_location_id
        )
        self.assertEqual(places[self.bearing].usage, "customer")
        self.assertEqual(places[self.seal].usage, "customer")
        self.assertEqual(
            set(order.ticket_id.clock_ids.mapped("state")) - {"kept"}, set()
        )
        self.assertEqual(order.old_part_ids.product_id, self.motor)
        replaced = unit.cover_ids.filtered(lambda c: c.kind == "replaced_part")
        self.assertIn(self.motor_position, replaced.component_id)
        self._print_the_voucher(order)

    def _print_the_voucher(self, order):
        html = self.env["ir.actions.report"]._render_qweb_html(
            "after_sales_service.after_sales_order_report_voucher", order.ids
        )[0]
        for text in ("PX2-004711", "Motor M4", "wearing part", "Ms Li"):
            self.assertIn(text, html.decode())

    # 8. The invoice of what was delivered; cash on the spot, handed to finance.
    def _invoice(self, order):
        order.with_user(self.technician).action_create_invoice()
        invoice = order.sale_order_ids.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_untaxed, 344.0)
        warranty = self.company.after_sales_warranty_location_id.valuation_account_id
        entry = self.env["account.move.line"].search(
            [("account_id", "=", warranty.id), ("product_id", "=", self.motor.id)]
        )
        self.assertEqual(sum(entry.mapped("balance")), 700.0)
        cogs = invoice.line_ids.filtered(lambda line: line.display_type == "cogs")
        self.assertEqual(sum(cogs.filtered("debit").mapped("debit")), 31.0 + 12.0)
        return invoice

    def _hand_over_the_cash(self, order, invoice):
        collect = Form(
            self.env["after.sales.cash.collect"]
            .with_user(self.technician)
            .with_context(default_order_id=order.id)
        )
        collect.save().action_apply()
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        handover = (
            self.env["after.sales.cash.handover"].with_user(self.technician).create({})
        )
        handover.action_take_open_payments()
        handover.action_hand_over()
        finance = handover.with_user(self.accountant)
        finance.amount_counted = 344.0
        finance.action_confirm()
        self.assertEqual(handover.state, "confirmed")
        balance = (
            handover.sudo()
            .move_id.line_ids.filtered(
                lambda line: line.account_id == self.finance_journal.default_account_id
            )
            .balance
        )
        self.assertEqual(balance, 344.0)

    # 9. The old motor is handed in, found faulty, returned to its maker.
    def _return_the_old_motor(self, order):
        old_part = order.old_part_ids.with_user(self.clerk)
        old_part.action_receive()
        old_part.write(
            {
                "finding": "fault",
                "finding_note": "Winding burnt",
                "disposition": "supplier",
                "supplier_id": self.maker.id,
            }
        )
        old_part.action_analyse()
        old_part.action_dispose()
        out = old_part.move_ids.picking_id.filtered(lambda p: p.state != "done")
        out.move_ids.write({"picked": True})
        out.button_validate()
        self.assertEqual(old_part.state, "supplier")

    # 10. Supervisor and customer give their marks; the month counts both.
    def _answer_the_card(self, order):
        self.assertTrue(order.is_card_sent, "the card was not sent")
        card = self.env["survey.user_input"].search(
            [("after_sales_order_id", "=", order.id)]
        )
        marks = {"attitude": 4, "skill": 4, "punctuality": 3, "promise": 2}
        for question in card.survey_id.question_ids:
            mark = marks.get(question.after_sales_criterion)
            if mark:
                answer = question.suggested_answer_ids.filtered(
                    lambda choice, mark=mark: choice.answer_score == mark
                )
                card._save_lines(question, answer.id)
        card._mark_done()
        self.assertEqual(
            [order.mark_attitude, order.mark_skill, order.mark_punctuality],
            [4, 4, 3],
        )
        self.assertEqual(order.mark_promise, 2)

    def _review(self, order):
        action = order.with_user(self.supervisor).action_review()
        with Form(
            self.env[action["res_model"]]
            .with_user(self.supervisor)
            .with_context(**action["context"])
        ) as form:
            form.mark_time = "4"
            form.mark_quality = "3"
        form.record.action_apply()
        self.assertEqual(order.state, "reviewed")
        self.assertEqual(order.judgement_ids.technician_id, self.employee)

    def _evaluate(self, order):
        wizard = self.env["after.sales.evaluation.period"].with_user(self.supervisor)
        wizard = wizard.create({})
        self.assertEqual(
            f"{wizard.date_from} {wizard.date_to}", "2026-03-01 2026-03-31"
        )
        wizard.action_apply()
        evaluation = self.env["after.sales.evaluation"].search(
            [("technician_id", "=", self.employee.id)]
        )
        lines = {line.measure: line for line in evaluation.line_ids}
        # Very good is 100, good 80, poor 50, bad 20 (the default scheme).
        for measure, score in (
            ("judgement_time", 100.0),
            ("judgement_quality", 80.0),
            ("attitude", 100.0),
            ("punctuality", 80.0),
            ("promise", 50.0),
        ):
            with self.subTest(measure=measure):
                self.assertEqual(lines[measure].sample_count, 1)
                self.assertAlmostEqual(lines[measure].score, score, 2)
        self.assertGreater(evaluation.score, 60.0)
        self.assertLess(evaluation.score, 100.0)
        evaluation.with_user(self.supervisor).action_confirm()
        self.assertTrue(evaluation.with_user(self.technician).score)

    # A tool on the way: issued against a signature, handed back.
    @freeze_time("2026-03-12 07:30:00")
    def test_a_tool_goes_out_and_comes_back(self):
        tool = self.env["maintenance.equipment"].create(
            {"name": "Bearing puller", "is_after_sales_tool": True}
        )
        issue = (
            self.env["after.sales.tool.movement"]
            .with_user(self.clerk)
            .create(
                {
                    "equipment_id": tool.id,
                    "kind": "issue",
                    "employee_id": self.employee.id,
                    "purpose": "Van",
                }
            )
        )
        with Form(
            self.env["after.sales.tool.movement.sign"]
            .with_user(self.technician)
            .with_context(default_movement_id=issue.id)
        ) as form:
            form.signature = SIGNATURE
        form.record.action_apply()
        self.assertEqual(issue.state, "done")
        self.assertTrue(issue.signature)
        self.assertEqual(tool.employee_id, self.employee)
        back = issue.copy({"kind": "return", "employee_id": False})
        back.with_user(self.clerk).action_confirm()
        self.assertFalse(tool.employee_id)
        self.assertEqual(len(tool.after_sales_movement_ids), 2)
