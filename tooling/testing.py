"""``./dev test``: the tests, on a fresh copy of a template database."""

import os
import re
from pathlib import Path

from . import browser, databases, environment, python_env, settings
from .ui import run_in_foreground

TESTS = settings.ROOT / "tests"
PURE = (TESTS / "rules", TESTS / "tooling")
BRIDGES = TESTS / "bridges"
INTERRUPTED, NO_TESTS = 2, 5  # exit codes of pytest
MANY = 100  # from this number of tests on, two processes are faster than one


def run(words):
    """Run pytest with these words, once for each database; return the worst code."""
    chosen = chosen_paths(words)
    if chosen and all(is_pure(path) for path in chosen):
        return _run_without_database(words)
    codes = []
    for recipe, own_words in calls(words):
        codes.append(_run_with_database(recipe, own_words))
        if codes[-1] == INTERRUPTED:
            break
    return worst(codes)


def calls(words):
    """Return ``[(recipe, words)]``, one call of pytest each.

    The tests in ``tests/bridges`` need Odoo's apps that we do not depend on, all
    others must do without them. Without a chosen path both kinds run.
    """
    paths = [word for word in words if chosen_paths([word])]
    bridges = [word for word in paths if is_bridge(chosen_paths([word])[0])]
    others = [word for word in paths if word not in bridges]
    found = []
    if others or not paths:
        own = [word for word in words if word not in bridges]
        found.append((databases.TESTS, [*own, f"--ignore={BRIDGES}"]))
    # A folder that holds the bridges, like tests/ itself, chooses them, too.
    above = any(BRIDGES.is_relative_to(path) for path in chosen_paths(paths))
    if bridges or above or not paths:
        own = [word for word in words if word not in others]
        more = [] if bridges else [str(BRIDGES)]
        # The coverage of both is one.
        append = ["--cov-append"] if found and _has_coverage(words) else []
        found.append((databases.BRIDGES, [*own, *more, *append]))
    return found


def worst(codes):
    """Return the exit code of several calls of pytest.

    That one of them found no test means nothing if another did: ``-k`` may choose
    tests of one kind only.
    """
    told = [code for code in codes if code != NO_TESTS] or codes
    return max(told, key=abs)


def is_bridge(path):
    """Say whether the tests below a path need the apps of the bridges."""
    return path.is_relative_to(BRIDGES)


def _has_coverage(words):
    return any(word == "--cov" or word.startswith("--cov=") for word in words)


def _run_with_database(recipe, words):
    """Run pytest on a copy of the template made by ``recipe``."""
    chosen = chosen_paths(words)
    text = "\n".join(_texts(chosen or [TESTS]))
    needs_browser = bool(re.search(r"start_tour|browser_js", text))
    env = environment.prepare(
        "test", extra_path=[browser.get()] if needs_browser else []
    )
    words = [*parallel_options(words, chosen, text), *words]
    with databases.copy_of(
        env, lambda: databases.template(env, recipe, bundles=needs_browser)
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
