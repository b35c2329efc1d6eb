"""Start the log of meter readings with what the units showed before there was one."""

from odoo.tools import SQL


def migrate(cr, version):
    # Safe to run twice: units with a reading are left alone. In SQL, since nothing is
    # computed from these rows that the units do not hold already.
    cr.execute(
        SQL(
            """
            INSERT INTO after_sales_meter_reading
                   (unit_id, company_id, date, value, origin, is_reset,
                    user_id, create_uid, create_date, write_uid, write_date)
            SELECT unit.id, unit.company_id, unit.write_date::date, unit.meter,
                   'import', FALSE, unit.write_uid, unit.write_uid, unit.write_date,
                   unit.write_uid, unit.write_date
              FROM after_sales_unit unit
             WHERE unit.meter > 0
               AND NOT EXISTS (
                       SELECT 1
                         FROM after_sales_meter_reading reading
                        WHERE reading.unit_id = unit.id)
            """
        )
    )
