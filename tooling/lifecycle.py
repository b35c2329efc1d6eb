"""``./dev upgrade-test`` and ``./dev uninstall-test``: what installing leaves behind.

The functions take an environment, so that tests can call them, too.
"""

import ast
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from . import databases, environment, lint, python_env, settings
from .ui import Problem, run, say

UNINSTALL = """
module = env["ir.module.module"].search([("name", "=", "%s")])
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
# Odoo 19 leaves these behind for its own modules, too (seen with fleet): notes on
# foreign keys that are gone, and names of the selections of mail's fields.
LEFT_BY_ODOO = {
    "ir_model_constraint": re.compile(r"\d+ \w+_fkey$"),
    "ir_model_data": re.compile(r"\d+ selection__\w+__activity_\w+$"),
}
SHOWN = 8  # rows of a table that are named in the report
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


def run_uninstall(words):
    """Install, uninstall, compare; return 1 if something is left.

    The name of one of Odoo's modules shows what Odoo itself leaves behind.
    """
    env = environment.prepare("test")
    found = uninstall(env, *words[:1])
    print("\n".join(found))
    say(f"uninstall: {len(found)} things left behind or changed")
    return 1 if found else 0


def uninstall(env, addon=settings.ADDON):
    """Install and uninstall an add-on; return what differs from before."""
    with databases.copy_of(
        env, lambda: databases.base_template(env, databases.TESTS)
    ) as database:
        before = snapshot(env, database)
        say("uninstall: installing")
        databases.install(env, database, [addon])
        say("uninstall: uninstalling")
        words = ("shell", "-d", database, "--no-http", "--log-level=warn")
        said = env.odoo(*words, input=UNINSTALL % addon)
        after = snapshot(env, database)
        found = differences(before, after) + _orphans(env, database)
        if state := _state(env, database, addon) - {"uninstalled"}:
            found.append(f"the add-on is {state}, not uninstalled: {said[-2000:]}")
            return found
        say("uninstall: installing again")
        try:
            databases.install(env, database, [addon])
        except Problem as problem:
            found.append(f"it can't be installed again: {problem}")
        return found


def _state(env, database, addon):
    sql = f"SELECT state FROM ir_module_module WHERE name = '{addon}'"
    return {state for (state,) in databases.query(env, database, sql)}


def snapshot(env, database):
    """Return the schema and the rows of every table.

    :return: ``{"column": {…}, "index": {…}, …, "rows": {table: {row, …}}}``
    """
    facts = {}
    for kind, sql in SCHEMA.items():
        facts[kind] = {row[0] for row in databases.query(env, database, sql)}
    facts["rows"] = _rows(env, database)
    return facts


def _rows(env, database):
    """Return a short text for each row; tables without an id are only counted."""
    sql = """
        SELECT table_name, bool_or(column_name = 'id')
          FROM information_schema.columns
          JOIN information_schema.tables USING (table_schema, table_name)
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
         GROUP BY 1
    """
    parts = []
    for table, has_id in databases.query(env, database, sql):
        if table in RESTLESS or table.startswith("orm_signaling"):
            continue
        row = "id || ' ' || coalesce(left(to_jsonb(t)->>'name', 60), '')"
        what = row if has_id == "t" else "count(*) || ' rows'"
        parts.append(f"SELECT '{table}', {what} FROM \"{table}\" t")
    rows = {}
    for table, text in databases.query(env, database, " UNION ALL ".join(parts)):
        rows.setdefault(table, set()).add(text.replace("\n", " "))
    return rows


def differences(before, after):
    """Return in words what two snapshots do not have in common."""
    found = []
    for kind in SCHEMA:
        left, lost = after[kind] - before[kind], before[kind] - after[kind]
        found += [f"left behind: {kind} {what}" for what in sorted(left)]
        found += [f"was before: {kind} {what}" for what in sorted(lost)]
    for table in sorted({*before["rows"], *after["rows"]}):
        old, new = (facts["rows"].get(table, set()) for facts in (before, after))
        for words, rows in (("left behind", new - old), ("was before", old - new)):
            if by_odoo := LEFT_BY_ODOO.get(table):
                rows = {row for row in rows if not by_odoo.match(row)}
            if rows:
                some = "; ".join(sorted(rows)[:SHOWN])
                found.append(f"{words}: {len(rows)} rows of {table}: {some}")
    return found


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
            return lint.check_log(python, databases.log_of(database))


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
