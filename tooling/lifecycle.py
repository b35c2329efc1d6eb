"""``./dev upgrade-test`` and ``./dev uninstall-test``: what installing leaves behind.

The functions take an environment, so that tests can call them, too.
"""

import ast
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from . import databases, environment, lint, python_env, settings
from .ui import Problem, run, say

UNINSTALL = f"""
module = env["ir.module.module"].search([("name", "=", "{settings.ADDON}")])
module.button_immediate_uninstall()
"""
SCHEMA = {
    "column": """
        SELECT table_name || '.' || column_name || ' ' || data_type
            || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
          FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "constraint": """
        SELECT conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
           AND contype <> 'n'
    """,
    "index": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "sequence": """
        SELECT relname FROM pg_class
         WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
    """,
}
# Rows of these come and go by themselves: caches, logs, queues, signals.
RESTLESS = {
    "base_registry_signaling",
    "bus_bus",
    "ir_attachment",
    "ir_cron_progress",
    "ir_cron_trigger",
    "ir_logging",
    "ir_profile",
    "res_device_log",
    "res_users_log",
}


def run_uninstall(_words):
    """Install, uninstall, compare; return 1 if something is left."""
    env = environment.prepare("test")
    found = uninstall(env)
    print("\n".join(found))
    say(f"uninstall: {len(found)} things left behind or changed")
    return 1 if found else 0


def uninstall(env):
    """Install and uninstall the add-on; return what differs from before."""
    with databases.copy_of(
        env, lambda: databases.base_template(env, databases.TESTS)
    ) as database:
        before = snapshot(env, database)
        say("uninstall: installing")
        databases.install(env, database, [settings.ADDON])
        say("uninstall: uninstalling")
        words = ("shell", "-d", database, "--no-http", "--log-level=warn")
        said = env.odoo(*words, input=UNINSTALL)
        found = differences(before, snapshot(env, database))
        found += _orphans(env, database)
        if state := _state(env, database) - {"uninstalled"}:
            found.append(f"the add-on is {state}, not uninstalled: {said[-2000:]}")
            return found
        say("uninstall: installing again")
        try:
            databases.install(env, database, [settings.ADDON])
        except Problem as problem:
            found.append(f"it can't be installed again: {problem}")
        return found


def _state(env, database):
    sql = f"SELECT state FROM ir_module_module WHERE name = '{settings.ADDON}'"
    return {state for (state,) in databases.query(env, database, sql)}


def snapshot(env, database):
    """Return the schema and the number of rows of every table, as a set of facts."""
    facts = set()
    for kind, sql in SCHEMA.items():
        facts |= {(kind, row[0]) for row in databases.query(env, database, sql)}
    return facts | {("rows", each) for each in _row_counts(env, database)}


def _row_counts(env, database):
    sql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    tables = [name for (name,) in databases.query(env, database, sql)]
    counts = " UNION ALL ".join(
        f"SELECT '{name} ' || count(*) FROM \"{name}\""
        for name in tables
        if not name.startswith("orm_signaling") and name not in RESTLESS
    )
    return [text for (text,) in databases.query(env, database, counts)]


def differences(before, after):
    """Return in words what two snapshots do not have in common."""
    left = [f"left behind: {kind} {what}" for kind, what in sorted(after - before)]
    lost = [f"was before: {kind} {what}" for kind, what in sorted(before - after)]
    return left + lost


def _orphans(env, database):
    """Return the records whose code is gone."""
    found = []
    for table, where in (
        ("ir_model_data", f"module = '{settings.ADDON}'"),
        ("ir_model_data", "model LIKE 'after.sales.%'"),
        ("ir_model", "model LIKE 'after.sales.%'"),
        ("ir_model_fields", "relation LIKE 'after.sales.%'"),
        ("ir_model_fields", "model LIKE 'after.sales.%'"),
        ("ir_act_window", "res_model LIKE 'after.sales.%'"),
        ("ir_ui_view", "model LIKE 'after.sales.%'"),
    ):
        sql = f"SELECT count(*) FROM {table} WHERE {where}"
        count = databases.query(env, database, sql)[0][0]
        if count != "0":
            found.append(f"orphans: {count} rows of {table} where {where}")
    return found


def run_upgrade(words):
    """Update from a commit to the working tree; return 1 if the log is not clean."""
    reference = words[0] if words else previous_state()
    if not reference:
        say("upgrade: there is no earlier state of the add-on to come from")
        return 0
    found = upgrade(reference)
    print(found)
    say(f"upgrade from {reference[:12]}:", "not clean" if found else "clean")
    return 1 if found else 0


def previous_state():
    """Return the commit before the last one that changed the add-on, or None."""
    command = ["git", "rev-list", "-n2", "HEAD", "--", settings.ADDON]
    listed = subprocess.run(
        command, cwd=settings.ROOT, capture_output=True, text=True
    ).stdout.split()
    return listed[1] if len(listed) > 1 else None


def upgrade(reference):
    """Install the add-on as of a commit with its demo data, then update it.

    :param str reference: a commit, branch or tag
    :return: the warnings and errors of the update, as text; empty if it is clean
    """
    python = python_env.get("lint.lock")
    with tempfile.TemporaryDirectory() as folder:
        _extract(reference, Path(folder))
        manifest = Path(folder) / settings.ADDON / "__manifest__.py"
        depends = tuple(ast.literal_eval(manifest.read_text("utf-8"))["depends"])
        old = environment.prepare("test", addons_path=folder)
        recipe = databases.Recipe(depends=depends, odoo_demo=True)
        with databases.copy_of(
            old, lambda: databases.base_template(old, recipe)
        ) as database:
            say(f"upgrade: installing the add-on of {reference[:12]}")
            databases.install(old, database, [settings.ADDON], "--with-demo")
            say("upgrade: updating to the working tree")
            env = environment.prepare("test")
            databases.update(env, database)
            found = lint.check_log(python, databases.log_of(database))
            databases.log_of(database).unlink()
            return found


def _extract(reference, folder):
    archive = folder / "addon.tar"
    run(
        *("git", "archive", "-o", archive, reference, settings.ADDON),
        cwd=settings.ROOT,
        hint="Is it a commit of this repository?",
    )
    safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(archive) as tar:
        tar.extractall(folder, **safe)
    archive.unlink()
    for cache in folder.rglob("__pycache__"):
        shutil.rmtree(cache, ignore_errors=True)
