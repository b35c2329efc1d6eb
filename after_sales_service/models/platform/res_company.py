from odoo import Command, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    after_sales_repeat_days = fields.Integer(
        string="Repeat Fault Within (Days)", default=30
    )
    after_sales_signature_required = fields.Boolean(
        string="Customer Signs Before Completion", default=True
    )
    after_sales_old_part_days = fields.Integer(
        string="Old Parts Back Within (Days)", default=30
    )
    after_sales_loan_days = fields.Integer(
        string="Loaners Due Back After (Days)", default=14
    )
    after_sales_requisition_approval = fields.Boolean(
        string="Part Requisitions Need Approval", default=True
    )
    after_sales_cash_limit = fields.Monetary(
        string="Cash Limit on the Spot", default=5000.0
    )
    # Where goods stand that are neither stock nor the customer's purchase.
    after_sales_view_location_id = fields.Many2one(
        "stock.location", string="Service Locations", check_company=True
    )
    after_sales_warranty_location_id = fields.Many2one(
        "stock.location", string="Warranty Cost Location", check_company=True
    )
    after_sales_contract_location_id = fields.Many2one(
        "stock.location", string="Contract Cost Location", check_company=True
    )
    after_sales_goodwill_location_id = fields.Many2one(
        "stock.location", string="Goodwill Cost Location", check_company=True
    )
    after_sales_recall_location_id = fields.Many2one(
        "stock.location", string="Recall Cost Location", check_company=True
    )
    after_sales_internal_location_id = fields.Many2one(
        "stock.location", string="Internal Use Location", check_company=True
    )
    after_sales_customer_goods_location_id = fields.Many2one(
        "stock.location", string="Customers' Goods", check_company=True
    )
    after_sales_old_part_location_id = fields.Many2one(
        "stock.location", string="Old Parts Returned", check_company=True
    )
    after_sales_defective_location_id = fields.Many2one(
        "stock.location", string="Defective Parts", check_company=True
    )
    after_sales_refurbish_location_id = fields.Many2one(
        "stock.location", string="Parts to Refurbish", check_company=True
    )
    after_sales_loan_location_id = fields.Many2one(
        "stock.location", string="On Loan", check_company=True
    )

    # === BUSINESS: service locations (parts room) === #
    def _create_per_company_locations(self):
        super()._create_per_company_locations()
        self._create_after_sales_locations()

    def _create_after_sales_locations(self):
        """Give each company the service locations it lacks; safe to run twice."""
        for company in self.with_context(active_test=False):
            company = company._in_after_sales_lang()
            if not company.after_sales_view_location_id:
                company.after_sales_view_location_id = self.env[
                    "stock.location"
                ].create(company._prepare_after_sales_view_location_vals())
            missing = {
                fname: vals
                for fname, vals in company._prepare_after_sales_location_vals().items()
                if not company[fname]
            }
            locations = self.env["stock.location"].create(list(missing.values()))
            company.write(
                {
                    fname: location.id
                    for fname, location in zip(missing, locations, strict=True)
                }
            )

    def _in_after_sales_lang(self):
        """Return the company in the language in which its places are named."""
        self.ensure_one()
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    def _prepare_after_sales_view_location_vals(self):
        """Return the values of the location above all service locations."""
        self.ensure_one()
        return {
            "name": self.env._("Service"),
            "usage": "view",
            "company_id": self.id,
        }

    def _prepare_after_sales_location_vals(self):
        """Return the service locations of one company. Meant to be extended.

        :return: ``{company field: values of the location}``
        """
        self.ensure_one()
        base = {
            "location_id": self.after_sales_view_location_id.id,
            "company_id": self.id,
        }
        cost = base | {"usage": "production"}
        foreign = base | {"usage": "internal", "is_non_valued": True}
        return {
            "after_sales_warranty_location_id": cost | {"name": self.env._("Warranty")},
            "after_sales_contract_location_id": cost | {"name": self.env._("Contract")},
            "after_sales_goodwill_location_id": cost | {"name": self.env._("Goodwill")},
            "after_sales_recall_location_id": cost | {"name": self.env._("Recall")},
            "after_sales_internal_location_id": cost
            | {"name": self.env._("Internal use")},
            "after_sales_customer_goods_location_id": foreign
            | {"name": self.env._("Customers' goods")},
            "after_sales_old_part_location_id": foreign
            | {"name": self.env._("Old parts returned")},
            "after_sales_defective_location_id": foreign
            | {"name": self.env._("Defective")},
            "after_sales_refurbish_location_id": foreign
            | {"name": self.env._("To refurbish")},
            "after_sales_loan_location_id": base
            | {"name": self.env._("On loan"), "usage": "transit"},
        }

    # === BUSINESS: accounts of the service locations (parts room) === #
    def _after_sales_ensure_accounts(self):
        """Give the cost locations their accounts; safe to run twice.

        Without a chart of accounts nothing is done: parts are used all the same, but
        no entry is made for what they cost.
        """
        for company in self.filtered("after_sales_warranty_location_id"):
            company = company._in_after_sales_lang()
            pattern = company._get_after_sales_account_pattern()
            if not pattern:
                continue
            for name, locations in company._get_after_sales_account_plan():
                bare = locations.filtered(lambda row: not row.valuation_account_id)
                if bare:
                    bare.valuation_account_id = locations.valuation_account_id[
                        :1
                    ] or company._find_or_create_after_sales_account(name, pattern)

    def _get_after_sales_account_plan(self):
        """Return ``[(name of the account, service locations)]`` of one company."""
        self.ensure_one()
        return [
            (self.env._("Warranty cost"), self.after_sales_warranty_location_id),
            (
                self.env._("Service contract cost"),
                self.after_sales_contract_location_id,
            ),
            (self.env._("Goodwill cost"), self.after_sales_goodwill_location_id),
            (self.env._("Recall cost"), self.after_sales_recall_location_id),
            (
                self.env._("Parts for internal use"),
                self.after_sales_internal_location_id,
            ),
            (
                self.env._("Value of refurbished parts"),
                self.after_sales_old_part_location_id
                | self.after_sales_defective_location_id
                | self.after_sales_refurbish_location_id,
            ),
        ]

    def _get_after_sales_cost_locations(self):
        """Return the locations where the cost of free parts is booked."""
        return (
            self.after_sales_warranty_location_id
            | self.after_sales_contract_location_id
            | self.after_sales_goodwill_location_id
            | self.after_sales_recall_location_id
            | self.after_sales_internal_location_id
        )

    def _get_after_sales_account_pattern(self):
        """Return the expense account ours are made after, empty without a chart."""
        self.ensure_one()
        accounts = self.env["account.account"].with_company(self)
        return self.expense_account_id or accounts.search(
            [
                *accounts._check_company_domain(self),
                ("account_type", "in", ("expense", "expense_direct_cost")),
            ],
            limit=1,
        )

    def _find_or_create_after_sales_account(self, name, pattern):
        """Return the expense account called ``name``, made if there is none."""
        self.ensure_one()
        accounts = self.env["account.account"].with_company(self)
        return accounts.search(
            [
                *accounts._check_company_domain(self),
                ("name", "=", name),
                ("account_type", "=", "expense"),
            ],
            limit=1,
        ) or accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(
                    pattern.with_company(self).code or "600000"
                ),
                "account_type": "expense",
                "company_ids": [Command.set(self.root_id.ids)],
            }
        )
