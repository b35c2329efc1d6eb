"""``./dev odoo-suites``: Odoo's own tests, with our add-on installed."""

import re
from dataclasses import dataclass

from . import browser, databases, demo, environment, settings
from .ui import run_in_foreground, say

SUITES = (
    "account",
    "hr_maintenance",
    "hr_skills",
    "maintenance",
    "portal",
    "purchase_stock",
    "repair",
    "sale",
    "sale_stock",
    "stock",
    "stock_account",
    "survey",
    "test_lint",
)
# Odoo's demo data are there, ours are not, nor more languages than Odoo's tests expect.
RECIPE = databases.Recipe(modules=SUITES, odoo_demo=True, languages=("en_US",))
RUNNER = settings.ROOT / "tooling" / "tests_last.py"
NEIGHBOURS = "fails without us, too: does not expect the modules beside its own"
DEMO_DATA = "fails without us, too: counts what there is, Odoo's demo data as well"
OPERATION_TYPES = (
    "takes the one outgoing operation type of a warehouse; ours add some, as those of"
    " Point of Sale do"
)
SPARE_PARTS = "counts the places below the stock; ours adds the one for spare parts"
MESSAGES = (
    "takes the messages as they lie in memory; read anew, the newest is the first, and"
    " all three are right"
)
# Tests that fail on the full database and say nothing about us, and why. Seen with
# --without, but for the four whose reason is one of the three above.
NATIVE = {
    "TestCreatePicking.test_08_check_update_qty_mto_chain": NEIGHBOURS,
    "TestEquipmentMulticompany.test_00_equipment_multicompany_user": NEIGHBOURS,
    "TestImportFiles.test_import_quotation_template_xls": (
        "fails without us, too: expects Odoo's demo data of sales"
    ),
    "TestLotSerial.test_lot_search_partner_ids": DEMO_DATA,
    "TestProcRule.test_orderpoint_warning": NEIGHBOURS,
    "TestProcRule.test_reordering_rule_1": NEIGHBOURS,
    "TestProcRule.test_replenishment_order_to_max": NEIGHBOURS,
    "TestPurchaseOrder.test_message_qty_already_received": MESSAGES,
    "TestPurchaseStockReports.test_vendor_delay_report_with_multi_location": (
        SPARE_PARTS
    ),
    "TestPyLint.test_pylint": "fails without us, too: four places of Odoo's own code",
    "TestReports.test_report_forecast_4_intermediate_transfers": NEIGHBOURS,
    "TestReports.test_report_forecast_5_multi_warehouse": OPERATION_TYPES,
    "TestReports.test_report_reception_3_multiwarehouse": OPERATION_TYPES,
    "TestSaleFlow.test_qty_delivered": NEIGHBOURS,
    "TestSinglePicking.test_additional_move_1": NEIGHBOURS,
    "TestStockFlow.test_70_picking_state_all_at_once_reserve": NEIGHBOURS,
    "TestStockFlow.test_74_move_state_waiting_mto": NEIGHBOURS,
    "TestStockFlow.test_assign_sm_to_existing_picking": NEIGHBOURS,
    "TestStockMove.test_product_tree_views": NEIGHBOURS,
    "TestWarehouse.test_resupply_route": NEIGHBOURS,
    "setUpClass (odoo.addons.stock.tests.test_old_rules.TestOldRules)": NEIGHBOURS,
}
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
PER_MODULE = re.compile(r"odoo\.tests\.stats: (\w+): (\d+) tests")
FAULT = re.compile(
    r"^\S+ \S+ \d+ ERROR \S+ \S+ (?:ERROR|FAIL): (?P<name>.*)\n"
    r"(?P<text>(?:(?!\d{4}-\d\d-\d\d ).*\n)*)",
    re.MULTILINE,
)
OURS = re.compile(rf"(Module |module='|odoo\.addons\.){settings.ADDON}\b")


@dataclass(frozen=True)
class Fault:
    """A test that failed."""

    name: str
    text: str

    @property
    def is_native(self):
        """Whether it is known to say nothing about us, and does not speak of us."""
        return self.name in NATIVE and not OURS.search(self.name + self.text)


def run(words):
    """Run the suites named, or all; return 1 if a test fails because of us.

    All run at the end: see :mod:`.tests_last`. ``--without`` leaves our add-on out, to
    compare with.
    """
    without = "--without" in words
    suites = [word for word in words if not word.startswith("-")] or SUITES
    env = environment.prepare("test", extra_path=[browser.get()])
    with databases.copy_of(env, lambda: databases.base_template(env, RECIPE)) as copy:
        if not without:
            _install_addon(env, copy)
        log = databases.log_of("odoo-suites" + ("-without" if without else ""))
        log.unlink(missing_ok=True)
        say(f"suites: {', '.join(suites)}; the log is in {log}")
        tags = ",".join(f"/{suite}" for suite in suites)
        run_in_foreground(
            [
                *(env.python, RUNNER, "server", "-d", copy, "--test-tags", tags),
                *("--stop-after-init", "--http-port", demo.free_port()),
                f"--logfile={log}",
            ],
            env=env.variables,
            cwd=settings.ROOT,
        )
        return report(log.read_text("utf-8", "replace"))


def _install_addon(env, database):
    """Install our add-on without its demo data; Odoo's tests count what there is.

    A module gets its demo data if all modules it depends on have theirs.
    """
    say(f"database: installing {settings.ADDON}")
    sql = "UPDATE ir_module_module SET demo = {} WHERE name = 'portal'"
    databases.query(env, database, sql.format("false"))
    databases.install(env, database, [settings.ADDON])
    databases.query(env, database, sql.format("true"))


def report(log):
    """Print what Odoo's log says of the tests; return 1 if a fault is ours."""
    ours = False
    for fault in sorted(faults(log), key=lambda fault: fault.name):
        ours = ours or not fault.is_native
        print(f"{fault.name}: {NATIVE[fault.name] if fault.is_native else 'FAULT'}")
    print(summary(log))
    return 1 if ours or not RESULT.search(log) else 0


def faults(log):
    """Return the tests that failed, as a set of :class:`Fault`."""
    return {
        Fault(found["name"].strip(), found["text"]) for found in FAULT.finditer(log)
    }


def summary(log):
    """Return the number of tests per module and in all, read from Odoo's log."""
    counts = {name: count for name, count in PER_MODULE.findall(log)}
    lines = [f"{name}: {count} tests" for name, count in sorted(counts.items())]
    results = RESULT.findall(log)
    failed, errors, tests = results[-1] if results else ("?", "?", "?")
    lines.append(f"{tests} tests, {failed} failed, {errors} errors")
    return "\n".join(lines)
