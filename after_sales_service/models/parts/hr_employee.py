from odoo import Command, models
from odoo.exceptions import AccessError, UserError


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def action_create_van(self):
        """Give each technician a location of their own below the warehouse's vans."""
        if not self.env.user.has_group(
            "after_sales_service.after_sales_group_supervisor"
        ):
            raise AccessError(
                self.env._("Only a service supervisor can give a technician a van.")
            )
        # The companies of the supervisor, as the rule of the public employees says.
        self.env["hr.employee.public"].browse(self.ids).check_access("read")
        for employee in self.sudo():  # supervisors have no rights on locations
            employee._create_van()
        return True

    def _create_van(self):
        self.ensure_one()
        if self.after_sales_van_id:
            return
        warehouse = self._get_after_sales_warehouse()
        if not warehouse.after_sales_vans_location_id:
            warehouse._create_after_sales_data()
        self.after_sales_van_id = self.env["stock.location"].create(
            {
                "name": self.name,
                "usage": "internal",
                "location_id": warehouse.after_sales_vans_location_id.id,
                "company_id": self.company_id.id,
            }
        )

    def _get_after_sales_warehouse(self):
        """Return the warehouse the technician is served from.

        :raise UserError: if the company has none
        """
        self.ensure_one()
        warehouse = self.after_sales_team_id.warehouse_id or self.env[
            "stock.warehouse"
        ].search([("company_id", "=", self.company_id.id)], limit=1)
        if not warehouse:
            raise UserError(
                self.env._(
                    "%(company)s has no warehouse. Create one in Inventory first.",
                    company=self.company_id.display_name,
                )
            )
        return warehouse

    def _get_no_van_message(self):
        """Return the sentence for whom parts cannot be carried."""
        self.ensure_one()
        return self.env._(
            "%(technician)s has no van. Open the employee and press “Create Van”.",
            technician=self.name,
        )

    def _after_sales_return_parts(self, rows):
        """Announce parts from the van to the warehouse; the clerk takes them in.

        :param rows: list of ``(product, lot or empty, quantity)``, where wanted with
            the ``after.sales.requisition.line`` that had issued it as a fourth
        :return: the native transfer, reserved and to be validated by the clerk
        :raise UserError: if nothing is returned, or more than the van has
        """
        self.ensure_one()
        self._check_return_right()
        # Technicians have no stock rights; their right was checked above.
        employee = self.sudo()
        van = employee.after_sales_van_id
        if not van:
            raise UserError(self._get_no_van_message())
        if not rows or any(row[2] <= 0 for row in rows):
            raise UserError(self.env._("Write how many pieces of each part go back."))
        picking = employee.env["stock.picking"].create(
            employee._prepare_part_return_vals(rows)
        )
        picking.action_confirm()
        short = picking.move_ids.filtered(
            lambda move: (
                move.product_uom.compare(move.quantity, move.product_uom_qty) < 0
            )
        )
        if short:
            raise UserError(
                self.env._(
                    "%(van)s does not have %(quantity)g %(part)s to give back. Count "
                    "the van or correct the quantity.",
                    van=van.display_name,
                    quantity=short[0].product_uom_qty,
                    part=short[0].product_id.display_name,
                )
            )
        return picking

    def _check_return_right(self):
        """Let people return their own parts; clerks and supervisors anybody's."""
        own = self.sudo().user_id == self.env.user  # a private field
        if not own and not any(
            self.env.user.has_group(f"after_sales_service.after_sales_group_{role}")
            for role in ("clerk", "supervisor")
        ):
            raise AccessError(
                self.env._("You can only give back the parts of your own van.")
            )

    def _prepare_part_return_vals(self, rows):
        """Return the values of the transfer from the van to the warehouse."""
        van = self.after_sales_van_id
        picking_type = van.warehouse_id.after_sales_return_type_id
        destination = picking_type.default_location_dest_id
        base = {
            "location_id": van.id,
            "location_dest_id": destination.id,
            "company_id": van.company_id.id,
        }
        return base | {
            "picking_type_id": picking_type.id,
            "partner_id": self.work_contact_id.id,
            "origin": self.env._("Unused parts of %(name)s", name=self.name),
            "move_ids": [
                Command.create(
                    base
                    | {
                        "product_id": product.id,
                        "product_uom": product.uom_id.id,
                        "product_uom_qty": quantity,
                        "after_sales_requisition_line_id": line and line[0].id,
                        "move_line_ids": [
                            Command.create(
                                base
                                | {
                                    "product_id": product.id,
                                    "product_uom_id": product.uom_id.id,
                                    "lot_id": lot.id,
                                    "quantity": quantity,
                                }
                            )
                        ]
                        if lot
                        else [],
                    }
                )
                for product, lot, quantity, *line in rows
            ],
        }


class HrEmployeePublic(models.Model):
    _inherit = "hr.employee.public"

    def action_create_van(self):
        """Do it from the list that people without HR rights see."""
        return self.env["hr.employee"].browse(self.ids).action_create_van()
