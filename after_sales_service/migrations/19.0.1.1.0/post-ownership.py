"""Start the ledger of owners with who has the units now."""

from odoo.tools import SQL


def migrate(cr, version):
    # Safe to run twice: units with a row are left alone. In SQL, since nothing is
    # computed from these rows. Those that came back keep the row of their delivery;
    # when they came back is not known any more.
    cr.execute(
        SQL(
            """
            INSERT INTO after_sales_unit_ownership
                   (unit_id, company_id, date, partner_id, site_id, is_ours, origin,
                    user_id, create_uid, create_date, write_uid, write_date)
            SELECT unit.id, unit.company_id,
                   COALESCE(unit.date_delivered, unit.create_date::date),
                   unit.partner_id, unit.site_id, FALSE,
                   CASE WHEN unit.move_id IS NULL THEN 'manual' ELSE 'delivery' END,
                   unit.create_uid, unit.create_uid, unit.create_date,
                   unit.write_uid, unit.write_date
              FROM after_sales_unit unit
             WHERE NOT EXISTS (
                       SELECT 1
                         FROM after_sales_unit_ownership ownership
                        WHERE ownership.unit_id = unit.id)
            """
        )
    )
