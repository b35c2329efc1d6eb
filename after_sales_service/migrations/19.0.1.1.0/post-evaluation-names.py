"""Give the marks of old evaluations the names of their criteria in every language."""

from odoo.tools import SQL


def migrate(cr, version):
    # Only names nobody changed: in one language or another they are the criterion's.
    cr.execute(
        SQL(
            """
            UPDATE after_sales_evaluation_line line
               SET name = criterion.name
              FROM after_sales_evaluation_scheme_line criterion
             WHERE criterion.id = line.scheme_line_id
               AND EXISTS (
                   SELECT
                     FROM jsonb_each_text(criterion.name) translation
                    WHERE translation.value = line.name ->> 'en_US'
               )
            """
        )
    )
