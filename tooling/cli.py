"""The commands of ``./dev``.

For users
  ./dev demo [--port N] [--empty] [--reset]
                           start Odoo with the add-on and its demo data
  ./dev stop               stop our PostgreSQL
  ./dev clean [--all]      delete our databases; with --all the downloads, too

For developers
  ./dev test [ARGS]        run the tests; ARGS go to pytest
  ./dev setup              get all that tests need, and make the test template
  ./dev template           make the test template and print its name
  ./dev lint [--fix] [--fast]
                           run all checkers; --fast leaves out Odoo's logs
  ./dev i18n export|check  the terms and their translations
  ./dev wheel              pack the add-on in dist/ and check what is inside
  ./dev upgrade-test [REF] install the add-on of a commit, then update it to this one
  ./dev uninstall-test     install, uninstall, compare the database with before
  ./dev odoo-suites        Odoo's own tests of the modules we extend, ours installed
  ./dev shell [DATABASE]   Odoo's Python shell on the demo database
  ./dev psql [DATABASE]    SQL on the demo database

Environment
  ODOO_HOME                 an Odoo 19.0 of yours (else odoo-bin on PATH, else Debian's)
  PGHOST, PGPORT, PGUSER …  a PostgreSQL of yours (else a local one that lets you in,
                            else our own); AFTER_SALES_PG=embedded: always our own
  AFTER_SALES_CACHE         where to put our folder for downloads and databases
  AFTER_SALES_DEBIAN_MIRROR a Debian mirror, where apt does not know one
"""

import errno
import os
import shutil
import signal
import subprocess
import sys

from . import (
    databases,
    demo,
    environment,
    i18n,
    lifecycle,
    lint,
    odoo_suites,
    packaging,
    postgres,
    settings,
    testing,
)
from .ui import Problem, say

DATA = ("clusters", "odoo-data", "templates", "logs")


def setup(_words):
    """Get everything, and make the template that the tests are copied from."""
    env = environment.prepare("test")
    databases.template(env, databases.TESTS)
    say("ready")


def template(_words):
    """Print the name of the test template; make it if need be."""
    env = environment.prepare("test")
    print(databases.template(env, databases.TESTS))


def shell(words):
    """Open Odoo's shell."""
    env = environment.prepare("demo")
    database, words = _database_in(words)
    return env.odoo_in_foreground("shell", "-d", database, "--no-http", *words)


def psql(words):
    """Open PostgreSQL's shell."""
    env = environment.prepare("demo")
    database, words = _database_in(words)
    os.execvpe("psql", ["psql", database, *words], env.variables)


def stop(_words):
    """Stop our PostgreSQL."""
    for cluster in ("demo", "test"):
        postgres.stop(cluster)


def clean(words):
    """Delete what we made; on a server of the user, only the databases are ours."""
    stop([])
    doomed = [settings.CACHE] if "--all" in words else None
    for folder in doomed or [settings.CACHE / name for name in DATA]:
        if folder.exists():
            say("deleting", folder)
            shutil.rmtree(folder)
    if postgres.find_own():
        say("databases on your own PostgreSQL stay: tpl_*, after_sales_*")


def _database_in(words):
    if words and not words[0].startswith("-"):
        return words[0], words[1:]
    return settings.DEMO_DATABASE, words


COMMANDS = {
    "clean": clean,
    "demo": demo.run,
    "i18n": i18n.run,
    "lint": lint.run_all,
    "odoo-suites": odoo_suites.run,
    "psql": psql,
    "setup": setup,
    "shell": shell,
    "stop": stop,
    "template": template,
    "test": testing.run,
    "uninstall-test": lifecycle.run_uninstall,
    "upgrade-test": lifecycle.run_upgrade,
    "wheel": packaging.run_command,
}


def main(words):
    """Run one command and exit with its code."""
    if not words or words[0] in ("-h", "--help", "help"):
        print(__doc__)
        sys.exit(0)
    if words[0] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        sys.exit(f"./dev knows no command '{words[0]}'")
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    try:
        sys.exit(COMMANDS[words[0]](words[1:]))
    except Problem as problem:
        say("ERROR:", problem)
        sys.exit(1)
    except KeyboardInterrupt:
        say("interrupted; run the command again to go on from here")
        sys.exit(130)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        say("ERROR: the disk is full. Make room and run the command again.")
        sys.exit(1)
    except subprocess.SubprocessError as error:
        say("ERROR:", error)
        sys.exit(1)


def _interrupt(_signum, _frame):
    raise KeyboardInterrupt
