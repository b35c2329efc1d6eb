from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

# Odoo lets only salespeople read tags; our managers get an access line.
TAG_GROUPS = (
    "sales_team.group_sale_salesman,after_sales_service.after_sales_group_manager"
)


class AfterSalesCampaign(models.Model):
    """A promotion: what is sold in it gets the terms of its own policy."""

    _name = "after.sales.campaign"
    _description = "Sales Campaign"
    _inherit = ["after.sales.staff.notice"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date_from = fields.Date(string="Sold from", required=True)
    date_to = fields.Date(string="Sold until", required=True)
    product_tmpl_ids = fields.Many2many(
        "product.template",
        string="Products",
        check_company=True,
        help="Empty, as the categories: all products.",
    )
    categ_ids = fields.Many2many("product.category", string="Categories")
    partner_ids = fields.Many2many(
        "res.partner", string="Customers", help="Empty: all customers."
    )
    utm_campaign_ids = fields.Many2many(
        "utm.campaign",
        string="Campaigns on Sale Orders",
        help="Sale orders that belong to one of these marketing campaigns.",
    )
    pricelist_ids = fields.Many2many(
        "product.pricelist",
        string="Pricelists",
        check_company=True,
        help="Sale orders with one of these pricelists.",
    )
    tag_ids = fields.Many2many(
        "crm.tag",
        string="Tags",
        groups=TAG_GROUPS,
        help="Sale orders with one of these tags.",
    )
    policy_ids = fields.One2many(
        "after.sales.warranty.policy", "campaign_id", string="Warranty Policies"
    )
    policy_count = fields.Integer(
        string="Number of Policies", compute="_compute_policy_count"
    )

    # === COMPUTES === #
    @api.depends("policy_ids")
    def _compute_policy_count(self):
        for campaign in self:
            campaign.policy_count = len(campaign.policy_ids)

    # === CONSTRAINTS === #
    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for campaign in self:
            if campaign.date_to < campaign.date_from:
                raise ValidationError(
                    self.env._(
                        "Campaign “%(name)s” ends before it starts. Correct “Sold "
                        "until”.",
                        name=campaign.name,
                    )
                )

    # === CRUD === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for campaign in self:
            if campaign.with_context(active_test=False).policy_ids:
                raise ValidationError(
                    self.env._(
                        "Campaign “%(name)s” has warranty policies. Archive it "
                        "instead.",
                        name=campaign.name,
                    )
                )

    # === ACTIONS === #
    def action_view_policies(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_warranty_policy_action"
        )
        return action | {
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_campaign_id": self.id, "default_state": "draft"},
        }

    # === BUSINESS === #
    def _contains(self, unit):
        """Tell whether a unit was sold in the campaign.

        The day of the sale counts, else that of the delivery. Where the campaign
        names marks of sale orders, the unit's order must bear one of them.
        """
        self.ensure_one()
        day = unit.date_sold or unit.date_delivered
        return bool(
            day
            and self.date_from <= day <= self.date_to
            and self._contains_product(unit.product_id)
            and self._contains_customer(unit.partner_id)
            # As in _contains_order.
            and self._contains_order(unit.sale_line_id.sudo().order_id)
        )

    def _contains_product(self, product):
        if not self.product_tmpl_ids and not self.categ_ids:
            return True
        path = (product.categ_id.parent_path or "").split("/")
        return product.product_tmpl_id in self.product_tmpl_ids or any(
            str(category_id) in path for category_id in self.categ_ids.ids
        )

    def _contains_customer(self, partner):
        own = self.partner_ids.commercial_partner_id
        return not own or partner.commercial_partner_id in own

    def _contains_order(self, order):
        # Which terms hold must not depend on what the asking user may read of sales.
        campaign, order = self.sudo(), order.sudo()
        if not (
            campaign.utm_campaign_ids or campaign.pricelist_ids or campaign.tag_ids
        ):
            return True
        return bool(
            order.campaign_id in campaign.utm_campaign_ids
            or order.pricelist_id in campaign.pricelist_ids
            or order.tag_ids & campaign.tag_ids
        )

    # === BUSINESS: notices === #
    def _get_told_fields(self):
        return super()._get_told_fields() | {
            "active",
            "date_from",
            "date_to",
            "product_tmpl_ids",
            "categ_ids",
            "partner_ids",
            "utm_campaign_ids",
            "pricelist_ids",
            "tag_ids",
        }

    def _describe(self):
        """Return dates and what the campaign is for, by the labels of the fields."""
        self.ensure_one()
        # The names of products, customers and marks, for those who are told.
        campaign = self.sudo()
        texts = {
            self._fields[fname]._description_string(self.env): ", ".join(
                campaign[fname].mapped("display_name")
            )
            for fname in sorted(self._get_told_fields())
            if self._fields[fname].type == "many2many"
        }
        for fname in ("date_from", "date_to"):
            label = self._fields[fname]._description_string(self.env)
            texts[label] = format_date(self.env, self[fname])
        if not self.active:
            texts[self.env._("State")] = self.env._("archived")
        return {label: text for label, text in texts.items() if text}
