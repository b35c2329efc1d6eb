"""``./dev odoo-suites``: Odoo's own tests, with our add-on installed."""

import os
import re

from . import browser, databases, demo, environment, settings
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

    The modules are installed into an empty database with Odoo's demo data, and tested
    on the way: a test that runs at the installation of its module must not meet columns
    of modules that come after it. ``--without`` leaves our add-on out, to compare with.
    """
    without = "--without" in words
    suites = [word for word in words if not word.startswith("-")] or SUITES
    env = environment.prepare("test", extra_path=[browser.get()])
    database = f"suites_{os.getpid()}"
    try:
        return _run(env, database, suites, without)
    finally:
        databases.drop(env, database)


def _run(env, database, suites, without):
    log = databases.log_of("odoo-suites" + ("-without" if without else ""))
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    tags = [f"/{suite}" for suite in suites]
    modules = [*suites, *settings.manifest()["depends"]]
    modules += [] if without else [settings.ADDON]
    say(f"suites: {', '.join(suites)}; the log is in {log}")
    code = env.odoo_in_foreground(
        *("server", "-d", database, "-i", ",".join(modules), "--with-demo"),
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
