from odoo import api, fields, models


class AfterSalesNumberMixin(models.AbstractModel):
    """Documents numbered by the sequence that is called like their model."""

    _name = "after.sales.number.mixin"
    _description = "After-Sales Number"

    name = fields.Char(
        string="Number",
        required=True,
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        index="trigram",
    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        return super().create(self._number(vals_list))

    # === BUSINESS === #
    @api.model
    def _number(self, vals_list):
        """Return the values with numbers; the caller's dictionaries stay as they are.

        A number that was given stays where the user may give one: managers take over
        the documents of an older system.
        """
        sequences = {}
        numbered = []
        for vals in vals_list:
            if not (vals.get("name") and self._may_give_number(vals["name"])):
                company_id = vals.get("company_id") or self.env.company.id
                if company_id not in sequences:
                    sequences[company_id] = self._get_sequence(company_id)
                vals = vals | {"name": sequences[company_id].next_by_id()}
            numbered.append(vals)
        return numbered

    @api.model
    def _may_give_number(self, name):
        manager = "after_sales_service.after_sales_group_manager"
        return name not in ("New", self.env._("New")) and (
            self.env.su or self.env.user.has_group(manager)
        )

    @api.model
    def _get_sequence(self, company_id):
        """Return the sequence of a company, or the one for all of them."""
        # Everybody may number, few may read sequences.
        return (
            self.env["ir.sequence"]
            .sudo()
            .search(
                [
                    ("code", "=", self._name),
                    ("company_id", "in", [company_id, False]),
                ],
                order="company_id",
                limit=1,
            )
        )
