"""Prepare the parts for one criticality and for proposals without a company."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists


def migrate(cr, version):
    # Safe to run twice. A proposal is of the company of its analysis.
    cr.execute(
        SQL(
            "ALTER TABLE IF EXISTS after_sales_stocking_line "
            "DROP COLUMN IF EXISTS company_id"
        )
    )
    # “Critical Part” is gone: what was ticked is vital, and asks for the same approval.
    if column_exists(cr, "product_template", "is_after_sales_critical"):
        cr.execute(
            SQL(
                """
                UPDATE product_template
                   SET after_sales_criticality = 'vital'
                 WHERE is_after_sales_critical
                """
            )
        )
