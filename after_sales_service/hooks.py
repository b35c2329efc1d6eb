def post_init_hook(env):
    """Give companies and warehouses that were there before what new ones get."""
    env["res.company"].search([])._create_after_sales_locations()
    env["stock.warehouse"].with_context(active_test=False).search(
        []
    )._create_after_sales_data()
