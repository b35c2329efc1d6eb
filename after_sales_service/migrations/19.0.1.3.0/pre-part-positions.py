"""Give the table of parts and positions its short name."""

from odoo.tools import SQL, sql

OLD = "after_sales_component_product_product_rel"
NEW = "after_sales_component_part_rel"


def migrate(cr, version):
    # Safe to run twice.
    if not sql.table_exists(cr, OLD) or sql.table_exists(cr, NEW):
        return
    cr.execute(
        "SELECT conname FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype = 'f'",
        [OLD],
    )
    for (name,) in cr.fetchall():
        # Odoo makes them again, under names it finds.
        cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(OLD),
                SQL.identifier(name),
            )
        )
        cr.execute("DELETE FROM ir_model_constraint WHERE name = %s", [name])
    cr.execute(
        SQL("ALTER TABLE %s RENAME TO %s", SQL.identifier(OLD), SQL.identifier(NEW))
    )
    cr.execute("UPDATE ir_model_relation SET name = %s WHERE name = %s", [NEW, OLD])
