from collections import defaultdict

from odoo import models
from odoo.exceptions import AccessError, RedirectWarning


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    # === CRUD === #
    def write(self, vals):
        if vals.get("active") is False:
            self.filtered("active")._after_sales_check_departure()
        if vals.get("is_after_sales_technician") is False:
            self.filtered("is_after_sales_technician")._after_sales_check_departure()
        return super().write(vals)

    # === BUSINESS === #
    def _after_sales_open_custody(self):
        """Return what the employees still answer for. Meant to be extended.

        :return: one dict for each thing: ``employee``, ``kind`` (a key of
            ``after.sales.handover.line.kind``), ``record``, ``name``, ``quantity`` and
            ``todo``, a sentence on how to settle it
        :rtype: list[dict]
        """
        return (
            self._after_sales_open_tools()
            + self._after_sales_open_parts()
            + self._after_sales_open_old_parts()
            + self._after_sales_open_cash()
            + self._after_sales_open_orders()
        )

    def _after_sales_open_tools(self):
        # sudo: custody is told to HR officers, who need not see tools.
        tools = (
            self.env["maintenance.equipment"]
            .sudo()
            .search(
                [("is_after_sales_tool", "=", True), ("employee_id", "in", self.ids)]
            )
        )
        return [
            {
                "employee": tool.employee_id.sudo(False),
                "kind": "tool",
                "record": tool,
                "name": tool.display_name,
                "quantity": 1.0,
                "todo": self.env._("Return it or transfer it to somebody else."),
            }
            for tool in tools
        ]

    def _after_sales_open_parts(self):
        vans = {
            employee.after_sales_van_id: employee
            for employee in self.sudo()  # sudo: HR need not see stock locations
            if employee.after_sales_van_id
        }
        if not vans:
            return []
        # sudo: custody is told to HR officers, who need not see stock.
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("location_id", "child_of", [van.id for van in vans]),
                    ("owner_id", "=", False),
                    ("quantity", ">", 0),
                ],
                ["location_id", "product_id"],
                ["quantity:sum"],
            )
        )
        amounts = defaultdict(float)
        for location, product, quantity in groups:
            for van, employee in vans.items():
                if location.parent_path.startswith(van.parent_path):
                    amounts[employee, product] += quantity
        return [
            {
                "employee": employee.sudo(False),
                "kind": "van",
                "record": product,
                "name": product.display_name,
                "quantity": quantity,
                "todo": self.env._(
                    "Return it to the warehouse or transfer it to another van."
                ),
            }
            for (employee, product), quantity in amounts.items()
        ]

    def _after_sales_open_old_parts(self):
        # sudo: custody is told to HR officers, who need not see old parts.
        parts = (
            self.env["after.sales.old.part"]
            .sudo()
            .search([("technician_id", "in", self.ids), ("state", "=", "due")])
        )
        return [
            {
                "employee": part.technician_id.sudo(False),
                "kind": "old_part",
                "record": part,
                "name": f"{part.name} {part.product_id.display_name}",
                "quantity": part.quantity,
                "todo": self.env._("Hand it in to the spare-parts store."),
            }
            for part in parts
        ]

    def _after_sales_open_cash(self):
        return [
            {
                "employee": employee.sudo(False),
                "kind": "cash",
                "record": employee,
                "name": self.env._(
                    "Cash (%(currency)s)", currency=employee.company_id.currency_id.name
                ),
                "quantity": employee.after_sales_cash_on_hand,
                "todo": self.env._("Hand it over to accounting."),
            }
            for employee in self.sudo()  # sudo: as above
            if employee.after_sales_cash_on_hand
        ]

    def _after_sales_open_orders(self):
        # sudo: custody is told to HR officers, who need not see orders.
        orders = (
            self.env["after.sales.order"]
            .sudo()
            .search(
                [
                    ("technician_id", "in", self.ids),
                    ("state", "in", ("planned", "on_site", "waiting")),
                ]
            )
        )
        return [
            {
                "employee": order.technician_id.sudo(False),
                "kind": "order",
                "record": order,
                "name": order.display_name,
                "quantity": 1.0,
                "todo": self.env._("Finish it or assign it to somebody else."),
            }
            for order in orders
        ]

    def _after_sales_check_departure(self):
        """Refuse to let somebody go who still holds what is the company's.

        An HR manager can force it by closing the handover with a reason.

        :raise RedirectWarning: with the way to the handover
        """
        custody = self._after_sales_open_custody()
        if not custody:
            return
        forced = self._after_sales_get_forced_keys()
        for thing in custody:
            key = (thing["employee"].id, thing["kind"], thing["record"].id)
            if key not in forced:
                thing["employee"]._after_sales_refuse_departure(thing, len(custody))

    def _after_sales_get_forced_keys(self):
        """Return which open things an HR manager let go, as keys of the list."""
        # sudo: it is asked for whoever archives, who need not read handovers.
        lines = (
            self.env["after.sales.handover.line"]
            .sudo()
            .search(
                [
                    ("handover_id.employee_id", "in", self.ids),
                    ("handover_id.state", "=", "done"),
                    ("handover_id.force_reason", "!=", False),
                    ("is_settled", "=", False),
                ]
            )
        )
        return {
            (line.handover_id.employee_id.id, line.kind, line.res_id) for line in lines
        }

    def _after_sales_refuse_departure(self, thing, count):
        raise RedirectWarning(
            self.env._(
                "%(employee)s still answers for %(name)s (open items: %(count)s). Open "
                "a handover and settle them first.",
                employee=self.name,
                name=thing["name"],
                count=count,
            ),
            self.env.ref("after_sales_service.after_sales_handover_action").id,
            self.env._("Open the Handovers"),
            {"default_employee_id": self.id},
        )

    def _after_sales_get_tools(self):
        """Return the tools that one employee holds, for the tool card.

        :raise AccessError: if the card is not the user's own and they do not handle
            tools or people
        """
        self.ensure_one()
        user = self.env.user
        if self.user_id != user and not user.has_groups(
            "after_sales_service.after_sales_group_clerk,"
            "after_sales_service.after_sales_group_supervisor,"
            "after_sales_service.after_sales_group_auditor,hr.group_hr_user"
        ):
            raise AccessError(self.env._("You can only print your own tool card."))
        # sudo: whoever may see the card sees the tools on it; checked above.
        return (
            self.env["maintenance.equipment"]
            .sudo()
            .search(
                [("is_after_sales_tool", "=", True), ("employee_id", "=", self.id)],
                order="name, id",
            )
        )


class HrEmployeePublic(models.Model):
    _inherit = "hr.employee.public"

    def _after_sales_get_tools(self):
        return self.employee_id._after_sales_get_tools()
