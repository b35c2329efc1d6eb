"""Fill the warranty policy of units at once, not unit by unit."""

from odoo.tools.sql import column_exists


def migrate(cr, version):
    if not column_exists(cr, "after_sales_warranty_policy", "version"):
        return  # before 19.0.1.1.0: Odoo computes the policy when it adds the field
    cr.execute(
        "ALTER TABLE after_sales_unit ADD COLUMN IF NOT EXISTS policy_id integer"
    )
    # As the field is computed: of the terms that hold, else of those that ended, the
    # latest version. Safe to run twice.
    cr.execute(
        """
        UPDATE after_sales_unit AS unit
           SET policy_id = own.policy_id
          FROM (
                SELECT DISTINCT ON (cover.unit_id) cover.unit_id, line.policy_id
                  FROM after_sales_cover AS cover
                  JOIN after_sales_warranty_policy_line AS line
                    ON line.id = cover.policy_line_id
                  JOIN after_sales_warranty_policy AS policy
                    ON policy.id = line.policy_id
                 ORDER BY cover.unit_id, cover.date_closed IS NULL DESC,
                          policy.version DESC, policy.id DESC
               ) AS own
         WHERE own.unit_id = unit.id AND unit.policy_id IS NULL
        """
    )
