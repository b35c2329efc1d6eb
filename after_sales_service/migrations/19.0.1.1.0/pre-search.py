"""Let serial numbers of components be found by a piece of them."""


def migrate(cr, version):
    # Odoo keeps an index that has the right name, whatever its kind: dropped here,
    # it is made anew as a trigram index. Safe to run twice.
    cr.execute("DROP INDEX IF EXISTS after_sales_unit_component__serial_index")
