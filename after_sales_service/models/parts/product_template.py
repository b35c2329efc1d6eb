from odoo import api, fields, models
from odoo.exceptions import ValidationError

# A longer chain than any catalogue has; data written past us must not hang a page.
MAX_CHAIN = 20


class ProductTemplate(models.Model):
    _inherit = "product.template"

    after_sales_superseded_by_id = fields.Many2one(
        "product.product",
        string="Superseded by",
        check_company=True,
        index="btree_not_null",
        domain=[("is_after_sales_part", "=", True)],
        help="The part that is delivered instead of this one from now on.",
    )
    after_sales_substitute_ids = fields.Many2many(
        "product.product",
        "after_sales_part_substitute_rel",
        "product_tmpl_id",
        "product_id",
        string="Substitutes",
        check_company=True,
        domain=[("is_after_sales_part", "=", True)],
        help="Parts that do the same work; offered when this one is out of stock.",
    )
    after_sales_supplier_months = fields.Integer(
        string="Supplier Warranty (Months)",
        help="How long the supplier answers for the part, from the day we received it.",
    )
    after_sales_supplier_share = fields.Float(
        string="Supplier Pays (%)",
        default=100.0,
        help="The share of the part's cost that the supplier bears in that time.",
    )

    _after_sales_supplier_months_positive = models.Constraint(
        "CHECK(after_sales_supplier_months >= 0)",
        "The supplier's warranty cannot have less than zero months.",
    )
    _after_sales_supplier_share_in_range = models.Constraint(
        "CHECK(after_sales_supplier_share BETWEEN 0 AND 100)",
        "The share the supplier pays lies between 0 and 100 %.",
    )

    # === CONSTRAINTS === #
    @api.constrains("after_sales_superseded_by_id")
    def _check_after_sales_chain(self):
        """Refuse a chain of successors that comes back to where it began."""
        for template in self:
            seen = template
            following = template.after_sales_superseded_by_id.product_tmpl_id
            while following:
                if following in seen:
                    raise ValidationError(
                        self.env._(
                            "%(part)s would supersede itself through %(successor)s. "
                            "Choose another part in “Superseded by”.",
                            part=template.display_name,
                            successor=(
                                template.after_sales_superseded_by_id.display_name
                            ),
                        )
                    )
                seen |= following
                following = following.after_sales_superseded_by_id.product_tmpl_id

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates._set_part_category()
        return templates

    def write(self, vals):
        result = super().write(vals)
        if {"is_after_sales_part", "categ_id"} & vals.keys():
            self._set_part_category()
        return result

    # === ACTIONS === #
    def action_after_sales_edit(self):
        """Open what the parts clerk may change; of several variants, their list."""
        self.ensure_one()
        if len(self.product_variant_ids) == 1:
            return self.product_variant_ids.action_after_sales_edit()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_part_catalogue_action"
        )
        return action | {
            "domain": [("product_tmpl_id", "=", self.id)],
            "context": {},
        }

    def action_after_sales_positions(self):
        """Open the positions of the product, to keep the parts that fit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_component_action"
        )
        return action | {
            "domain": [("product_tmpl_id", "=", self.id)],
            "context": {"default_product_tmpl_id": self.id},
        }

    # === BUSINESS === #
    def _set_part_category(self):
        """Give spare parts a category; Odoo's closing forgets the cost of others."""
        bare = self.filtered(
            lambda template: template.is_after_sales_part and not template.categ_id
        )
        if bare:
            category = self.env.ref(
                "after_sales_service.product_category_after_sales_part",
                raise_if_not_found=False,
            )
            if category:
                bare.categ_id = category


class ProductProduct(models.Model):
    _inherit = "product.product"

    after_sales_position_ids = fields.Many2many(
        "after.sales.component",
        "after_sales_component_part_rel",
        "product_product_id",
        "after_sales_component_id",
        string="Fits Positions",
        help="The positions of products into which the part goes.",
    )
    after_sales_fit_text = fields.Char(
        string="Fits", compute="_compute_after_sales_fit_text"
    )

    # === COMPUTES === #
    @api.depends("after_sales_position_ids.name", "after_sales_position_ids.active")
    def _compute_after_sales_fit_text(self):
        for product in self:
            positions = product.after_sales_position_ids.grouped("product_tmpl_id")
            product.after_sales_fit_text = "; ".join(
                f"{template.name}: {', '.join(rows.mapped('name'))}"
                for template, rows in positions.items()
            )

    # === ACTIONS === #
    def action_after_sales_edit(self):
        """Open what the parts clerk may change of the part."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_part_edit_action"
        )
        return action | {"context": {"default_product_id": self.id}}

    def action_after_sales_positions(self):
        return self.product_tmpl_id.action_after_sales_positions()

    # === BUSINESS === #
    def _get_after_sales_successors(self):
        """Return the parts that supersede this one, the nearest first."""
        self.ensure_one()
        successors = self.browse()
        following = self.after_sales_superseded_by_id
        while following and following not in successors:
            if len(successors) >= MAX_CHAIN:
                break
            successors |= following
            following = following.after_sales_superseded_by_id
        return successors - self

    def _get_after_sales_alternatives(self):
        """Return what can be taken instead: the newest successor first."""
        self.ensure_one()
        successors = self._get_after_sales_successors()
        return (
            self.browse(reversed(successors.ids)) | self.after_sales_substitute_ids
        ) - self

    def _get_after_sales_class(self, company):
        """Return the ABC class of the part in the company's eyes, or False."""
        self.ensure_one()
        return self.with_company(company).after_sales_abc_class

    def _is_after_sales_vital(self):
        """Say if the unit stands still without the part."""
        self.ensure_one()
        return self.after_sales_criticality == "vital"

    def _get_after_sales_class_level(self, company):
        """Return who approves parts of this stocking class, False if unknown."""
        self.ensure_one()
        # Who asks for parts need not read the policy of their class.
        return self._get_after_sales_stocking_class(company).sudo().approval

    def _get_after_sales_class_text(self, company):
        """Return in words of which stocking class the part is."""
        self.ensure_one()
        # As above; the name of the class is told to who asks for the part.
        policy = self._get_after_sales_stocking_class(company).sudo()
        if not policy:
            return self.env._(
                "%(part)s has no stocking class yet", part=self.display_name
            )
        return self.env._(
            "%(part)s is of class %(policy)s",
            part=self.display_name,
            policy=policy.display_name,
        )
