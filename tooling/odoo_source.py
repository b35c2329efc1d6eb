"""Odoo's source: the user's own, else Debian's package, unpacked in the cache."""

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from . import debian, settings
from .files import building, require_space, sha256
from .ui import Problem, say

LOCK = settings.REQUIREMENTS / "debs.lock"
SITE = "usr/lib/python3/dist-packages"
# Debian leaves out this file, which is not free, but the web client's bundle names
# it: without it every page logs an error, and every browser tour fails.
STUB = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
ADVICE = """Get Odoo 19.0 yourself and set ODOO_HOME to its folder: a git checkout of
Odoo's branch 19.0, or the unpacked source archive of Odoo's nightly builds."""


def get():
    """Return the folder that holds the package ``odoo``."""
    if home := find_own():
        return home
    final = settings.CACHE / f"odoo-{settings.ODOO_SERIES}-{sha256(LOCK)[:10]}"
    if not final.exists():
        require_space(2.5, "Odoo with its database")
        say("Odoo: getting Debian's packages (140 MB)")
        _unpack_debian(final)
        say("Odoo: in", final)
    return final / SITE


def find_own():
    """Return the folder of an Odoo the user has: ODOO_HOME, or a command on PATH.

    :raise Problem: if ODOO_HOME is set and holds no Odoo of the wanted series
    """
    if chosen := os.environ.get("ODOO_HOME"):
        home = Path(chosen).expanduser().resolve()
        if series(home) != settings.ODOO_SERIES:
            found = series(home) or "none"
            raise Problem(
                f"ODOO_HOME={home} holds no Odoo {settings.ODOO_SERIES}, but {found}"
            )
        return home
    for name in ("odoo-bin", "odoo"):
        if command := shutil.which(name):
            for home in _homes_of(Path(command).resolve()):
                if series(home) == settings.ODOO_SERIES:
                    return home
    return None


def series(home):
    """Return the series ("19.0") of the Odoo in ``home``, or None."""
    try:
        text = (home / "odoo" / "release.py").read_text("utf-8")
    except OSError:
        return None
    found = re.search(r"version_info = \((\d+), (\d+)", text)
    return f"{found[1]}.{found[2]}" if found else None


def identity(home):
    """Return what tells one state of Odoo's source from another."""
    revision = ""
    if (home / ".git").exists() and shutil.which("git"):
        revision = subprocess.run(
            ["git", "-C", str(home), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
        ).stdout.strip()
    return f"{home} {revision} {sha256(home / 'odoo' / 'release.py')}"


def _homes_of(command):
    """Yield where the source behind a command may be."""
    yield command.parent
    with contextlib.suppress(OSError, UnicodeDecodeError):
        with command.open() as file:
            first = file.readline()
        if first.startswith("#!") and "python" in first:
            asked = subprocess.run(
                [
                    *first[2:].split(),
                    "-c",
                    "import odoo.release as r; print(r.__file__)",
                ],
                capture_output=True,
                text=True,
                cwd="/",
            )
            if asked.stdout.strip():
                yield Path(asked.stdout.strip()).parent.parent


def _unpack_debian(final):
    downloads = settings.CACHE / "debs-odoo"
    try:
        debian.fetch(debian.read_lock(LOCK), downloads)
    except Problem as problem:
        raise Problem(f"{problem}\n{ADVICE}") from problem
    say("Odoo: unpacking")
    with building(final) as folder:
        for deb in sorted(downloads.glob("*.deb")):
            debian.unpack(deb, folder)
        stub = folder / SITE / STUB
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.touch()
        for link in (folder / "usr/lib/python3").rglob("*"):
            if link.is_symlink() and not link.exists():
                say("note: missing", link.relative_to(folder), os.readlink(link))
    shutil.rmtree(downloads)
