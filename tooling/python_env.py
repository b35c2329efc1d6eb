"""Python packages: uv and pip to install with, and environments by hash lock."""

import os
import platform
import shutil
import subprocess
import sys

from . import settings
from .files import building, lock, sha256, short_digest
from .ui import Problem, run, say

NETWORK = "Is this machine on the network, and the Python package index reachable?"
NO_VENV = """This Python can't make virtual environments. Install the missing part and
run the command again; on Debian and Ubuntu: apt-get install python3-venv"""


def check_version(version=sys.version_info):
    """Stop if Odoo does not run on this Python.

    :raise Problem: with the versions that it runs on
    """
    if not (3, 10) <= tuple(version[:2]) <= (3, 13):
        raise Problem(
            f"Odoo {settings.ODOO_SERIES} runs on Python 3.10 to 3.13; this is"
            f" {version[0]}.{version[1]}. Start it with another one, for example:"
            " python3.12 ./dev demo"
        )


def installers():
    """Return the Python of a small environment that holds uv and pip."""
    wanted = settings.REQUIREMENTS / "uv.lock"
    folder = settings.CACHE / f"installers-{sha256(wanted)[:10]}"
    if not folder.exists():
        with lock("installers"):
            if not folder.exists():
                say("Python: getting uv")
                with building(folder) as new:
                    _make_installers(new, wanted)
    return folder / "bin" / "python"


def _make_installers(folder, wanted):
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True
    )
    if made.returncode:
        raise Problem(NO_VENV)
    run(
        folder / "bin" / "python",
        *("-m", "pip", "install", "-q", "--require-hashes", "-r", wanted),
        env=installer_variables(),
        hint=NETWORK,
    )


def installer_variables():
    """Return an environment in which the installers keep their files in our cache."""
    return os.environ | {
        "UV_CACHE_DIR": str(settings.CACHE / "uv"),
        "UV_NO_PROGRESS": "1",
        "PIP_CACHE_DIR": str(settings.CACHE / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "npm_config_cache": str(settings.CACHE / "npm"),
    }


def uv(*words):
    """Run uv."""
    command = installers().parent / "uv"
    return run(command, *words, env=installer_variables(), hint=NETWORK)


def get(lock_name, path_entries=()):
    """Return the Python of an environment that holds exactly a lock file's packages.

    It is made once for each state of the lock file and each Python.

    :param str lock_name: file in ``requirements/``
    :param path_entries: folders to import from besides
    """
    wanted = settings.REQUIREMENTS / lock_name
    entries = [str(entry) for entry in path_entries]
    state = short_digest(sha256(wanted), entries, platform.python_version())
    folder = settings.CACHE / f"venv-{lock_name.partition('.')[0]}-{state}"
    stamp = folder / "complete"
    if not stamp.exists():
        with lock(folder.name):
            if not stamp.exists():
                say(f"Python: installing {lock_name}")
                _make(folder, wanted, entries)
                stamp.touch()
    return folder / "bin" / "python"


def _make(folder, wanted, entries):
    shutil.rmtree(folder, ignore_errors=True)
    python = folder / "bin" / "python"
    uv("venv", "-q", "-p", sys.executable, folder)
    uv("pip", "sync", "-q", "--require-hashes", "-p", python, wanted)
    site = next(folder.glob("lib/python3.*/site-packages"))
    (site / "_after_sales.pth").write_text("".join(f"{each}\n" for each in entries))
