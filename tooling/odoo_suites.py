"""``./dev odoo-suites``: Odoo's own tests, with our add-on installed."""

import re

from . import browser, databases, demo, environment
from .ui import say

SUITES = (
    "hr_maintenance",
    "hr_skills",
    "maintenance",
    "portal",
    "purchase_stock",
    "repair",
    "sale_stock",
    "stock",
    "stock_account",
    "survey",
    "test_lint",
)
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
PER_MODULE = re.compile(r"odoo\.tests\.stats: (\w+): (\d+) tests")
FAULT = re.compile(r" (?:ERROR|FAIL): (.*)$", re.MULTILINE)


def run(words):
    """Run the suites named, or all; return 1 if a test fails.

    The database holds Odoo's demo data, which these tests need. ``--without``
    leaves our add-on out, to compare with.
    """
    without = "--without" in words
    suites = [word for word in words if not word.startswith("-")] or SUITES
    env = environment.prepare("test", extra_path=[browser.get()])
    recipe = databases.Recipe(modules=SUITES, odoo_demo=True)
    source = databases.base_template if without else databases.template
    with databases.copy_of(env, lambda: source(env, recipe)) as database:
        return _run(env, database, suites, without)


def _run(env, database, suites, without):
    log = databases.log_of("odoo-suites" + ("-without" if without else ""))
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    tags = [f"/{suite}" for suite in suites]
    say(f"suites: {', '.join(suites)}; the log is in {log}")
    code = env.odoo_in_foreground(
        *("server", "-d", database, "-u", ",".join(suites)),
        *("--test-tags", ",".join(tags), "--stop-after-init"),
        *("--http-port", demo.free_port(), f"--logfile={log}"),
    )
    text = log.read_text("utf-8", "replace")
    for fault in sorted(set(FAULT.findall(text))):
        print(fault)
    print(summary(text))
    return 1 if code or not RESULT.search(text) else 0


def summary(log):
    """Return the number of tests per module and in all, read from Odoo's log."""
    counts = {name: count for name, count in PER_MODULE.findall(log)}
    lines = [f"{name}: {count} tests" for name, count in sorted(counts.items())]
    results = RESULT.findall(log)
    failed, errors, tests = results[-1] if results else ("?", "?", "?")
    lines.append(f"{tests} tests, {failed} failed, {errors} errors")
    return "\n".join(lines)
