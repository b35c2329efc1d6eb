"""Write down since when the contracts rest that are suspended now."""


def migrate(cr, version):
    # Covers were closed on the last covered day. Safe to run twice.
    cr.execute(
        """
        INSERT INTO after_sales_contract_suspension
               (contract_id, company_id, date_from, reason)
        SELECT contract.id, contract.company_id, MAX(cover.date_closed) + 1,
               contract.state_reason
          FROM after_sales_contract AS contract
          JOIN after_sales_contract_line AS line ON line.contract_id = contract.id
          JOIN after_sales_cover AS cover ON cover.contract_line_id = line.id
         WHERE contract.state = 'suspended'
           AND cover.date_closed IS NOT NULL
           AND NOT EXISTS (
                SELECT FROM after_sales_contract_suspension AS known
                 WHERE known.contract_id = contract.id)
         GROUP BY contract.id
        """
    )
