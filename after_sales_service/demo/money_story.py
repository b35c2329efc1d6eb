"""Suppliers' warranties, claims, exchanges and a subcontractor of the demo."""

import random
from datetime import timedelta

from odoo import Command, fields

SUPPLIED = (
    "part_motor_demo",
    "part_bearing_demo",
    "part_impeller_demo",
    "part_diaphragm_demo",
    "part_seal_demo",
)
# How many days before today a claim's life goes on, from the first of each month.
MONTHS = 7
SENT_AFTER, ANSWERED_AFTER, CREDITED_AFTER = 2, 24, 40
INVOICED_MONTHS, PROVIDED_MONTHS = 12, 3
SPARE_PUMP = "PX5-002199"


class MoneyStory:
    """Part of :class:`.history.History`; its helpers are used here."""

    def schedule_money(self):
        """Put on the heap what suppliers, accountants and returns did."""
        self.supplier_rng = random.Random(23)  # the other story stays as it is
        self.at(428, 1, self.agree_with_suppliers)
        first = self.today.replace(day=1)
        for _month in range(MONTHS):
            self.at((self.today - first).days, 3, self.make_claims)
            first = (first - timedelta(days=1)).replace(day=1)
        self.at(1, 3, self.claim_this_month)
        self.at(92, 2, self.exchange_pump)
        self.at(33, 2, self.ask_for_return, "VM850-0052", "mind")
        self.at(4, 2, self.ask_for_return, "WT500-0121", "defect")
        self.at(15, 6, self.bill_crane)
        self.at(429, 0, self.open_accounts)
        self.at(75, 0, self.defer_contracts)
        first = self.today.replace(day=1)
        for month in range(INVOICED_MONTHS):
            self.at((self.today - first).days, 4, self.invoice_month, first)
            if month < PROVIDED_MONTHS:
                last = first - timedelta(days=1)
                self.at((self.today - first).days, 5, self.provide, last)
            first = (first - timedelta(days=1)).replace(day=1)

    # === SUPPLIERS === #
    def agree_with_suppliers(self):
        """The maker of motors and pump parts pays for what fails within two years."""
        maker = self.ref("partner_motor_maker_demo")
        for part in SUPPLIED:
            self.ref(part).seller_ids = [Command.create({"partner_id": maker.id})]
        self.model("after.sales.supplier.agreement", "manager").create(
            {
                "name": "Pump parts, frame contract",
                "supplier_id": maker.id,
                "months": 24,
                "start_rule": "sale",
                "share_labour": 50.0,
                "share_freight": 50.0,
                "labour_cap": 200.0,
            }
        )
        rules = self.model("after.sales.exchange.rule", "manager")
        rules.create(
            [
                {"name": "Wrong or broken on arrival", "cause": cause, "days": 30}
                for cause in ("doa", "wrong")
            ]
            + [{"name": "Change of mind", "days": 15, "restocking_percent": 10.0}]
        )

    def make_claims(self):
        """The clerk makes the month's claims and sends them two days later."""
        claims = self.model("after.sales.supplier.claim", "clerk")
        for claim in claims._make_claims(claims.env.company):
            self.after(24 * SENT_AFTER, self.send_claim, claim)

    def claim_this_month(self):
        """What is ready of this month lies in a draft already."""
        self.model("after.sales.supplier.claim.line", "clerk").search(
            [("verdict", "=", "claim"), ("claim_id", "=", False)]
        )._batch()

    def send_claim(self, claim):
        claim.action_mark_sent()
        self.after(24 * ANSWERED_AFTER, self.answer_claim, claim)

    def answer_claim(self, claim):
        """The supplier accepts most, pays some in part and refuses a few lines."""
        for line in claim.line_ids.filtered(lambda line: not line.answer):
            answer = self.supplier_rng.choice(
                ("accepted", "accepted", "partly", "refused")
            )
            vals = {"answer": answer}
            if answer != "accepted":
                vals["refuse_reason"] = "Ran dry, see our analysis"
            if answer == "partly":
                vals["amount_accepted"] = round(line.amount * 0.6, 2)
            line.write(vals)
        claim.action_answer()
        if claim.state == "answered":
            self.after(24 * CREDITED_AFTER, self.credit_claim, claim)

    def credit_claim(self, claim):
        finance = self.as_user(claim, "accountant")
        finance.action_create_credit_note()
        finance.move_ids.action_post()

    # === RETURNS === #
    def exchange_pump(self):
        """A pump hums from the first day: another one is sent."""
        product = self.ref("product_px5_demo")
        lot = self.env["stock.lot"].create(
            {"name": SPARE_PUMP, "product_id": product.id}
        )
        stock = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "location_id": stock.lot_stock_id.id,
                "lot_id": lot.id,
                "inventory_quantity": 1,
            }
        ).action_apply_inventory()
        exchange = self.ask_for_return("PX5-002140", "doa", "exchange")
        self.as_user(exchange, "supervisor").action_approve()
        clerk = self.as_user(exchange, "clerk")
        clerk.action_receive()
        clerk.serial_new = SPARE_PUMP
        clerk.action_deliver()

    def ask_for_return(self, serial, cause, kind="return"):
        unit = self.env["after.sales.unit"].search([("name", "=", serial)], limit=1)
        return self.model("after.sales.exchange", "agent").create(
            {"unit_id": unit.id, "cause": cause, "kind": kind}
        )

    # === COST === #
    def bill_crane(self):
        """A crane was hired for a machine tool; its bill names the service order."""
        order = self.env["after.sales.order"].search(
            [
                ("unit_id.name", "=like", "VM850%"),
                ("state", "in", ("done", "reviewed")),
            ],
            order="date_done desc",
            limit=1,
        )
        if not order:
            return
        crane = self.demo._keep(
            "partner_crane_demo",
            self.env["res.partner"].create({"name": "Suzhou Crane Hire"}),
        )
        bill = self.model("account.move", "accountant").create(
            {
                "move_type": "in_invoice",
                "partner_id": crane.id,
                "invoice_date": fields.Date.today(),
                "ref": "CR-2207",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Crane, half a day",
                            "price_unit": 600.0,
                            "tax_ids": [Command.clear()],
                            "after_sales_order_id": order.id,
                        }
                    )
                ],
            }
        )
        bill.action_post()

    # === FINANCE === #
    def open_accounts(self):
        """What is set aside for warranties; the hotel wants one invoice a month."""
        company = self.env.company
        company.after_sales_provision_account_id = self._create_account(
            "Provision for Warranties", "220001", "liability_non_current"
        )
        company.after_sales_provision_expense_account_id = self._create_account(
            "Addition to the Provision for Warranties", "620001", "expense"
        )
        self.ref("partner_hotel_demo").is_after_sales_monthly = True

    def _create_account(self, name, code, account_type):
        accounts = self.env["account.account"]
        return accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(code),
                "account_type": account_type,
            }
        )

    def defer_contracts(self):
        """From now on fees of contracts are earned month by month."""
        account = self._create_account(
            "Deferred Contract Revenue", "210001", "liability_current"
        )
        self.env.company.after_sales_deferral_account_id = account

    def provide(self, date):
        """The accountant sets aside what the units in warranty will still cost."""
        provision = self.model("after.sales.provision", "accountant").create(
            {"date": date}
        )
        provision.action_compute()
        if provision.amount_change:
            provision.action_create_entry()
            provision.move_id.action_post()

    def invoice_month(self, first):
        """One invoice for all that a customer had done in the month before."""
        orders = self.model("after.sales.order", "accountant")._find_monthly(first)
        if orders:
            orders.action_create_joint_invoice()
            invoices = self.as_user(orders.sudo()._get_invoices(), "accountant")
            invoices.filtered(lambda move: move.state == "draft").action_post()
