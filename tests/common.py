"""One company, one user per role, and factories for what the stories need."""

import importlib.util
from pathlib import Path

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user

from odoo.addons import after_sales_service

ROLES = {
    "agent": "after_sales_service.after_sales_group_agent",
    "technician": "after_sales_service.after_sales_group_technician",
    "supervisor": "after_sales_service.after_sales_group_supervisor",
    "manager": "after_sales_service.after_sales_group_manager",
    "clerk": "after_sales_service.after_sales_group_clerk",
    "auditor": "after_sales_service.after_sales_group_auditor",
}


class AfterSalesCommon(TransactionCase):
    """The world of the tests: made here, never taken from demo data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={
                **cls.env.context,
                "tracking_disable": True,
                "no_reset_password": True,
                "lang": "en_US",
            }
        )
        cls.company = cls.env.company
        cls.company.partner_id.tz = "UTC"
        cls.company.resource_calendar_id.tz = "UTC"
        cls.env.user.tz = "UTC"
        for role, group in ROLES.items():
            user = new_test_user(
                cls.env,
                login=f"{role}.after.sales",
                name=role.title(),
                groups=group,
                tz="UTC",
                email=f"{role}@example.com",
            )
            setattr(cls, role, user)
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.team = cls.env["after.sales.team"].create(
            {
                "name": "Field service",
                "leader_id": cls.supervisor.id,
                "warehouse_id": cls.warehouse.id,
            }
        )
        cls.customer = cls._create_partner(name="Jiangnan Water Works")
        cls.employee = cls._create_technician(cls.technician)

    # === FACTORIES === #
    @classmethod
    def _create_partner(cls, **vals):
        return cls.env["res.partner"].create(
            {"name": "Customer", "is_company": True, "email": "water@example.com"}
            | vals
        )

    @classmethod
    def _create_technician(cls, user, **vals):
        """Return the employee of ``user``, a technician of the team."""
        return cls.env["hr.employee"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": cls.company.id,
                "is_after_sales_technician": True,
                "after_sales_team_id": cls.team.id,
                "hourly_cost": 60.0,
                "tz": "UTC",
            }
            | vals
        )

    @classmethod
    def _create_product(cls, **vals):
        """Return a storable product with a price and a cost."""
        return cls.env["product.product"].create(
            {
                "name": "Product",
                "type": "consu",
                "is_storable": True,
                "list_price": 100.0,
                "standard_price": 60.0,
                "taxes_id": [Command.clear()],
            }
            | vals
        )

    @classmethod
    def _create_part(cls, name, **vals):
        return cls._create_product(name=name, is_after_sales_part=True, **vals)

    @classmethod
    def _create_pump(cls, **vals):
        """Return a serial-tracked pump with frame, motor and seal positions."""
        pump = cls._create_product(
            **{
                "name": "PX2 dosing pump",
                "tracking": "serial",
                "list_price": 9000.0,
                "standard_price": 5200.0,
                "after_sales_register": "unit",
            }
            | vals
        )
        cls.motor = cls._create_part(
            "Motor M4", list_price=1200.0, standard_price=700.0
        )
        cls.bearing = cls._create_part(
            "Bearing 6204", list_price=96.0, standard_price=31.0
        )
        cls.seal = cls._create_part(
            "Shaft seal",
            list_price=48.0,
            standard_price=12.0,
            is_after_sales_wearing=True,
        )
        cls.frame_position, cls.motor_position, cls.seal_position = cls.env[
            "after.sales.component"
        ].create(
            [
                {
                    "name": "Frame",
                    "code": "10",
                    "product_tmpl_id": pump.product_tmpl_id.id,
                    "component_class": "frame",
                    "part_ids": [Command.set(cls.bearing.ids)],
                    "labour_hours": 0.3,
                },
                {
                    "name": "Motor",
                    "code": "20",
                    "product_tmpl_id": pump.product_tmpl_id.id,
                    "component_class": "drive",
                    "is_serialised": True,
                    "part_ids": [Command.set(cls.motor.ids)],
                    "labour_hours": 0.9,
                },
                {
                    "name": "Shaft seal",
                    "code": "30",
                    "product_tmpl_id": pump.product_tmpl_id.id,
                    "component_class": "wearing",
                    "is_wearing": True,
                    "part_ids": [Command.set(cls.seal.ids)],
                    "labour_hours": 0.3,
                },
            ]
        )
        return pump

    @classmethod
    def _create_policy(cls, product, **vals):
        """Return the pump's terms: frame 12 months, motor 24, seals none."""
        return cls.env["after.sales.warranty.policy"].create(
            {
                "name": "Standard pump warranty",
                "product_tmpl_id": product.product_tmpl_id.id,
                "line_ids": [
                    Command.create({"component_id": cls.frame_position.id, "term": 12}),
                    Command.create({"component_id": cls.motor_position.id, "term": 24}),
                    Command.create(
                        {"component_id": cls.seal_position.id, "is_excluded": True}
                    ),
                ],
            }
            | vals
        )

    @classmethod
    def _renew_policy(cls, policy, **vals):
        """Return a version of ``policy`` with other terms, for units made later."""
        draft = policy._create_version()
        draft.write({"date_from": "2000-01-01"} | vals)
        draft.action_put_in_force()
        return draft

    def _migrate(self, script):
        """Run one migration script as an update does.

        :param str script: ``version/name.py`` below ``migrations``
        """
        path = Path(after_sales_service.__file__).parent / "migrations" / script
        spec = importlib.util.spec_from_file_location("migration", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()

    @classmethod
    def _create_unit(cls, product, **vals):
        return cls.env["after.sales.unit"].create(
            {
                "name": "PX2-004711",
                "product_id": product.id,
                "partner_id": cls.customer.id,
                "date_delivered": fields.Date.to_date("2025-01-10"),
            }
            | vals
        )

    @classmethod
    def _create_ticket(cls, **vals):
        return cls.env["after.sales.ticket"].create(
            {
                "subject": "Pump leaks at the shaft",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
            }
            | vals
        )

    @classmethod
    def _create_order(cls, **vals):
        return cls.env["after.sales.order"].create(
            {
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "technician_id": cls.employee.id,
            }
            | vals
        )

    @classmethod
    def _put_in_stock(cls, product, quantity, location=None, lot=None):
        """Lay ``quantity`` pieces into ``location`` (the warehouse's stock)."""
        cls.env["stock.quant"]._update_available_quantity(
            product, location or cls.warehouse.lot_stock_id, quantity, lot_id=lot
        )

    @classmethod
    def _create_lots(cls, product, names):
        return cls.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in names]
        )

    @classmethod
    def _deliver(cls, product, lots=None, quantity=1, partner=None, source=None):
        """Validate a transfer of ``product`` to ``partner``; returns it done."""
        source = source or cls.warehouse.lot_stock_id
        for lot in lots or [None]:
            cls._put_in_stock(product, 1 if lots else quantity, source, lot)
        picking = cls.env["stock.picking"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "picking_type_id": cls.warehouse.out_type_id.id,
                "location_id": source.id,
                "location_dest_id": cls.env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": len(lots) if lots else quantity,
                            "location_id": source.id,
                            "location_dest_id": cls.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.move_line_ids.unlink()
        cls.env["stock.move.line"].create(
            [
                {
                    "move_id": picking.move_ids.id,
                    "picking_id": picking.id,
                    "product_id": product.id,
                    "lot_id": lot.id if lot else False,
                    "quantity": 1 if lots else quantity,
                    "location_id": source.id,
                    "location_dest_id": picking.location_dest_id.id,
                }
                for lot in lots or [None]
            ]
        )
        picking.move_ids.picked = True
        picking._action_done()
        cls.env["after.sales.unit"].sudo()._register_moves(picking.move_ids)
        return picking

    @classmethod
    def _return(cls, picking):
        """Bring everything of ``picking`` back into stock; returns that transfer."""
        wizard = (
            cls.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        for line in wizard.product_return_moves:
            line.quantity = line.move_id.quantity
        back = cls.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.picked = True
        back._action_done()
        cls.env["after.sales.unit"].sudo()._register_moves(back.move_ids)
        return back
