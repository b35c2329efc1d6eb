import base64
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, LockError, RedirectWarning, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..common import AfterSalesCommon

SIGNATURE = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8A"
        "AAAASUVORK5CYII="
    )
)


class CustodyCommon(AfterSalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee.name = "Wang Wei"
        cls.second_user = new_test_user(
            cls.env,
            login="second.after.sales",
            name="Li Na",
            groups="after_sales_service.after_sales_group_technician",
        )
        cls.second = cls._create_technician(cls.second_user)
        cls.tool = cls._create_tool()

    @classmethod
    def _create_tool(cls, **vals):
        return cls.env["maintenance.equipment"].create(
            {
                "name": "Torque wrench",
                "is_after_sales_tool": True,
                "after_sales_ownership": "personal",
                "company_id": cls.company.id,
            }
            | vals
        )

    def _draft(self, kind="issue", user=None, tool=None, **vals):
        """Return a movement that the clerk prepared, seen by ``user``."""
        if kind in ("issue", "loan", "transfer"):
            vals.setdefault("employee_id", self.employee.id)
        movement = (
            self.env["after.sales.tool.movement"]
            .with_user(self.clerk)
            .create({"equipment_id": (tool or self.tool).id, "kind": kind} | vals)
        )
        return movement.with_user(user or self.clerk)

    def _issue(self, employee=None, tool=None, **vals):
        employee = employee or self.employee
        movement = self._draft(employee_id=employee.id, tool=tool, **vals)
        movement.with_user(employee.user_id)._sign(SIGNATURE)
        return movement


@tagged("post_install", "-at_install")
class TestTools(CustodyCommon):
    """Who holds a tool is what the signed ledger says."""

    def test_technician_signs_for_a_tool_on_his_own_screen(self):
        movement = self._draft(user=self.technician)
        wizard = Form(
            self.env["after.sales.tool.movement.sign"]
            .with_user(self.technician)
            .with_context(movement.action_sign()["context"])
        )
        self.assertEqual(wizard.signed_by, "Wang Wei")
        wizard.signature = SIGNATURE
        wizard.save().action_apply()
        self.assertEqual(movement.state, "done")
        self.assertEqual(movement.signed_by, "Wang Wei")
        self.assertTrue(movement.signed_on)
        self.assertEqual(self.tool.employee_id, self.employee)
        self.assertEqual(self.tool.after_sales_custody_id, movement)
        mine = (
            self.env["maintenance.equipment"]
            .with_user(self.technician)
            .search([("is_after_sales_tool", "=", True)])
        )
        self.assertEqual(mine, self.tool)

    def test_nothing_is_taken_without_a_signature(self):
        movement = self._draft(user=self.technician)
        with self.assertRaisesRegex(UserError, "Draw your signature first"):
            movement._sign(False)
        with self.assertRaisesRegex(UserError, "Wang Wei has to sign for Torque"):
            movement.with_user(self.clerk).action_confirm()
        self.assertFalse(self.tool.employee_id)

    def test_a_stranger_cannot_sign_nor_see(self):
        movement = self._draft(user=self.second_user)
        with self.assertRaises(AccessError):
            movement._sign(SIGNATURE)
        with self.assertRaises(AccessError):
            movement.read(["name"])
        with self.assertRaises(AccessError):
            self.tool.with_user(self.second_user).read(["name"])

    def test_who_only_reads_does_not_sign(self):
        movement = self._draft(user=self.auditor)
        self.assertTrue(movement.name)
        with self.assertRaises(AccessError):
            movement._sign(SIGNATURE)
        self.assertFalse(self.tool.employee_id)

    def test_the_giver_does_not_sign_for_the_receiver(self):
        self._issue()
        movement = self._draft("transfer", employee_id=self.second.id)
        with self.assertRaises(AccessError):
            movement.with_user(self.technician)._sign(SIGNATURE)

    def test_the_clerk_collects_the_signature_on_his_own_screen(self):
        movement = self._draft()
        movement._sign(SIGNATURE)
        self.assertEqual(movement.signed_by, "Wang Wei")
        self.assertEqual(movement.state, "done")

    def test_a_technician_cannot_issue_to_himself(self):
        with self.assertRaises(AccessError):
            self.env["after.sales.tool.movement"].with_user(self.technician).create(
                {"equipment_id": self.tool.id, "employee_id": self.employee.id}
            )
        movement = self._draft(user=self.technician)
        with self.assertRaises(AccessError):
            movement.write({"employee_id": self.second.id})
        with self.assertRaises(AccessError):
            movement.action_cancel()

    def test_issued_tool_cannot_be_issued_again(self):
        first = self._draft()
        second = self._draft(employee_id=self.second.id)
        first._sign(SIGNATURE)
        with self.assertRaisesRegex(
            UserError, "is with Wang Wei. Take it back first, or record a transfer"
        ):
            second.with_user(self.second_user)._sign(SIGNATURE)

    def test_two_clerks_at_once(self):
        movement = self._draft()
        with (
            patch.object(
                type(self.tool), "lock_for_update", side_effect=LockError("locked")
            ),
            self.assertRaisesRegex(UserError, "Somebody else is issuing"),
        ):
            movement._sign(SIGNATURE)

    def test_one_tool_twice_in_one_go(self):
        both = self._draft() | self._draft(employee_id=self.second.id)
        with self.assertRaisesRegex(UserError, "only go one way at a time"):
            both._sign(SIGNATURE)

    def test_return_takes_the_tool_out_of_the_sight_of_the_former_holder(self):
        self._issue()
        partner = self.technician.partner_id
        self.assertIn(partner, self.tool.message_partner_ids)
        back = self._draft("return", condition="worn")
        back.action_confirm()
        self.assertEqual(back.from_employee_id, self.employee)
        self.assertFalse(self.tool.employee_id)
        self.assertFalse(self.tool.after_sales_custody_id)
        self.assertNotIn(partner, self.tool.message_partner_ids)
        self._draft(employee_id=self.second.id)._sign(SIGNATURE)
        self.assertEqual(self.tool.employee_id, self.second)

    def test_technician_cannot_confirm_his_own_return(self):
        self._issue()
        back = self._draft("return")
        with self.assertRaises(AccessError):
            back.with_user(self.technician).action_confirm()

    def test_transfer_from_one_to_the_other(self):
        self._issue()
        movement = self._draft("transfer", employee_id=self.second.id)
        movement.with_user(self.second_user)._sign(SIGNATURE)
        self.assertEqual(movement.from_employee_id, self.employee)
        self.assertEqual(self.tool.employee_id, self.second)

    def test_transfer_of_a_tool_in_store(self):
        movement = self._draft("transfer", employee_id=self.second.id)
        with self.assertRaisesRegex(UserError, "Nobody holds Torque wrench"):
            movement._sign(SIGNATURE)

    def test_loss_is_confirmed_by_a_supervisor(self):
        self._issue()
        loss = self._draft("loss")
        with self.assertRaisesRegex(AccessError, "confirmed by a supervisor"):
            loss.action_confirm()
        loss.with_user(self.supervisor).action_confirm()
        self.assertFalse(self.tool.active)
        self.assertFalse(self.tool.employee_id)
        self.assertEqual(loss.from_employee_id, self.employee)
        with self.assertRaisesRegex(UserError, "no service tool in use"):
            self._draft(employee_id=self.second.id)._sign(SIGNATURE)

    @freeze_time("2026-11-02 08:00:00")
    def test_overdue_calibration_is_not_issued(self):
        self.tool.after_sales_calibration_due = "2026-11-01"
        self.tool.after_sales_calibration_months = 12
        movement = self._draft(date="2026-11-02 08:00:00")
        with self.assertRaisesRegex(UserError, "was due on 2026-11-01. Have it cal"):
            movement._sign(SIGNATURE)
        self.tool.with_user(self.clerk).action_after_sales_calibrated()
        self.assertEqual(f"{self.tool.after_sales_calibration_due}", "2027-11-02")
        movement._sign(SIGNATURE)
        self.assertEqual(self.tool.employee_id, self.employee)

    def test_holder_cannot_be_written_past_the_ledger(self):
        self._issue()
        for vals in (
            {"employee_id": self.second.id},
            {"employee_id": False},
            {"equipment_assign_to": "other"},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(UserError, "with a tool movement"),
            ):
                self.tool.write(vals)
        with self.assertRaisesRegex(UserError, "confirming a tool movement"):
            self.tool.after_sales_custody_id = False

    def test_other_equipment_is_assigned_as_ever(self):
        laptop = self.env["maintenance.equipment"].create({"name": "Laptop"})
        laptop.employee_id = self.employee
        laptop.employee_id = self.second
        self.assertEqual(laptop.employee_id, self.second)

    def test_tool_held_before_gets_an_opening_row(self):
        tool = self.env["maintenance.equipment"].create(
            {"name": "Multimeter", "employee_id": self.employee.id}
        )
        tool.is_after_sales_tool = True
        row = tool.after_sales_movement_ids
        self.assertRecordValues(
            row, [{"state": "done", "kind": "issue", "employee_id": self.employee.id}]
        )
        self.assertEqual(tool.employee_id, self.employee)
        self.assertEqual(tool.after_sales_custody_id, row)

    def test_confirmed_rows_stay(self):
        movement = self._issue()
        for vals in ({"employee_id": self.second.id}, {"note": "x"}, {"date": False}):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(UserError, "confirmed and stays as it is"),
            ):
                movement.sudo().write(vals)
        with self.assertRaisesRegex(UserError, "never removed"):
            movement.sudo().unlink()
        with self.assertRaisesRegex(UserError, "Done.* and cannot become"):
            movement.action_cancel()

    def test_signature_is_not_written_by_hand(self):
        movement = self._draft()
        with self.assertRaisesRegex(UserError, "Sign and Take"):
            movement.signature = SIGNATURE
        with self.assertRaisesRegex(UserError, "Sign and Take"):
            self._draft(signed_by="Wang Wei")

    def test_form_of_the_clerk(self):
        with Form(
            self.env["after.sales.tool.movement"]
            .with_user(self.clerk)
            .with_context(default_equipment_id=self.tool.id, default_kind="loan")
        ) as form:
            form.employee_id = self.employee
            form.date_due = "2026-12-01"
        movement = form.save()
        self.assertRegex(movement.name, r"^TM/\d{4}/\d+")

    @freeze_time("2026-11-20 08:00:00")
    def test_overdue_loan_is_asked_back_once(self):
        movement = self._draft("loan", date_due="2026-11-10")
        movement._sign(SIGNATURE)
        remind = self.env["after.sales.tool.movement"]._cron_remind_overdue
        remind()
        remind()
        activity = self.tool.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.technician)
        self.assertIn("was due back on 2026-11-10", str(activity.note))
        self._draft("return").action_confirm()
        self.assertFalse(self.tool.activity_ids)

    def test_tool_card(self):
        self._issue()
        report = self.env["ir.actions.report"].with_user(self.technician)
        html, _kind = report._render_qweb_html(
            "after_sales_service.report_after_sales_tool_card", self.employee.ids
        )
        self.assertIn(b"Torque wrench", html)
        with self.assertRaisesRegex(AccessError, "your own tool card"):
            self.employee.with_user(self.second_user)._after_sales_get_tools()


@tagged("post_install", "-at_install")
class TestHandover(CustodyCommon):
    """Nobody leaves with what is the company's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hr_user = new_test_user(
            cls.env, login="hr.after.sales", groups="hr.group_hr_user"
        )
        cls.hr_manager = new_test_user(
            cls.env, login="hrm.after.sales", groups="hr.group_hr_manager"
        )

    def _handover(self, user=None):
        return (
            self.env["after.sales.handover"]
            .with_user(user or self.hr_user)
            .create({"employee_id": self.employee.id})
        )

    def _wizard(self, user):
        return (
            self.env["hr.departure.wizard"]
            .with_user(user)
            .with_context(employee_termination=True)
            .create(
                {
                    "departure_reason_id": self.env.ref("hr.departure_resigned").id,
                    "employee_ids": [Command.set(self.employee.ids)],
                    "set_date_end": False,
                }
            )
        )

    def test_archiving_is_refused_while_a_tool_is_held(self):
        self._issue()
        employee = self.employee.with_user(self.hr_user)
        with self.assertRaisesRegex(
            RedirectWarning, "Wang Wei still answers for Torque wrench"
        ):
            employee.action_archive()
        with self.assertRaises(RedirectWarning):
            employee.write({"active": False})
        with self.assertRaises(RedirectWarning):
            employee.is_after_sales_technician = False
        with self.assertRaises(RedirectWarning):
            self._wizard(self.hr_manager).action_register_departure()
        self.assertTrue(self.employee.active)

    def test_settled_by_returning(self):
        self._issue()
        handover = self._handover()
        self.assertRecordValues(
            handover.line_ids,
            [{"kind": "tool", "name": "Torque wrench", "is_settled": False}],
        )
        with self.assertRaisesRegex(
            UserError, "Wang Wei still answers for Torque wrench. Return it"
        ):
            handover.action_settle()
        self._draft("return").action_confirm()
        handover.action_settle()
        self.assertEqual(handover.state, "done")
        self.assertTrue(handover.line_ids.is_settled)
        self._wizard(self.hr_manager).action_register_departure()
        self.assertFalse(self.employee.active)

    def test_van_stock_counts(self):
        van = self.env["stock.location"].create(
            {"name": "Van 1", "location_id": self.warehouse.view_location_id.id}
        )
        self.employee.after_sales_van_id = van
        part = self._create_part("Bearing")
        self._put_in_stock(part, 3, van)
        (line,) = self._handover().line_ids
        self.assertEqual((line.kind, line.name, line.quantity), ("van", "Bearing", 3))
        with self.assertRaisesRegex(RedirectWarning, "Bearing"):
            self.employee.with_user(self.hr_user).action_archive()

    def test_hr_manager_forces_with_a_reason(self):
        self._issue()
        handover = self._handover()
        handover.force_reason = "Died; the family looks for it."
        with self.assertRaisesRegex(AccessError, "Only an HR manager"):
            handover.action_force()
        handover = handover.with_user(self.hr_manager)
        handover.force_reason = False
        with self.assertRaisesRegex(UserError, "Write the reason"):
            handover.action_force()
        handover.force_reason = "Died; the family looks for it."
        handover.action_force()
        # Odoo would free the equipment now; the ledger still says who had it.
        laptop = self.env["maintenance.equipment"].create(
            {"name": "Laptop", "employee_id": self.employee.id}
        )
        self._wizard(self.hr_manager).action_register_departure()
        self.assertFalse(self.employee.active)
        self.assertEqual(self.tool.employee_id, self.employee)
        self.assertFalse(laptop.employee_id)

    def test_forcing_does_not_cover_what_was_taken_later(self):
        self._issue()
        handover = self._handover(self.hr_manager)
        handover.force_reason = "Unreachable"
        handover.action_force()
        self._issue(tool=self._create_tool(name="Crane scale"))
        with self.assertRaisesRegex(RedirectWarning, "Crane scale"):
            self.employee.with_user(self.hr_user).action_archive()

    def test_technician_reads_his_own_handover_only(self):
        self._issue()
        handover = self._handover()
        handover.with_user(self.technician).read(["name", "line_ids", "open_count"])
        with self.assertRaises(AccessError):
            handover.with_user(self.second_user).read(["name"])
        with self.assertRaises(AccessError):
            handover.with_user(self.technician).action_settle()

    def test_employee_without_custody_leaves_as_ever(self):
        self.assertFalse(self.second._after_sales_open_custody())
        self.second.with_user(self.hr_user).action_archive()
        self.assertFalse(self.second.active)

    def test_orders_and_old_parts_count(self):
        part = self._create_part("Motor")
        order = self._create_order(
            line_ids=[Command.create({"product_id": part.id, "quantity": 1})]
        )
        self.assertFalse(self.employee._after_sales_open_custody())  # only a draft
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE after_sales_order SET state = 'planned' WHERE id = %s", [order.id]
        )
        order.invalidate_recordset()
        self.env["after.sales.old.part"].create(
            {
                "technician_id": self.employee.id,
                "product_id": part.id,
                "order_line_id": order.line_ids.id,
                "order_id": order.id,
                "company_id": self.company.id,
            }
        )
        lines = self._handover().line_ids
        self.assertEqual(lines.mapped("kind"), ["old_part", "order"])
        self.assertIn("Motor", lines[0].name)
