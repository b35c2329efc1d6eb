"""The service contracts of the demo: signed, visited, used, invoiced, renewed."""

from datetime import datetime, time, timedelta

from odoo import Command, fields

from ..rules.visit_plan import add_months
from . import script

PRODUCT = "product_product_service_contract"
# The nightly jobs run now and then: enough to be in time for everything.
JOB_DAYS = range(345, -1, -5)


class ContractHistory:
    """Puts the stories of six contracts on the heap of the demo's history."""

    def __init__(self, history):
        self.history = history
        self.env = history.env
        self.contracts = {}

    def schedule(self):
        """Say when what happens; days are counted back from today."""
        at = self.history.at
        at(340, 3, self.sign, "nanjing", ("WT500-0107",), 12, self._nanjing())
        at(330, 3, self.sign, "rheintal", self._serials(5), 9, self._rheintal())
        at(300, 3, self.sign, "jiangnan", ("WT500-0112",), 12, self._jiangnan())
        at(250, 3, self.sign, "mekong", self._serials(8), 12, self._mekong())
        at(200, 3, self.sign, "kunshan", ("VM850-0033",), 12, self._kunshan())
        at(120, 3, self.sign, "hotel", self._serials(3)[:10], 24, self._hotel())
        at(70, 4, self.renew, "rheintal", 3.0)
        at(60, 4, self.suspend, "mekong", "Invoices of the summer are not paid")
        at(28, 5, self.skip, "jiangnan", "The plant stands still for its overhaul")
        at(30, 2, self.work, "VM850-0033", 12.0)
        at(12, 2, self.work, "VM850-0033", 6.5)
        for days in JOB_DAYS:
            at(days, 18, self.run_jobs)

    def _serials(self, delivery):
        return script.DELIVERIES[delivery][3]

    # === TERMS === #
    def _nanjing(self):
        return {
            "visit_interval": "half",
            "price": 9600.0,
            "bill_interval": "half",
            "calendar_id": self.env.company.resource_calendar_id.id,
        }

    def _rheintal(self):
        return {"price": 2400.0, "bill_interval": "quarter", "bill_timing": "arrears"}

    def _jiangnan(self):
        return {
            "reference": "JNSW-2025-118",
            "visit_interval": "quarter",
            "quota_visits": 4,
            "price": 3600.0,
            "bill_interval": "quarter",
            "sla_policy_ids": [
                Command.create(
                    {
                        "name": "4 h on site",
                        "promise": "arrival",
                        "hours_promised": 4,
                        "is_around_the_clock": True,
                    }
                )
            ],
        }

    def _mekong(self):
        return {"scope": "customer", "price": 1800.0, "bill_interval": "month"}

    def _kunshan(self):
        return {
            "quota_hours": 20.0,
            "price": 14500.0,
            "bill_interval": "quarter",
            "term_ids": [Command.create({"component_class": "wearing"})],
        }

    def _hotel(self):
        return {
            "price": 12.0,
            "price_mode": "unit",
            "bill_interval": "month",
            "is_calendar_billed": True,
        }

    # === EVENTS === #
    def sign(self, customer, serials, months, terms):
        """The supervisor signs a contract and puts it into force."""
        start = fields.Date.today()
        is_listed = terms.get("scope", "units") == "units"
        units = [self.history.units[serial].id for serial in serials]
        contract = self.history.model("after.sales.contract", "supervisor").create(
            {
                "partner_id": self.history.ref(f"partner_{customer}_demo").id,
                "date_start": start,
                "date_end": add_months(start, months) - timedelta(days=1),
                "product_id": self.history.ref(PRODUCT).id,
                "line_ids": [
                    Command.create({"unit_id": unit}) for unit in units if is_listed
                ],
            }
            | terms
        )
        contract.action_activate()
        self.contracts[customer] = contract

    def renew(self, customer, percent):
        self.contracts[customer]._renew(percent, activate=True)

    def suspend(self, customer, reason):
        self.contracts[customer]._suspend(reason)

    def skip(self, customer, reason):
        """Leave out the visit that comes next."""
        contract = self.contracts[customer]
        contract.visit_ids.filtered(lambda visit: visit.state in ("due", "planned"))[
            :1
        ]._skip(reason)

    def run_jobs(self):
        """What the nightly jobs do, without their commits in between."""
        contracts = self.env["after.sales.contract"]
        contracts._cron_expire()
        contracts._find_due(None)._bill_or_tell()
        for contract in contracts._find_notice_due(None):
            contract._send_notice_or_note()
        known = self.env["after.sales.contract.visit"].search([])
        for contract in contracts.search(
            [("state", "=", "active"), ("visit_interval", "!=", False)]
        ):
            contract._plan_visits_or_log()
        for visit in known.search([("id", "not in", known.ids)]):
            self.plan(visit)

    def plan(self, visit):
        """The supervisor gives a preventive visit to a technician."""
        order = self.history.as_user(visit.order_id, "supervisor")
        moment = datetime.combine(visit.date_due, time(2))
        order.write(
            {
                "technician_id": self.history.ref("employee_tech_zhao_demo").id,
                "date_planned": moment,
            }
        )
        order.action_plan()
        hours = (moment - fields.Datetime.now()).total_seconds() / 3600
        if hours > 0:
            self.history.after(hours, self.inspect, order)

    def inspect(self, order):
        """The technician drives there, looks at everything and has it signed."""
        if order.state != "planned":
            return  # left out meanwhile
        order = self.history.as_user(order, "tech_zhao")
        order.visit_ids[:1].action_depart()
        order.visit_ids[:1].action_arrive()
        self.history.after(2, self.finish, order, "advice")

    def work(self, serial, hours):
        """A long repair of which the contract pays the hours."""
        unit = self.history.units[serial]
        order = self.history.model("after.sales.order", "supervisor").create(
            {
                "partner_id": unit.partner_id.id,
                "unit_id": unit.id,
                "team_id": self.history.ref("team_field_demo").id,
                "technician_id": self.history.ref("employee_tech_qian_demo").id,
                "cause_id": self.history.fault(script.WORN).id,
                "symptom_note": "Loses its position after some hours",
            }
        )
        self.env["after.sales.order.line"].create(
            {
                "order_id": order.id,
                "product_id": self.history.ref("work_cnc_demo").id,
                "quantity": hours,
            }
        )
        order = self.history.as_user(order, "tech_qian")
        order.action_start()
        self.history.after(hours, self.finish, order, "repaired")

    def finish(self, order, outcome):
        from .history import draw_signature

        order.check_ids.action_ok()
        order.outcome = outcome
        order.action_fill_used()
        signer = (order.contact_id or order.partner_id).name
        if order.line_ids._get_quoted_lines():
            order.action_create_quotation()
            order._accept_quotation(signer, draw_signature(self.history.rng))
        order._sign(signer, draw_signature(self.history.rng))
        order.action_complete()
