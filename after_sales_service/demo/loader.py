"""The demo: a maker of pumps, water-treatment sets, machine tools and set-top boxes.

Masters stand in ``data/*.csv``; what happened (deliveries, calls, jobs, invoices) is
told by :mod:`.history` with the same buttons that people press.
"""

import csv
import logging
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.tools import convert_file, file_open

from . import script
from .history import History

try:
    from freezegun import freeze_time
except ImportError:  # only Odoo's own tests need it: then no history is played
    freeze_time = None

_logger = logging.getLogger(__name__)
MODULE = "after_sales_service"
MASTERS = (
    "product.category",
    "product.product",
    "after.sales.component",
    "after.sales.warranty.policy",
    "after.sales.warranty.policy.line",
    "after.sales.zone",
    "res.partner",
    "res.users",
    "hr.skill.type",
    "hr.skill.level",
    "hr.skill",
    "after.sales.skill.requirement",
    "after.sales.price.rule",
    "after.sales.charge.rule",
)
TECHNICIANS = (
    # user, badge, van, hourly cost, certificates with the days they are still valid
    ("tech_zhao", "JS-0107", "Van 1 – Suzhou", 95.0, {"pump": 540, "electric": 200}),
    ("tech_sun", "JS-0112", "Van 2 – Kunshan", 90.0, {"pump": 320, "electric": -22}),
    ("tech_qian", "JS-0125", "Van 3 – Nanjing", 105.0, {"cnc": 45, "electric": 610}),
    ("tech_lin", "TW-0003", "Van 4 – Taichung", 130.0, {"cnc": 410, "pump": 75}),
)
# The action that opens at log-in, and whose.
HOME_PAGES = {
    "after_sales_team_action_register": ("agent", "supervisor", "manager"),
    "after_sales_visit_action_my_day": (
        "tech_zhao",
        "tech_sun",
        "tech_qian",
        "tech_lin",
    ),
}


class AfterSalesDemo(models.AbstractModel):
    """Loads the demo story; never called outside a demo installation."""

    _name = "after.sales.demo"
    _description = "After-Sales Demo"

    @api.model
    def _load(self):
        """Load masters and history once; a second call does nothing."""
        if self.env.ref(f"{MODULE}.product_px2_demo", raise_if_not_found=False):
            return
        self._load_languages()
        company = self.env.company
        self._prepare_company(company)
        for model in MASTERS:
            _logger.info("demo: %s", model)
            convert_file(
                self.env,
                MODULE,
                f"demo/data/{model}.csv",
                {},
                mode="init",
                noupdate=True,
            )
        # The rule that comes installed has no price; the demo's own has.
        self._ref("after_sales_price_rule_labour").action_archive()
        self._load_translations()
        self._silence_odoobot()
        self._set_home_pages()
        self._load_people(company)
        self._load_portal_user()
        self._load_tools(company)
        self._play_history(company)
        # From now on: the technicians of the story quoted whatever was needed.
        rules = self.env["after.sales.charge.rule"].with_context(active_test=False)
        rules.search([("company_id", "=", company.id)]).action_unarchive()

    def _ref(self, name):
        return self.env.ref(f"{MODULE}.{name}")

    def _keep(self, name, record):
        """Give ``record`` an external id, so that it goes with the demo."""
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"{MODULE}.{name}", "record": record, "noupdate": True}]
        )
        return record

    def _load_languages(self):
        """Install Simplified and Traditional Chinese where they are missing."""
        Lang = self.env["res.lang"].with_context(active_test=False)
        langs = Lang.search(
            [("code", "in", ("zh_CN", "zh_TW")), ("active", "=", False)]
        )
        if langs:
            self.env["base.language.install"].create(
                {"lang_ids": [Command.set(langs.ids)]}
            ).lang_install()

    def _prepare_company(self, company):
        """Dress the main company, unless it already keeps books of its own."""
        if self.env["account.move"].search_count([("company_id", "=", company.id)]):
            return
        self.env.ref("base.CNY").active = True
        company.write(
            {
                "name": "Taihu Pump & Machinery",
                "street": "No. 9 Xinghu Street",
                "city": "Suzhou",
                "zip": "215021",
                "country_id": self.env.ref("base.cn").id,
                "currency_id": self.env.ref("base.CNY").id,
                "phone": "+86 512 6288 0000",
                "email": "service@taihu-pump.example.com",
                "logo": False,  # else every print says “Your logo”
            }
        )
        # Made in the currency of the installation; with it, invoices would be, too.
        self.env["product.pricelist"].search(
            [("company_id", "in", (company.id, False))]
        ).currency_id = company.currency_id
        self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        ).name = "Suzhou"
        company.partner_id.tz = "Asia/Shanghai"
        company.resource_calendar_id.tz = "Asia/Shanghai"

    def _load_translations(self):
        """Give the masters their Chinese names."""
        with file_open(f"{MODULE}/demo/data/translations.csv") as file:
            for row in csv.DictReader(file):
                record = self._ref(row.pop("id"))
                for lang, name in row.items():
                    record.with_context(lang=lang).name = name

    def _silence_odoobot(self):
        """Keep the bot's greeting, which fills a phone's screen, from the users."""
        users = self.env["res.users"]
        if "odoobot_state" in users._fields:
            rows = self.env["ir.model.data"].search(
                [("module", "=", MODULE), ("model", "=", "res.users")]
            )
            users.browse(rows.mapped("res_id")).odoobot_state = "disabled"

    def _set_home_pages(self):
        """Let each role begin where its work is, not in Discuss."""
        for action, names in HOME_PAGES.items():
            for name in names:
                self._ref(f"user_{name}_demo").action_id = self._ref(action).id

    def _load_portal_user(self):
        """Let Ms Li of the water works log in to the portal."""
        self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "login": "customer",
                "password": "customer",
                "partner_id": self._ref("partner_jiangnan_li_demo").id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )

    def _load_people(self, company):
        """Make the team, its technicians with vans, cash boxes and certificates."""
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        supervisor = self._ref("user_supervisor_demo")
        team = self._keep(
            "team_field_demo",
            self.env["after.sales.team"].create(
                {
                    "name": "Field Service Suzhou",
                    "leader_id": supervisor.id,
                    "warehouse_id": warehouse.id,
                    "company_id": company.id,
                }
            ),
        )
        if not company.after_sales_cash_journal_id:
            company.after_sales_cash_journal_id = self._create_cash_box(
                company, "Main Cash", "MCASH"
            )
        for name, badge, van, cost, certificates in TECHNICIANS:
            employee = self._load_technician(company, team, name, badge, cost)
            employee.action_create_van()
            employee.after_sales_van_id.name = van
            self._load_certificates(employee, certificates)
        for user in ("agent", "supervisor", "manager", "clerk", "accountant"):
            user = self._ref(f"user_{user}_demo")
            self.env["hr.employee"].create(
                {"name": user.name, "user_id": user.id, "company_id": company.id}
            )

    def _create_cash_box(self, company, name, code):
        return self.env["account.journal"].create(
            {"name": name, "type": "cash", "code": code, "company_id": company.id}
        )

    def _load_technician(self, company, team, name, badge, cost):
        user = self._ref(f"user_{name}_demo")
        journal = self._create_cash_box(
            company, f"Cash Box {user.name}", f"CB{badge[-3:]}"
        )
        return self._keep(
            f"employee_{name}_demo",
            self.env["hr.employee"].create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": company.id,
                    "is_after_sales_technician": True,
                    "after_sales_badge": badge,
                    "after_sales_team_id": team.id,
                    "after_sales_cash_journal_id": journal.id,
                    "hourly_cost": cost,
                }
            ),
        )

    def _load_certificates(self, employee, certificates):
        today = fields.Date.today()
        self.env["hr.employee.skill"].create(
            [
                {
                    "employee_id": employee.id,
                    "skill_type_id": self._ref("skill_type_service_demo").id,
                    "skill_id": self._ref(f"skill_{skill}_demo").id,
                    "skill_level_id": self._ref("skill_level_valid_demo").id,
                    "valid_from": today - timedelta(days=730 - days),
                    "valid_to": today + timedelta(days=days),
                }
                for skill, days in certificates.items()
            ]
        )

    def _load_tools(self, company):
        """Register the tools; who holds them is told by the history."""
        category = self._keep(
            "tool_category_demo",
            self.env["maintenance.equipment.category"].create(
                {"name": "Service Tools", "company_id": company.id}
            ),
        )
        for name, label, serial, holder, _purpose in script.TOOLS:
            self._keep(
                name,
                self.env["maintenance.equipment"].create(
                    {
                        "name": label,
                        "serial_no": serial,
                        "category_id": category.id,
                        "company_id": company.id,
                        "is_after_sales_tool": True,
                        "after_sales_ownership": "personal" if holder else "store",
                    }
                ),
            )

    def _load_shelf(self, company):
        """Lay the first parts on the shelf, by a native count."""
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            [
                {
                    "product_id": self._ref(name).id,
                    "location_id": warehouse.lot_stock_id.id,
                    "inventory_quantity": quantity,
                }
                for name, quantity in script.STOCK.items()
            ]
        ).action_apply_inventory()

    def _play_history(self, company):
        """Play the months that led to today."""
        if freeze_time is None:
            _logger.warning("demo: freezegun is not installed, so no history is made")
            return
        now = fields.Datetime.now()
        demo = self.with_context(
            mail_notify_force_send=False, mail_create_nosubscribe=True
        )
        with freeze_time(now) as freezer:
            history = History(demo, freezer, now)
            history.at(430, 0, demo._load_shelf, company)
            history.schedule()
            history.play()
