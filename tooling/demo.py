"""``./dev demo``: a database with a story in it, and the server to look at it."""

import argparse
import csv
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from . import databases, environment, settings
from .files import lock, require_space
from .ui import Problem, say

LOGINS = settings.ROOT / "tooling" / "demo_logins.csv"
RUNNING = "another ./dev demo is running with this database. End it with Ctrl-C first."
ADMINISTRATOR = ("Administrator", "admin", "admin")


def run(words):
    """Make the database if it is not there, serve it, return the exit code."""
    options = parse(words)
    if not options.prepare:
        check_port(options.port)
    require_space(0.5, "the demo")
    env = environment.prepare("demo", extra_variables={"ODOO_MAX_CRON_THREADS": "1"})
    database = settings.EMPTY_DATABASE if options.empty else settings.DEMO_DATABASE
    with lock(f"demo-{database}", busy=RUNNING):
        make_database(env, database, options.empty, options.reset)
        if options.prepare:
            return 0
        logins = [ADMINISTRATOR] if options.empty else read_logins()
        return serve(env, database, options.port, logins)


def parse(words):
    """Read the words after ``./dev demo``."""
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8069, help="default: 8069")
    parser.add_argument(
        "--empty", action="store_true", help="a database without demo data"
    )
    parser.add_argument(
        "--reset", action="store_true", help="throw the database away and make it anew"
    )
    parser.add_argument(
        "--prepare", action="store_true", help="make the database, start no server"
    )
    return parser.parse_args(words)


def check_port(port):
    """Stop if a port of 127.0.0.1 is not free.

    :raise Problem: with the way out
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise Problem(
                f"port {port} of 127.0.0.1 can't be used ({error}). If the demo is"
                " already running, open it; else choose another port, for example:"
                f" ./dev demo --port {free_port()}"
            ) from error


def free_port():
    """Return a port of 127.0.0.1 that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_database(env, database, empty=False, reset=False):
    """Make the database, or bring it to the add-on's code as it is now."""
    code = databases.addon_digest()
    if reset:
        say(f"database: dropping {database}")
        databases.drop(env, database)
    if database not in databases.names(env):
        recipe = databases.TESTS if empty else databases.DEMO
        source = databases.template(env, recipe, bundles=True)
        say(f"database: copying to {database}")
        with lock(source, shared=True):
            databases.clone(env, source, f"{database}_new")
        _write_code(env, f"{database}_new", code)
        databases.rename(env, f"{database}_new", database)
    elif _read_code(env, database) != code:
        say(f"database: the code has changed, updating {database}")
        try:
            databases.update(env, database)
        except Problem as problem:
            advice = "To begin again with a new database: ./dev demo --reset"
            raise Problem(f"{problem}\n{advice}") from problem
        _write_code(env, database, code)


def serve(env, database, port, logins):
    """Run the server until Ctrl-C; print where it is once it answers."""
    log = databases.log_of(f"server-{database}")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    say("server: starting; its log is in", log)
    address = f"http://127.0.0.1:{port}"
    _print_from(env, database, address)
    ended = threading.Event()
    threading.Thread(target=_greet, args=(address, logins, ended), daemon=True).start()
    code = env.odoo_in_foreground(
        *("server", "-d", database, "--http-port", port, "--no-database-list"),
        f"--logfile={log}",
        stderr=subprocess.DEVNULL,  # Odoo's remark on running as root
    )
    ended.set()
    if code in (0, 130, -2):
        say("server: ended. PostgreSQL still runs; to stop it too: ./dev stop")
        return 0
    say(f"server: ended with code {code}; the end of its log:")
    print("".join(log.read_text("utf-8", "replace").splitlines(True)[-30:]))
    return code


def welcome(address, logins):
    """Return the text that tells people how to get in."""
    width = max(len(role) for role, _login, _password in logins)
    lines = [f"  {role:{width}}  {login} / {word}" for role, login, word in logins]
    return "\n".join(["", f"Open {address} and log in as", *lines, "Ctrl-C ends it."])


def read_logins(path=LOGINS):
    """Return (role, login, password) of the demo's users."""
    if not path.exists():
        return [ADMINISTRATOR]
    with open(path, newline="", encoding="utf-8") as file:
        rows = [
            (row["role"], row["login"], row["password"]) for row in csv.DictReader(file)
        ]
    if not any(login == ADMINISTRATOR[1] for _role, login, _password in rows):
        rows.append(ADMINISTRATOR)
    return rows


def _greet(address, logins, ended):
    for _attempt in range(600):
        if ended.is_set():
            return
        try:
            with urllib.request.urlopen(f"{address}/web/login", timeout=60):
                break
        except urllib.error.HTTPError as error:
            say(f"server: {address}/web/login answers {error.code}")
            return
        except OSError:
            time.sleep(0.2)
    say("server: ready")
    print(welcome(address, logins), file=sys.stdout, flush=True)


def _print_from(env, database, address):
    """Let PDFs fetch their styles from this server: the port may be another today."""
    sql = (
        "INSERT INTO ir_config_parameter (key, value)"
        f" VALUES ('report.url', '{address}')"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    )
    env.program("psql", "-qXc", sql, database)


def _read_code(env, database):
    sql = (
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        f" WHERE datname = '{database}'"
    )
    return databases.query(env, "postgres", sql)[0][0]


def _write_code(env, database, code):
    sql = f"COMMENT ON DATABASE \"{database}\" IS '{code}'"
    env.program("psql", "-qXc", sql, "postgres")
