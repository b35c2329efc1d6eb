from odoo import fields, models
from odoo.exceptions import UserError

from .cover import SHARES


class AfterSalesContractShares(models.AbstractModel):
    """How much of each class of costs a row of a contract pays."""

    _name = "after.sales.contract.shares"
    _description = "Shares of a Service Contract"

    share_part = fields.Float(string="Part (%)")
    share_labour = fields.Float(string="Labour (%)")
    share_travel = fields.Float(string="Travel (%)")
    share_freight = fields.Float(string="Freight (%)")
    share_third_party = fields.Float(string="Third Party (%)")

    _shares_in_range = models.Constraint(
        "CHECK(LEAST(share_part, share_labour, share_travel, share_freight, "
        "share_third_party) >= 0 AND GREATEST(share_part, share_labour, share_travel, "
        "share_freight, share_third_party) <= 100)",
        "The shares of a contract, also those of one unit or one class, lie between 0 "
        "and 100 %.",
    )

    # === BUSINESS === #
    def _get_share_values(self):
        """Return the shares as ``{field: percent}``."""
        self.ensure_one()
        return {fname: self[fname] for fname in SHARES.values()}


class AfterSalesContractLine(models.Model):
    """A unit under contract, from when to when, and what the contract pays for it."""

    _name = "after.sales.contract.line"
    _description = "Service Contract Line"
    _inherit = ["after.sales.contract.shares", "after.sales.line.mixin"]
    _order = "contract_id, id"

    contract_id = fields.Many2one(
        "after.sales.contract", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        related="contract_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    unit_id = fields.Many2one("after.sales.unit", required=True, index=True)
    product_id = fields.Many2one(related="unit_id.product_id")
    site_id = fields.Many2one(related="unit_id.site_id")
    cover_ids = fields.One2many("after.sales.cover", "contract_line_id")
    date_joined = fields.Date(
        string="Joined", copy=False, readonly=True, help="Empty: with the contract."
    )
    date_left = fields.Date(
        string="Left the Contract",
        copy=False,
        readonly=True,
        help="The last day on which the contract holds for the unit.",
    )
    is_kept = fields.Boolean(
        string="Kept for the New Owner",
        copy=False,
        readonly=True,
        help="The unit was passed on, and the contract goes on for it as agreed.",
    )
    share_part = fields.Float(default=100.0)
    share_labour = fields.Float(default=100.0)
    share_travel = fields.Float(default=100.0)

    # === BUSINESS === #
    def _get_fixed_fields(self):
        return {"unit_id", "contract_id", *SHARES.values()}

    def _check_open(self):
        started = self.filtered(lambda line: line.contract_id.state != "draft")
        if started and not started.contract_id._is_amended():
            raise UserError(
                self.env._(
                    "Contract %(name)s is in force: what it covers is agreed. Press "
                    "“Amend” to take in or release units from a day on, with a reason.",
                    name=started[0].contract_id.name,
                )
            )

    def _create_covers(self, date_start):
        """Make the covers of each unit from ``date_start`` or its joining on."""
        # Contracts may be run without a right on covers; these are its own.
        return (
            self.env["after.sales.cover"]
            .sudo()
            .create(
                [
                    vals
                    for line in self
                    for vals in line._prepare_all_covers(
                        max(date_start, line.date_joined or date_start)
                    )
                ]
            )
        )

    def _prepare_all_covers(self, date_start):
        """Return the values of the unit's cover and of those of single classes."""
        self.ensure_one()
        vals = self._prepare_cover_vals(date_start)
        return [vals] + [
            vals | term._prepare_class_vals() for term in self.contract_id.term_ids
        ]

    def _prepare_cover_vals(self, date_start):
        """Return the values of the cover of one unit. Meant to be extended."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "unit_id": self.unit_id.id,
            "kind": "contract",
            "contract_line_id": self.id,
            "date_start": date_start,
            "date_end": max(self.contract_id.date_end, date_start),
            "origin": self.contract_id.name,
        } | self._get_share_values()

    def _leave(self, date):
        """Let units leave; ``date`` is the last day on which they are covered."""
        # Contracts may be run without a right on covers; these are its own.
        lines = self.sudo()
        for day, leaving in lines.grouped(
            lambda line: max(date, line.date_joined or line.contract_id.date_start)
        ).items():
            leaving.date_left = day
        running = lines.cover_ids.filtered(lambda cover: not cover.date_closed)
        running.write({"date_closed": date})


class AfterSalesContractTerm(models.Model):
    """What a contract pays for one class of components, where that is different."""

    _name = "after.sales.contract.term"
    _description = "Service Contract Term"
    _inherit = ["after.sales.contract.shares", "after.sales.line.mixin"]
    _order = "contract_id, id"

    contract_id = fields.Many2one(
        "after.sales.contract", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        related="contract_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    component_class = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.component"]
            ._fields["component_class"]
            ._description_selection(self.env)
        ),
        string="Class",
        required=True,
    )

    _class_once = models.UniqueIndex(
        "(contract_id, component_class)",
        "A class of components stands twice in the contract. Keep one row.",
    )

    # === BUSINESS === #
    def _check_open(self):
        started = self.contract_id.filtered(lambda contract: contract.state != "draft")
        if started and not started._is_amended():
            started[0]._refuse_in_force(
                started._fields["term_ids"]._description_string(self.env)
            )

    def _prepare_class_vals(self):
        """Return what differs from the unit's cover; no share at all excludes."""
        self.ensure_one()
        shares = self._get_share_values()
        return {
            "component_class": self.component_class,
            "is_excluded": not any(shares.values()),
            **shares,
        }
