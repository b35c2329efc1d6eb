from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestPartTransfer(PartsCommon):
    """A colleague hands parts over, or keeps them with a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague_user = new_test_user(
            cls.env,
            login="colleague.after.sales",
            name="Li Wei",
            groups="after_sales_service.after_sales_group_technician",
        )
        cls.colleague = cls._create_technician(cls.colleague_user)
        cls.colleague.action_create_van()
        cls.colleague_van = cls.colleague.after_sales_van_id
        cls._put_in_stock(cls.part, 3, cls.colleague_van)

    def _ask(self, quantity=2, **vals):
        transfer = (
            self.env["after.sales.part.transfer"]
            .with_user(self.technician)
            .create(
                {
                    "holder_id": self.colleague.id,
                    "line_ids": [
                        Command.create(
                            {"product_id": self.part.id, "quantity": quantity}
                        )
                    ],
                }
                | vals
            )
        )
        transfer.action_ask()
        return transfer

    def test_handing_over_is_one_native_transfer(self):
        transfer = self._ask()
        self.assertEqual(transfer.activity_ids.user_id, self.colleague_user)
        transfer.with_user(self.colleague_user).action_accept()
        self.assertEqual(transfer.state, "done")
        self.assertFalse(transfer.activity_ids)
        picking = transfer.sudo().picking_id
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.picking_type_id.code, "internal")
        self.assertEqual(self._get_quantity(self.part, self.van), 2)
        self.assertEqual(self._get_quantity(self.part, self.colleague_van), 1)
        self.env.flush_all()
        ledger = self.env["after.sales.part.ledger"].search(
            [("picking_id", "=", picking.id)]
        )
        self.assertEqual(
            {(row.technician_id, row.kind, row.quantity) for row in ledger},
            {(self.employee, "issued", 2.0), (self.colleague, "returned", -2.0)},
        )

    def test_only_the_holder_answers(self):
        transfer = self._ask()
        with self.assertRaisesRegex(AccessError, "Li Wei has to answer"):
            transfer.action_accept()
        with self.assertRaises(AccessError):
            transfer.with_user(self._create_stranger()).action_accept()
        with self.assertRaisesRegex(UserError, "Write why you keep"):
            transfer.with_user(self.colleague_user).action_refuse()
        transfer.with_user(self.colleague_user).refusal_reason = "I need it today."
        transfer.with_user(self.colleague_user).action_refuse()
        self.assertEqual(transfer.state, "refused")
        self.assertEqual(transfer.activity_ids.user_id, self.technician)
        self.assertEqual(self._get_quantity(self.part, self.colleague_van), 3)

    def test_strangers_see_nothing(self):
        self._ask()
        transfers = self.env["after.sales.part.transfer"].with_user(
            self._create_stranger()
        )
        self.assertFalse(transfers.search([]))
        self.assertFalse(transfers.line_ids.search([]))

    def test_another_company_sees_nothing(self):
        transfer = self._ask()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        manager = new_test_user(
            self.env,
            login="elsewhere.after.sales",
            groups="after_sales_service.after_sales_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(transfer.with_user(manager).search([]))
        with self.assertRaises(AccessError):
            transfer.with_user(manager).action_accept()

    def test_nobody_asks_in_the_name_of_another(self):
        transfer = self._ask()
        with self.assertRaisesRegex(AccessError, "who can change it"):
            transfer.with_user(self.colleague_user).action_cancel()
        with self.assertRaisesRegex(UserError, "cannot be written by hand"):
            transfer.state = "done"
        with self.assertRaisesRegex(UserError, "asked already"):
            transfer.line_ids.quantity = 3

    def test_more_than_the_van_has_moves_nothing(self):
        transfer = self._ask(4)
        with (
            self.assertRaisesRegex(UserError, "has 3 of the 4 Motor M4 asked for"),
            self.env.cr.savepoint(),
        ):
            transfer.with_user(self.colleague_user).action_accept()
        self.env.invalidate_all()
        self.assertEqual(transfer.state, "asked")
        self.assertEqual(self._get_quantity(self.part, self.colleague_van), 3)

    def test_a_serial_number_that_is_not_in_the_van_is_told(self):
        motor = self._create_part("Serial motor", tracking="serial")
        lots = self._create_lots(motor, ["M-1", "M-2"])
        for lot in lots:
            self._put_in_stock(motor, 1, self.colleague_van, lot)
        line = {"product_id": motor.id, "quantity": 1, "serial": "M-9"}
        transfer = self._ask(line_ids=[Command.create(line)])
        answer = transfer.with_user(self.colleague_user)
        with (
            self.assertRaisesRegex(UserError, "Serial motor M-9"),
            self.env.cr.savepoint(),
        ):
            answer.action_accept()
        answer.line_ids.serial = "M-2"
        answer.action_accept()
        self.assertEqual(transfer.sudo().picking_id.move_ids.lot_ids, lots[1])

    def test_a_requisition_line_goes_to_the_colleague(self):
        order = self._create_order()
        self._create_part_line(order, self.part, 3)
        order.with_user(self.technician).action_request_parts()
        requisition = order.requisition_ids.with_user(self.technician)
        wizard = (
            self.env["after.sales.part.ask"]
            .with_user(self.technician)
            .create({"requisition_line_id": requisition.line_ids.id})
        )
        self.assertEqual(wizard.holder_id, self.colleague)
        # The web client reads it back from the saved dialog.
        saved = wizard.web_save({}, {"holder_ids": {}, "holder_id": {}})
        self.assertEqual(saved[0]["holder_ids"], self.colleague.ids)
        self.assertEqual(wizard.quantity, 3)
        wizard.quantity = 4
        with self.assertRaisesRegex(UserError, "at most 3"):
            wizard.action_apply()
        wizard.quantity = 2
        wizard.action_apply()
        self.assertEqual(requisition.line_ids.quantity, 1)
        transfer = order.part_transfer_ids
        self.assertEqual(transfer.state, "asked")
        # What the colleague is asked for is not asked of the warehouse again.
        with self.assertRaisesRegex(UserError, "in the van or asked for already"):
            order.with_user(self.technician).action_request_parts()
        transfer.with_user(self.colleague_user).action_accept()
        self.assertEqual(self._get_quantity(self.part, self.van), 2)
        with self.assertRaisesRegex(UserError, "in the van or asked for already"):
            order.with_user(self.technician).action_request_parts()

    def test_a_cancelled_order_asks_nobody(self):
        order = self._create_order()
        transfer = self._ask(order_id=order.id)
        order.with_user(self.agent).action_cancel()
        self.assertEqual(transfer.state, "cancel")
        self.assertFalse(transfer.activity_ids)

    def test_one_asks_somebody_else(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "two_people"),
            self.env.cr.savepoint(),
        ):
            self._ask(holder_id=self.employee.id)


@tagged("post_install", "-at_install")
class TestLeftover(PartsCommon):
    """What was issued for an order is used, kept or returned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "after_sales_signature_required": False,
                "after_sales_quotation_required": False,
                "after_sales_requisition_approval": False,
            }
        )
        cls.cause = cls.env["after.sales.fault.code"].create(
            {"name": "Normal failure", "code": "T-1", "kind": "cause"}
        )
        cls._put_in_stock(cls.part, 10)

    def _create_issued_order(self, used):
        """Return an order for which three pieces were issued, ``used`` of them used."""
        order = self._create_order(outcome="repaired", cause_id=self.cause.id)
        line = self._create_part_line(order, self.part, 3)
        order.with_user(self.technician).action_request_parts()
        order.requisition_ids.with_user(self.technician).action_submit()
        order.requisition_ids.picking_ids._validate_after_sales()
        order.with_user(self.technician).action_start()
        order.check_ids.result = "ok"
        line.quantity_done = used
        return order

    def test_everything_used_asks_nothing(self):
        order = self._create_issued_order(3)
        self.assertFalse(order.has_leftover)
        order.with_user(self.technician).action_complete()
        self.assertEqual(order.state, "done")

    def test_lines_not_accounted_for_stop_the_completion(self):
        order = self._create_issued_order(1)
        self.assertTrue(order.with_user(self.technician).has_leftover)
        self.assertEqual(order.issued_line_ids.quantity_left, 2)
        with (
            self.assertRaisesRegex(UserError, "2 Motor M4 of RQ/.* and not used"),
            self.env.cr.savepoint(),
        ):
            order.with_user(self.technician).action_complete()
        self.assertEqual(self._get_quantity(self.part, self.van), 3)
        order.with_user(self.technician).action_keep_leftover()
        order.with_user(self.technician).action_complete()
        self.assertEqual(self._get_quantity(self.part, self.van), 2)
        self.assertFalse(order.has_leftover)

    def test_what_goes_back_is_a_native_transfer(self):
        order = self._create_issued_order(1)
        order.with_user(self.technician).action_return_leftover()
        order.with_user(self.technician).action_complete()
        back = order.picking_ids.filtered(
            lambda row: row.picking_type_id == self.warehouse.after_sales_return_type_id
        )
        self.assertEqual(back.state, "assigned")
        self.assertEqual(back.move_ids.product_uom_qty, 2)
        order._reopen("Still leaks.")
        order.outcome = "repaired"
        order.with_user(self.technician).action_complete()
        self.assertEqual(
            len(order.picking_ids.filtered(lambda r: r.state != "done")), 1
        )
        back.with_user(self.clerk).button_validate()
        self.assertEqual(back.state, "done")
        self.assertEqual(self._get_quantity(self.part, self.van), 0)
        self.assertEqual(order.requisition_ids.line_ids.quantity_issued, 1)
        self.assertFalse(order._get_left_by_requisition_line())

    def test_a_small_company_is_not_asked(self):
        self.company.after_sales_leftover_asked = False
        order = self._create_issued_order(1)
        order.with_user(self.technician).action_complete()
        self.assertEqual(order.state, "done")

    def test_a_stranger_settles_nothing(self):
        order = self._create_issued_order(1)
        with self.assertRaises(AccessError):
            order.with_user(self._create_stranger()).action_keep_leftover()
