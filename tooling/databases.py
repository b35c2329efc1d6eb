"""Databases, and the templates that they are copied from.

A template is named by the digest of what it was made from, so it is made once
for each state of the code: first the modules we depend on (slow, rarely), then
our add-on (quick, often), then the compiled JavaScript and CSS for browser tests.
"""

import contextlib
import os
import re
import shutil
import time
from dataclasses import dataclass

from . import odoo_source, settings
from .files import is_locked, lock, require_space, short_digest
from .ui import Problem, say

KEPT_TEMPLATES = 20  # several checkouts share one cache
NOT_IN_DATABASE = {".md", ".rst", ".pot", ".pyc", ".png", ".svg"}
BUNDLES = """
for name in (
    "web.assets_web", "web.assets_tests", "web.assets_frontend",
    "web.assets_frontend_minimal", "web.assets_frontend_lazy",
):
    for css in (True, False):
        bundle = env["ir.qweb"]._get_asset_bundle(name, css=css, js=not css)
        bundle.css() if css else bundle.js()
env.cr.commit()
"""

STORY = """
env["after.sales.demo"]._load()
env.cr.commit()
"""


@dataclass(frozen=True)
class Recipe:
    """What a database is made with."""

    modules: tuple = ()  # besides those the add-on depends on
    depends: tuple = ()  # instead of those the manifest names
    odoo_demo: bool = False  # demo data of Odoo's own modules, and of ours
    story: bool = False  # our demo story, without Odoo's own demo data
    # English first: the first one becomes the language of the administrator.
    languages: tuple = ("en_US", *settings.LANGUAGES)

    def base_name(self, env):
        """Return the name of the template without our add-on.

        A server of the user may serve several caches, each with its attachments.
        """
        state = short_digest(
            odoo_source.identity(env.home),
            self.wanted(),
            self.odoo_demo,
            self.languages,
            *([] if env.server.is_ours else [str(env.filestore)]),
        )
        return f"tpl_{state}"

    def wanted(self):
        """Return the modules to install before ours."""
        depends = self.depends or settings.manifest()["depends"]
        return tuple(sorted({*depends, *self.modules}))


TESTS = Recipe()
# Odoo's apps that move goods to customers and that we do not depend on.
BRIDGES = Recipe(modules=("mrp", "point_of_sale", "stock_dropshipping"))
DEMO = Recipe(story=True)


def names(env):
    """Return the names of all databases on the server."""
    return env.program(
        "psql", "-XAtc", "SELECT datname FROM pg_database", "postgres"
    ).split()


def query(env, database, sql):
    """Return the rows of a query, as lists of texts."""
    out = env.program("psql", "-XAt", "-F", "\t", "-c", sql, database)
    return [line.split("\t") for line in out.splitlines()]


def clone(env, source, target):
    """Copy a database with its attachments, replacing ``target``.

    The attachments are hard links: Odoo names them by content, never changes them.
    """
    drop(env, target)
    options = ("--strategy=file_copy",) if env.server.is_ours else ()
    env.program("createdb", "-T", source, *options, target)
    if (env.filestore / source).exists():
        shutil.copytree(
            env.filestore / source, env.filestore / target, copy_function=_link
        )


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without hard links
        shutil.copy2(source, target)


def drop(env, database):
    """Delete a database and its attachments, whether they exist or not."""
    env.program("dropdb", "--if-exists", "--force", database)
    shutil.rmtree(env.filestore / database, ignore_errors=True)


def rename(env, old, new):
    """Give a database and its attachments another name."""
    shutil.rmtree(env.filestore / new, ignore_errors=True)
    if (env.filestore / old).exists():
        (env.filestore / old).rename(env.filestore / new)
    sql = f'ALTER DATABASE "{old}" RENAME TO "{new}"'
    env.program("psql", "-qXc", sql, "postgres")


def addon_digest(folder=settings.ADDON_DIR):
    """Return a digest of all files of the add-on that end up in the database.

    Scripts and styles are read when they are used, so they do not count; nor does
    a description or a compiled file.
    """
    parts = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        is_asset = "static" in inside.parts and path.suffix != ".xml"
        if path.is_file() and path.suffix not in NOT_IN_DATABASE and not is_asset:
            parts.append((str(inside), path.read_bytes()))
    return short_digest(parts)


def template(env, recipe, bundles=False):
    """Return the template with our add-on installed; make it if it is not there.

    :param bool bundles: with JavaScript and CSS compiled, for browser tests
    """
    base = recipe.base_name(env)
    full = f"{base}_{addon_digest()}" + ("_story" if recipe.story else "")
    wanted = f"{full}_web" if bundles else full
    if wanted not in names(env):
        with lock(base):
            _make(env, base, lambda name: _install_base(env, recipe, name))
        with lock(full):
            _make(env, full, lambda name: _install_addon(env, recipe, base, name))
            if bundles:
                _make(env, wanted, lambda name: _compile_bundles(env, full, name))
    for name in (base, full, wanted):
        _mark_used(env, name)
    _forget_old_templates(env)
    return wanted


def base_template(env, recipe):
    """Return the template without our add-on; make it if it is not there."""
    base = recipe.base_name(env)
    with lock(base):
        _make(env, base, lambda name: _install_base(env, recipe, name))
    _mark_used(env, base)
    return base


@contextlib.contextmanager
def copy_of(env, name, prefix="run"):
    """Yield the name of a throw-away copy of a template.

    :param name: the template's name, or a function that returns it
    """
    _drop_leftovers(env)
    copy = f"{prefix}_{os.getpid()}_{time.time_ns() // 1000 % 1000000}"
    with lock(copy):
        source = name() if callable(name) else name
        with lock(source, shared=True):
            clone(env, source, copy)
        try:
            yield copy
        finally:
            for database in names(env):
                if database == copy or database.startswith(f"{copy}-gw"):
                    drop(env, database)
            log_of(copy).unlink(missing_ok=True)
            (settings.CACHE / "locks" / f"{copy}.lock").unlink(missing_ok=True)


def install(env, database, modules, *options):
    """Install modules in a database; its log is kept in the cache.

    :raise Problem: with the warnings and errors, if Odoo fails
    """
    _run_server(env, database, "-i", ",".join(modules), *options)


def update(env, database, *options):
    """Update our add-on in a database to the code as it is now."""
    _run_server(env, database, "-u", settings.ADDON, *options)


def log_of(database):
    """Return the file that holds the log of the last installation or update."""
    return settings.CACHE / "logs" / f"{database}.log"


def _run_server(env, database, *options):
    log = log_of(database)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    words = ("server", "-d", database, *options, "--stop-after-init", "--no-http")
    try:
        env.odoo(*words, f"--logfile={log}")
    except Problem as problem:
        lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
        first = next(
            (n for n, line in enumerate(lines) if re.search("ERROR|CRITICAL", line)),
            max(0, len(lines) - 40),
        )
        shown = "\n".join(lines[first : first + 60])
        raise Problem(f"Odoo failed; from {log}:\n{shown}\n{problem}") from problem
    for line in log.read_text("utf-8", "replace").splitlines():
        if re.match(r"\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ", line):
            say(line)


def _make(env, name, build):
    """Build a template under another name: a broken one never has the right name."""
    if name in names(env):
        return
    drop(env, f"{name}_new")
    build(f"{name}_new")
    rename(env, f"{name}_new", name)


def _demo_option(recipe):
    return ("--with-demo",) if recipe.odoo_demo else ()


def _install_base(env, recipe, name):
    require_space(1, "a database")
    demo = " with demo data" if recipe.odoo_demo else ""
    say(f"database: installing {len(recipe.wanted())} modules{demo} (1 to 2 minutes)")
    languages = f"--load-language={','.join(recipe.languages)}"
    install(env, name, recipe.wanted(), languages, *_demo_option(recipe))


def _install_addon(env, recipe, base, name):
    say(f"database: installing {settings.ADDON}")
    with lock(base, shared=True):
        clone(env, base, name)
    install(env, name, [settings.ADDON], *_demo_option(recipe))
    if recipe.story:
        say("database: playing fourteen months of the demo story (1 to 2 minutes)")
        env.odoo(
            *("shell", "-d", name, "--no-http", "--log-level=warn"),
            input=STORY,
        )


def _compile_bundles(env, full, name):
    say("database: compiling scripts and styles")
    clone(env, full, name)
    env.odoo(
        *("shell", "-d", name, "--no-http", "--log-level=warn"),
        input=BUNDLES,
    )


def _used_file(env, name):
    folder = settings.CACHE / "templates" / env.cluster
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def _mark_used(env, name):
    _used_file(env, name).touch()


def _forget_old_templates(env):
    """Drop the templates used longest ago; those of several checkouts stay."""
    existing = set(names(env))
    by_family = {}
    for file in _used_file(env, "x").parent.iterdir():
        if file.name not in existing:
            file.unlink()
            continue
        family = file.name.count("_")
        by_family.setdefault(family, []).append(file)
    for files in by_family.values():
        files.sort(key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[KEPT_TEMPLATES:]:
            if not is_locked(file.name):
                with lock(file.name):
                    drop(env, file.name)
                file.unlink(missing_ok=True)


def _drop_leftovers(env):
    """Drop the copies of runs that were killed: nobody holds their lock."""
    existing = names(env)
    for file in (settings.CACHE / "locks").glob("run_*.lock"):
        if is_locked(file.stem):
            continue
        for database in existing:
            if database == file.stem or database.startswith(f"{file.stem}-gw"):
                drop(env, database)
        file.unlink(missing_ok=True)
