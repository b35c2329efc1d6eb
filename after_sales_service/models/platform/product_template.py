from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    after_sales_register = fields.Selection(
        [
            ("none", "Do not register"),
            ("unit", "One unit per piece"),
            ("bulk", "One record with a quantity"),
        ],
        string="Installed Units",
        default="none",
        required=True,
        help="What becomes of a delivered piece in the register of installed units.",
    )
    is_after_sales_part = fields.Boolean(
        string="Spare Part", help="Technicians may ask for it and use it."
    )
    is_after_sales_wearing = fields.Boolean(
        string="Wearing Part", help="Wearing parts are outside the product warranty."
    )
    after_sales_old_part_duty = fields.Selection(
        [
            ("none", "No"),
            ("covered", "When replaced free of charge"),
            ("always", "Always"),
        ],
        string="Old Part Due Back",
        default="covered",
        required=True,
    )
    after_sales_kind = fields.Selection(
        [
            ("labour", "Labour"),
            ("travel", "Travel"),
            ("freight", "Freight"),
            ("third_party", "Third party"),
            ("fee", "Fee"),
        ],
        string="Service Item",
        help="On service orders this product stands for that kind of work.",
    )
