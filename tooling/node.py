"""Node.js and npm packages, by lock file, in the cache."""

import os
import re
import shutil
import subprocess

from . import python_env, settings
from .files import building, lock, sha256
from .ui import run, say

OLDEST = (20, 19)  # eslint runs from here on


def programs():
    """Return the folder that holds ``node`` and ``npm``: the system's, or our own."""
    node = shutil.which("node")
    if node and shutil.which("npm") and version(node) >= OLDEST:
        return os.path.dirname(node)
    return python_env.get("node.lock").parent


def version(node):
    """Return the version of a ``node`` program, as (major, minor)."""
    asked = subprocess.run([node, "--version"], capture_output=True, text=True)
    found = re.match(r"v(\d+)\.(\d+)", asked.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def variables():
    """Return an environment in which node and npm are on PATH."""
    path = f"{programs()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return python_env.installer_variables() | {"PATH": path}


def packages(name):
    """Return the folder with the npm packages of ``requirements/<name>``.

    Their install scripts are not run.
    """
    source = settings.REQUIREMENTS / name
    state = sha256(source / "package-lock.json")[:10]
    folder = settings.CACHE / f"{name}-{state}"
    if not folder.exists():
        with lock(name):
            if not folder.exists():
                say(f"npm: installing {name}")
                with building(folder) as new:
                    for each in source.glob("package*.json"):
                        shutil.copy(each, new)
                    run(
                        *("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
                        cwd=new,
                        env=variables(),
                        hint="Is this machine on the network, and npm's registry"
                        " reachable?",
                    )
    return folder
