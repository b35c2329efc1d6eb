"""``./dev test``: the tests, on a fresh copy of a template database."""

import os
import re
from pathlib import Path

from . import browser, databases, environment, python_env, settings
from .ui import run_in_foreground

TESTS = settings.ROOT / "tests"
PURE = (TESTS / "rules", TESTS / "tooling")
MANY = 100  # from this number of tests on, two processes are faster than one


def run(words):
    """Run pytest with these words; return its exit code."""
    chosen = chosen_paths(words)
    if chosen and all(is_pure(path) for path in chosen):
        return _run_without_database(words)
    text = "\n".join(_texts(chosen or [TESTS]))
    needs_browser = bool(re.search(r"start_tour|browser_js", text))
    env = environment.prepare(
        "test", extra_path=[browser.get()] if needs_browser else []
    )
    words = [*parallel_options(words, chosen, text), *words]
    with databases.copy_of(
        env, lambda: databases.template(env, databases.TESTS, bundles=needs_browser)
    ) as database:
        return run_in_foreground(
            [
                *(env.python, "-m", "pytest"),
                *(f"--odoo-database={database}", "--odoo-http", *words),
            ],
            env=env.variables,
            cwd=settings.ROOT,
        )


def chosen_paths(words):
    """Return the files and folders among pytest's words."""
    paths = (Path(word.partition("::")[0]) for word in words if word[:1] != "-")
    return [path.resolve() for path in paths if path.exists()]


def is_pure(path):
    """Say whether the tests below a path need no database."""
    return any(path.is_relative_to(folder) for folder in PURE)


def parallel_options(words, chosen, text, processors=None):
    """Return pytest's options for several processes, where they pay.

    They pay for the whole suite only: each process has to copy the database.
    """
    processors = processors or os.cpu_count() or 1
    asked = any(re.match(r"-n\d*$|--numprocesses|--dist|--pdb|-p$", w) for w in words)
    count = len(re.findall(r"^\s+def test_", text, re.MULTILINE))
    if asked or chosen or processors < 2 or count < MANY:
        return []
    return ["-n", str(min(processors, 4)), "--dist=loadgroup"]


def _run_without_database(words):
    """Run tests that need neither Odoo nor PostgreSQL."""
    python = python_env.get("dev.lock", [])
    variables = dict(os.environ)
    for name in ("ODOO_RC", "OPENERP_SERVER", "PYTHONPATH"):
        variables.pop(name, None)
    command = [python, "-m", "pytest", "-p", "no:odoo", *words]
    return run_in_foreground(command, env=variables, cwd=settings.ROOT)


def _texts(paths):
    for path in paths:
        files = path.rglob("*.py") if path.is_dir() else [path]
        for file in files:
            if file.parent != TESTS / "tooling":
                yield file.read_text("utf-8", "replace")
