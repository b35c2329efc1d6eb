"""Forget the company of stocking proposals: it is that of their analysis."""

from odoo.tools import SQL


def migrate(cr, version):
    cr.execute(
        SQL("ALTER TABLE after_sales_stocking_line DROP COLUMN IF EXISTS company_id")
    )
