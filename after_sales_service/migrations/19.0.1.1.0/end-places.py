"""Give the companies and warehouses of older versions the places that came since."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    # At the end, when the names of the places can be translated. Safe to run twice.
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].search([])
    companies._create_after_sales_locations()
    companies._after_sales_ensure_accounts()
    env["stock.warehouse"].with_context(active_test=False).search(
        []
    )._create_after_sales_data()
