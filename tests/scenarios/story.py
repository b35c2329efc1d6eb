"""The people and things of the main story, for scenarios and browser tours."""

import base64

from odoo import Command
from odoo.tests import new_test_user

from ..common import AfterSalesCommon

# A single black pixel: what a signature pad sends, only smaller.
SIGNATURE = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
        "awAAAABJRU5ErkJggg=="
    )
)


class StoryCommon(AfterSalesCommon):
    """A pump with three covers, its parts in stock, a technician with a van."""

    certified_from = "2025-01-01"
    certified_to = "2027-05-31"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            login="accountant.after.sales",
            groups="account.group_account_invoice",
            tz="UTC",
        )
        cls.salesman = new_test_user(
            cls.env,
            login="salesman.after.sales",
            groups="sales_team.group_sale_salesman,stock.group_stock_user",
            tz="UTC",
        )
        cls.pump = cls._create_pump()
        cls.policy = cls._create_policy(cls.pump)
        cls.categ = cls.env["product.category"].create(
            {
                "name": "Pump parts",
                "property_cost_method": "standard",
                "property_valuation": "real_time",
            }
        )
        (cls.motor | cls.bearing | cls.seal).categ_id = cls.categ
        cls.labour, cls.travel = cls.env["product.product"].create(
            [
                {
                    "name": "Mechanic hour",
                    "type": "service",
                    "list_price": 200.0,
                    "after_sales_kind": "labour",
                    "taxes_id": [Command.clear()],
                },
                {
                    "name": "Travel by van",
                    "type": "service",
                    "list_price": 80.0,
                    "after_sales_kind": "travel",
                    "taxes_id": [Command.clear()],
                },
            ]
        )
        cls.symptom, cls.cause = cls.env["after.sales.fault.code"].create(
            [
                {"name": "Leaks at the shaft", "code": "T-S1", "kind": "symptom"},
                {"name": "Failed in normal use", "code": "T-C1", "kind": "cause"},
            ]
        )
        cls.maker = cls._create_partner(name="Hangzhou Motor Works")
        cls.finance_journal, cls.cash_box = cls.env["account.journal"].create(
            [
                {"name": "Main cash", "type": "cash", "code": "TMC"},
                {"name": "Cash box Technician", "type": "cash", "code": "TCB"},
            ]
        )
        cls.company.after_sales_cash_journal_id = cls.finance_journal
        cls.employee.after_sales_cash_journal_id = cls.cash_box
        cls.employee.action_create_van()
        cls.van = cls.employee.after_sales_van_id
        certificate = cls.env["hr.skill.type"].create(
            {
                "name": "Service certificates",
                "is_certification": True,
                "skill_ids": [Command.create({"name": "Pumps"})],
                "skill_level_ids": [
                    Command.create({"name": "Qualified", "level_progress": 100})
                ],
            }
        )
        cls.env["hr.employee.skill"].create(
            {
                "employee_id": cls.employee.id,
                "skill_type_id": certificate.id,
                "skill_id": certificate.skill_ids.id,
                "skill_level_id": certificate.skill_level_ids.id,
                "valid_from": cls.certified_from,
                "valid_to": cls.certified_to,
            }
        )
        cls.env["after.sales.skill.requirement"].create(
            {
                "skill_id": certificate.skill_ids.id,
                "product_tmpl_id": cls.pump.product_tmpl_id.id,
            }
        )
        for part in cls.motor | cls.bearing | cls.seal:
            cls._put_in_stock(part, 10)
