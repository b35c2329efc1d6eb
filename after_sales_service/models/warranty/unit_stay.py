from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AfterSalesUnitStay(models.Model):
    """When a unit stood in our workshop: the days that a paused cover gets back.

    A row is opened when the unit comes and gets its last day when it leaves; nothing
    else is ever changed, so that every end of a cover can be computed again.
    """

    _name = "after.sales.unit.stay"
    _description = "Stay in Our Workshop"
    _order = "unit_id, date_from, id"

    unit_id = fields.Many2one(
        "after.sales.unit", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(
        "res.company",
        related="unit_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    date_from = fields.Date(string="Came on", required=True, readonly=True)
    date_to = fields.Date(string="Left on", readonly=True)
    days = fields.Integer(compute="_compute_days")
    user_id = fields.Many2one(
        "res.users",
        string="Entered by",
        default=lambda self: self.env.user,
        readonly=True,
    )

    # === COMPUTES === #
    @api.depends("date_from", "date_to")
    def _compute_days(self):
        for stay in self:
            stay.days = (stay.date_to - stay.date_from).days if stay.date_to else 0

    # === CONSTRAINS === #
    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for stay in self:
            if stay.date_to and stay.date_to < stay.date_from:
                raise ValidationError(
                    self.env._(
                        "%(unit)s cannot leave our workshop before it came. Correct "
                        "the date of the transfer.",
                        unit=stay.unit_id.name,
                    )
                )

    # === CRUD === #
    def write(self, vals):
        self.check_access("write")
        if set(vals) - {"date_to"} or any(self.mapped("date_to")):
            raise UserError(
                self.env._("Stays in our workshop are a record and never changed.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Stays in our workshop are a record and never deleted.")
        )


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    stay_ids = fields.One2many(
        "after.sales.unit.stay", "unit_id", string="Stays in Our Workshop"
    )

    # === BUSINESS === #
    def _follow_place(self, before, is_moved=False):
        """Open and close stays after ``place`` was written, and move ends of covers.

        :param dict before: ``{unit: place before}``
        :param bool is_moved: a transfer in stock did it; its day counts, else today
        """
        came = self.filtered(
            lambda unit: unit.place == "workshop" and before[unit] != "workshop"
        )
        left = self.filtered(
            lambda unit: unit.place != "workshop" and before[unit] == "workshop"
        )
        if came:
            # Stays follow from the place alone; nobody writes them by hand.
            self.env["after.sales.unit.stay"].sudo().create(
                [
                    {"unit_id": unit.id, "date_from": unit._get_day_of_place(is_moved)}
                    for unit in came
                ]
            )
        if left:
            # As above; the ends of covers follow from the stays.
            left.sudo()._close_stays(is_moved)

    def _get_day_of_place(self, is_moved):
        """Return the day of the last movement, or today, where the customer is."""
        self.ensure_one()
        moment = self.last_move_id.date if is_moved else False
        moment = moment or fields.Datetime.now()
        return self._get_local_date(moment, self.partner_id, self.company_id)

    def _close_stays(self, is_moved=False):
        for unit in self:
            day = unit._get_day_of_place(is_moved)
            for stay in unit.stay_ids.filtered(lambda stay: not stay.date_to):
                stay.date_to = max(day, stay.date_from)
        self._recount_pauses()
