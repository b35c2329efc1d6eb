"""Give parts that were at a manufacturer before the date by which he answers."""

from odoo.tools import SQL


def migrate(cr, version):
    # Safe to run twice: only empty dates are filled.
    cr.execute(
        SQL(
            """
            UPDATE after_sales_old_part part
               SET date_promised = sent.date + company.after_sales_supplier_days
              FROM res_company company,
                   (SELECT old_part_id, MAX(date)::date AS date
                      FROM after_sales_old_part_movement
                     WHERE kind = 'supplier_out'
                     GROUP BY old_part_id) sent
             WHERE company.id = part.company_id
               AND sent.old_part_id = part.id
               AND part.state = 'supplier'
               AND part.date_promised IS NULL
            """
        )
    )
