def post_init_hook(env):
    """Give companies and warehouses that were there before what new ones get."""
    companies = env["res.company"].search([])
    companies._create_after_sales_locations()
    companies._after_sales_ensure_accounts()
    env["stock.warehouse"].with_context(active_test=False).search(
        []
    )._create_after_sales_data()
