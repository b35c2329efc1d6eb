from odoo import api, fields, models, tools

from ...rules.coverage import PRIORITY


class AfterSalesCoverPriority(models.Model):
    """Which kind of cover a company looks at first."""

    _name = "after.sales.cover.priority"
    _description = "Order of Covers"
    _order = "company_id, rank, id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        selection=lambda self: (
            self.env["after.sales.cover"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        string="Kind of Cover",
        required=True,
    )
    rank = fields.Integer(
        required=True,
        help="Smaller goes first. Kinds of the same rank are told apart by how "
        "specific they are, then by the larger share.",
    )

    _kind_unique = models.UniqueIndex(
        "(company_id, kind)",
        "Each kind of cover has one rank. Change the line that is there.",
    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # === ACTIONS === #
    @api.model
    def action_open(self):
        """Open the order of covers of the company, with a line for every kind."""
        self._fill_up(self.env.company)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_cover_priority_action"
        )

    def action_reset(self):
        """Go back to the order that comes installed."""
        self.search([("company_id", "=", self.env.company.id)]).unlink()
        return self.action_open()

    # === BUSINESS === #
    @api.model
    @tools.ormcache("company_id")
    def _get_priority(self, company_id):
        """Return ``{kind: rank}`` of a company; what is not set is as installed."""
        rows = self.search_fetch([("company_id", "=", company_id)], ["kind", "rank"])
        return PRIORITY | {row.kind: row.rank for row in rows}

    @api.model
    def _fill_up(self, company):
        known = self.search([("company_id", "=", company.id)]).mapped("kind")
        self.create(
            [
                {"company_id": company.id, "kind": kind, "rank": rank}
                for kind, rank in PRIORITY.items()
                if kind not in known
            ]
        )
