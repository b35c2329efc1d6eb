"""Name the places of vans and dealers by their warehouse."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    # Safe to run twice.
    env = api.Environment(cr, SUPERUSER_ID, {})
    houses = env["stock.warehouse"].with_context(active_test=False).search([])
    groups = (
        houses.after_sales_vans_location_id | houses.after_sales_dealers_location_id
    )
    places = groups.with_context(active_test=False).search(
        [("id", "child_of", groups.ids)]
    )
    env.add_to_compute(places._fields["complete_name"], places)
    env.flush_all()
