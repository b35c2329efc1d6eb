from odoo import Command, fields
from odoo.tests import Form

from odoo.addons.after_sales_service.tests.common import AfterSalesCommon


class DecisionCommon(AfterSalesCommon):
    """A pump with three covers, and the order of the story on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._create_pump()
        cls._create_policy(cls.pump)
        cls.unit = cls._create_unit(cls.pump)
        cls.labour = cls._create_product(
            name="Field labour",
            type="service",
            is_storable=False,
            after_sales_kind="labour",
            list_price=200.0,
            uom_id=cls.env.ref("uom.product_uom_hour").id,
        )
        cls.trip = cls._create_product(
            name="Trip zone 2",
            type="service",
            is_storable=False,
            after_sales_kind="travel",
            list_price=80.0,
        )
        cls.misuse = cls.env["after.sales.fault.code"].create(
            {
                "name": "Misuse",
                "code": "C-T2",
                "kind": "cause",
                "cover_effect": "voids",
            }
        )

    def _create_story(self, **vals):
        """The order of the story: motor free, bearing and seal paid, labour split."""
        return self._create_order(
            **{
                "unit_id": self.unit.id,
                "date_fault": fields.Date.to_date("2026-03-10"),
                "line_ids": [
                    Command.create({"product_id": self.motor.id}),
                    Command.create({"product_id": self.bearing.id, "quantity": 2}),
                    Command.create({"product_id": self.seal.id}),
                    Command.create({"product_id": self.labour.id, "quantity": 1.5}),
                    Command.create({"product_id": self.trip.id}),
                ],
            }
            | vals
        )

    def _candidates(self, line, user=None):
        """Return the list of covers that ``user`` sees for ``line``."""
        action = line.with_user(user or self.technician).action_show_candidates()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.technician)
            .with_context(**action["context"])
            .create({})
        )

    def _override(self, line, user, **vals):
        """Fill in the dialog of an override as ``user`` and apply it."""
        wizard = self.env["after.sales.order.line.override"].with_user(user)
        form = Form(wizard.with_context(default_line_id=line.id))
        for name, value in (
            {"category": "C", "reason": "Promised by phone"} | vals
        ).items():
            setattr(form, name, value)
        wizard = form.save()
        wizard.action_apply()
        return wizard

    def _quote(self, order):
        """Send the customer the prices: the lines are locked from now on."""
        order.action_create_quotation()
        order.sale_order_ids._after_sales_mark_sent()
