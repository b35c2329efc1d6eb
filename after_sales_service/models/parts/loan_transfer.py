from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..platform.state_mixin import _MOVE

# Days after the due day on which something is said; each rung is climbed once.
RUNGS = (-2, 1, 7, 14)


class AfterSalesLoan(models.Model):
    """Out and back in native transfers, and the reminders between."""

    _inherit = "after.sales.loan"

    # === BUSINESS: out and back === #
    def _hand_over(self, signed_by, signature, **vals):
        """Give the loaner to the customer: one native transfer to “On loan”.

        :param str signed_by: who took it
        :param signature: the picture in base64
        :param vals: condition, check-list and photos on leaving
        :raise UserError: if it is not signed, not reserved, or not on the shelf
        """
        self.ensure_one()
        self.check_access("write")
        if not (signed_by or "").strip() or not signature:
            raise UserError(
                self.env._("Let the customer enter the name and sign for the loaner.")
            )
        if not vals.get("condition_out"):
            raise UserError(self.env._("Say in which condition the loaner leaves."))
        self._move_to(
            "out",
            signed_by=signed_by.strip(),
            signature=signature,
            date_out=fields.Datetime.now(),
            **vals,
        )
        self.flush_recordset()  # let the database refuse a second hand-over now
        self._transfer("after_sales_loan_out_type_id")
        self._mark_unit("loan")

    def _take_back(self, condition, note=False, photos=()):
        """Check the loaner and take it into the pool again.

        :param str condition: key of ``condition_in``
        :param str note: what was found; needed if it is damaged or incomplete
        :param photos: ``ir.attachment`` records
        :raise UserError: if it is not out, or the damage is not described
        """
        self.ensure_one()
        self.check_access("write")
        if not condition:
            raise UserError(self.env._("Say in which condition the loaner came back."))
        if condition in ("damaged", "incomplete") and not (note or "").strip():
            raise UserError(
                self.env._(
                    "Describe what is damaged or missing on %(loan)s.",
                    loan=self.display_name,
                )
            )
        vals = {
            "condition_in": condition,
            "check_note": note,
            "photo_in_ids": [Command.link(photo.id) for photo in photos],
        }
        if self.is_check_missing:  # the warehouse took it back without a check
            self.write(vals)
            return
        self._move_to("returned", date_back=fields.Datetime.now(), **vals)
        self._transfer("after_sales_loan_in_type_id")
        self._close_loan()

    def _transfer(self, type_field):
        """Move the loaner with a native transfer and validate it.

        :param str type_field: field of the warehouse with the operation type
        :raise UserError: if the loaner is not where it should be; nothing is moved
        """
        # Who lends has no stock rights; right and state were checked by the caller.
        loan = self.sudo()
        picking_type = loan.warehouse_id[type_field]
        loan._check_on_the_spot(picking_type.default_location_src_id)
        picking = loan.env["stock.picking"].create(
            loan._prepare_transfer_vals(picking_type)
        )
        picking.action_confirm()
        picking.move_ids.picked = True
        picking._validate_after_sales()

    def _check_on_the_spot(self, place):
        quants = self.env["stock.quant"].search(
            [
                ("location_id", "child_of", place.ids),
                ("lot_id", "=", self.lot_id.id),
                ("owner_id", "=", False),
                ("quantity", ">", 0),
            ]
        )
        if not any(quant.quantity > quant.reserved_quantity for quant in quants):
            raise UserError(
                self.env._(
                    "%(serial)s does not stand in %(place)s, or another transfer "
                    "reserved it. See its place in Inventory and try again.",
                    serial=self.lot_id.name,
                    place=place.display_name,
                )
            )

    def _prepare_transfer_vals(self, picking_type):
        """Return the values of the transfer of one loaner. Meant to be extended."""
        self.ensure_one()
        base = {
            "location_id": picking_type.default_location_src_id.id,
            "location_dest_id": picking_type.default_location_dest_id.id,
            "company_id": self.company_id.id,
        }
        line = {
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "lot_id": self.lot_id.id,
            "quantity": 1.0,
        }
        move = {
            "product_id": self.product_id.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": 1.0,
            "move_line_ids": [Command.create(base | line)],
        }
        return base | {
            "picking_type_id": picking_type.id,
            "partner_id": self.partner_id.id,
            "origin": self.name,
            "after_sales_loan_id": self.id,
            "move_ids": [Command.create(base | move)],
        }

    def _follow_moves(self, moves):
        """Close loans whose loaner the warehouse took back with its own transfer."""
        back = moves.filtered(
            lambda move: (
                move.location_id == move.company_id.after_sales_loan_location_id
                and move.picking_id.after_sales_loan_id.state == "out"
            )
        ).picking_id.after_sales_loan_id
        if back:
            back._move_to("returned", date_back=fields.Datetime.now())
            back._close_loan()

    def _close_loan(self):
        self.activity_unlink(["after_sales_service.mail_activity_type_loan"])
        for loan in self:
            loan._mark_unit("returned")

    # === BUSINESS: the register of units === #
    def _mark_unit(self, place):
        """Show on the card of the loaner where it is; a new loaner gets its card."""
        self.ensure_one()
        if self.product_id.product_tmpl_id.after_sales_register == "none":
            return
        # Who lends need not have rights on units.
        Unit = self.env["after.sales.unit"].sudo().with_context(active_test=False)
        unit = Unit.search(
            [
                ("company_id", "=", self.company_id.id),
                ("product_id", "=", self.product_id.id),
                ("lot_id", "=", self.lot_id.id),
            ],
            limit=1,
        )
        if unit:
            unit.place = place
        else:
            Unit.create(self._prepare_unit_vals(place))

    def _prepare_unit_vals(self, place):
        """Return the values of the card of a loaner that has none yet."""
        return {
            "name": self.lot_id.sudo().name,  # only the number
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "place": place,
        }

    # === BUSINESS: reminders === #
    @api.model
    def _cron_remind(self):
        """Remind customers and colleagues of loaners; each rung once."""
        today = fields.Date.context_today(self)
        for loan in self.search([("state", "=", "out")]):
            days = (today - loan.date_due).days
            rung = sum(days >= limit for limit in RUNGS)
            if rung > loan.reminder_rung:
                loan.with_context(after_sales_move=_MOVE).reminder_rung = rung
                loan._remind(rung)

    def _remind(self, rung):
        """Tell the customer, from the day after also ours, in the end the leader."""
        self.ensure_one()
        self._write_to_customer(is_late=rung > 1)
        if rung < 2:
            return
        leader = self.order_id.team_id.leader_id
        user = leader if rung >= len(RUNGS) and leader else self.user_id
        user = user or self.create_uid
        reader = self.with_context(lang=user.lang)
        kind = "after_sales_service.mail_activity_type_loan"
        self.activity_unlink([kind])
        reader.activity_schedule(
            kind,
            date_deadline=self.date_due,
            user_id=user.id,
            summary=reader.env._(
                "Call back %(serial)s from %(customer)s",
                serial=self.lot_id.name,
                customer=self.partner_id.display_name,
            ),
        )

    def _write_to_customer(self, is_late):
        loan = self.with_context(lang=self.partner_id.lang or self.env.lang)
        facts = {
            "loaner": loan.product_id.display_name,
            "serial": loan.lot_id.name,
            "date": format_date(loan.env, loan.date_due),
        }
        if is_late:
            text = loan.env._(
                "Our loaner %(loaner)s, serial number %(serial)s, was due back on "
                "%(date)s. Please tell us when we can fetch it.",
                **facts,
            )
        else:
            text = loan.env._(
                "Our loaner %(loaner)s, serial number %(serial)s, is due back on "
                "%(date)s.",
                **facts,
            )
        self.message_post(
            body=text,
            partner_ids=self.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )
