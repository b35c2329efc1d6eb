"""Give the companies of older versions the place of pieces replaced by suppliers."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    # At the end, when the name of the place can be translated. Safe to run twice.
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].search([])
    companies._create_after_sales_locations()
    companies._after_sales_ensure_accounts()
