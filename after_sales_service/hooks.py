from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger

from .models.parts.stock_warehouse import PLACES, SUPPLIED, TYPE_CODES


def post_init_hook(env):
    """Give companies and warehouses that were there before what new ones get."""
    companies = env["res.company"].search([])
    companies._create_after_sales_locations()
    companies._after_sales_ensure_accounts()
    env["stock.warehouse"].with_context(active_test=False).search(
        []
    )._create_after_sales_data()


def uninstall_hook(env):
    """Take back what the hooks made; keep, archived, what documents stand on."""
    env = env(context={**env.context, "active_test": False})
    companies = env["res.company"].search([])
    warehouses = env["stock.warehouse"].search([])
    places = _get_places(companies)
    accounts = places.valuation_account_id
    _keep_used_category(env)
    _remove_rules(env, warehouses)
    _remove_types(env, warehouses)
    _remove_places(env, companies, warehouses)
    for account in accounts - places.exists().valuation_account_id:
        _remove(account, archive=False)
    _remove_products(env)
    _remove_foreign_names(env)
    _leave_own_records(env)


def _get_places(companies):
    """Return the service locations of the companies."""
    fnames = [
        fname
        for fname, field in companies._fields.items()
        if fname.startswith("after_sales_") and field.comodel_name == "stock.location"
    ]
    return companies.env["stock.location"].union(
        *(company[fname] for company in companies for fname in fnames)
    )


def _keep_used_category(env):
    """Leave the category of spare parts to the products that are in it."""
    category = env.ref("after_sales_service.product_category_after_sales_part", False)
    if category and env["product.template"].search_count(
        [("categ_id", "=", category.id)], limit=1
    ):
        _disown(category)


def _remove_rules(env, warehouses):
    for rule, xmlid, _picking_type in SUPPLIED.values():
        route = env.ref(xmlid, False)
        env["stock.warehouse.orderpoint"].search(
            [("route_id", "in", route.ids if route else [])]
        ).route_id = False
        left = [row for row in warehouses[rule] if not _remove(row)]
        if left and route:
            _disown(route)
            route.action_archive()


def _remove_types(env, warehouses):
    types = env["stock.picking.type"].union(
        *(warehouse[fname] for warehouse in warehouses for fname in TYPE_CODES)
    )
    types.return_picking_type_id = False
    for picking_type in types:
        sequence = picking_type.sequence_id
        if _remove(picking_type):
            _remove(sequence, archive=False)


def _remove_places(env, companies, warehouses):
    """Delete empty places; what stays must not become stock of the company."""
    places = _get_places(companies)
    below = env["stock.location"].union(*(warehouses[fname] for fname in PLACES))
    foreign = places.filtered("is_non_valued")
    tree = env["stock.location"].search([("id", "child_of", (places | below).ids)])
    kept = env["stock.location"].union(
        *(
            place
            for place in tree.sorted("parent_path", reverse=True)
            if not _remove(place)
        )
    )
    foreign = foreign & kept
    if foreign:
        # Odoo refuses to change the type of a place with goods in it, but without
        # the add-on these goods would count as the company's own.
        env.cr.execute(
            SQL(
                "UPDATE stock_location SET usage = 'customer' WHERE id IN %s",
                tuple(foreign.ids),
            )
        )
        foreign.invalidate_recordset(["usage"])


def _remove_products(env):
    """Delete our products, unless sold, with the prices that stock noted for them."""
    # Price rules go with their table; until then they hold on to their products.
    env["after.sales.price.rule"].search([]).unlink()
    products = _get_own_records(env, "product.product")
    prices = env["product.value"].search([("product_id", "in", products.ids)])
    for product in products:
        if not _remove(product):
            _disown(product)
            _disown(product.product_tmpl_id)
    prices.invalidate_recordset(["product_id"])
    prices.filtered(lambda price: not price.product_id).unlink()


def _remove_foreign_names(env):
    """Odoo names what our models inherit in its own modules, and leaves the names."""
    inherited = {
        "ir.model.inherit": "model_id.model",
        "ir.model.fields.selection": "field_id.model",
    }
    for model, path in inherited.items():
        rows = env[model].search([(path, "=like", "after.%")])
        env["ir.model.data"].search(
            [
                ("module", "!=", "after_sales_service"),
                ("model", "=", model),
                ("res_id", "in", rows.ids),
            ]
        ).unlink()


def _leave_own_records(env):
    """Spare Odoo from deleting one by one, in vain, what goes with its table.

    Our records refer to one another, and Odoo would log each refusal as an error.
    """
    env["ir.model.data"].search(
        [("module", "=", "after_sales_service"), ("model", "=like", "after.sales.%")]
    ).unlink()


def _get_own_records(env, model):
    """Return the records of a model that came with the add-on's data."""
    names = env["ir.model.data"].search(
        [("module", "=", "after_sales_service"), ("model", "=", model)]
    )
    return env[model].browse(names.mapped("res_id")).exists()


def _remove(record, archive=True):
    """Delete a record, or archive it when something stands on it.

    :return: whether it is deleted
    """
    try:
        # A refusal is expected and no error to be read in the log.
        with mute_logger("odoo.sql_db"), record.env.cr.savepoint():
            record.unlink()
    except (IntegrityError, UserError):
        if archive:
            _archive(record)
        return False
    return True


def _archive(record):
    """Archive a record where its model allows it now."""
    try:
        with record.env.cr.savepoint():
            record.action_archive()
    except UserError:
        return  # a place with goods in it stays


def _disown(record):
    """Let a record outlive the add-on that made it."""
    record.env["ir.model.data"].search(
        [
            ("module", "=", "after_sales_service"),
            ("model", "=", record._name),
            ("res_id", "=", record.id),
        ]
    ).unlink()
