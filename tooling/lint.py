"""``./dev lint``: every checker, each on all files; ``--fix`` mends what it can."""

import os
import re
import subprocess

from . import databases, environment, node, python_env, settings
from .ui import Problem, run, say

# Odoo's own checkers that ask for what this project decided otherwise:
# an author that is not OCA, a README of the repository instead of one per module,
# and one native model extended in several rooms, each in the file of its room.
PYLINT_WITHOUT = (
    "manifest-required-author",
    "missing-readme",
    "consider-merging-classes-inherited",
)
# Written with a gap, so that this file does not name them itself.
FOREIGN = re.compile(
    "|".join(
        word.replace("~", "")
        for word in (
            r"/t~mp/",
            r"/ro~ot/",
            r"/ho~me/\w",
            r"deb\.deb~ian\.org",
            r"\bpy~pi\.org",
            r"files\.python~hosted\.org",
            r"registry\.npm~js",
        )
    )
)
TEXT = {"", ".py", ".md", ".xml", ".csv", ".js", ".mjs", ".json", ".lock", ".in"}
TEXT |= {".toml", ".yml", ".yaml", ".scss", ".po", ".pot", ".txt", ".cfg", ".sh"}


def run_all(words):
    """Run the checkers; return 1 if one of them finds something.

    ``--fix``: let them mend what they can. ``--fast``: without Odoo's logs.
    """
    fix = "--fix" in words
    python = python_env.get("lint.lock")
    checks = {
        "ruff": lambda: _ruff(python, fix),
        "pylint-odoo": lambda: _pylint(python),
        "oca-checks-odoo-module": lambda: _oca_module(python, fix),
        "oca-checks-po": lambda: _oca_po(python),
        "prettier-xml": lambda: _prettier(fix),
        "eslint": lambda: _eslint(fix),
        "foreign paths and hosts": lambda: foreign_names(tracked_files()),
    }
    if "--fast" not in words:
        checks["checklog-odoo"] = lambda: _checklog(python)
    failed = [name for name, check in checks.items() if not _passes(name, check)]
    say(f"lint: {len(checks) - len(failed)} of {len(checks)} checks passed")
    return 1 if failed else 0


def _passes(name, check):
    try:
        found = check()
    except Problem as problem:
        found = str(problem)
    say("lint:", name, "found something" if found else "ok")
    if found:
        print(found, flush=True)
    return not found


def _findings(command, **options):
    """Run a checker; return what it says if it fails, else nothing."""
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **({"cwd": settings.ROOT} | options),
    )
    return (done.stdout.strip() or f"code {done.returncode}") if done.returncode else ""


def _ruff(python, fix):
    ruff = python.parent / "ruff"
    if fix:
        _findings([ruff, "check", "--fix-only", "-q", "."])
        _findings([ruff, "format", "-q", "."])
    checked = _findings([ruff, "check", "-q", "--output-format=concise", "."])
    return "\n".join(
        filter(None, [checked, _findings([ruff, "format", "--check", "."])])
    )


def _pylint(python):
    without = ",".join(PYLINT_WITHOUT)
    return _findings([python, "-m", "pylint", f"--disable={without}", settings.ADDON])


def _oca_module(python, fix):
    command = [python.parent / "oca-checks-odoo-module"]
    return _findings([*command, *(["--fix"] if fix else []), settings.ADDON])


def _oca_po(python):
    files = sorted((settings.ADDON_DIR / "i18n").glob("*.po*"))
    return _findings([python.parent / "oca-checks-po", *files]) if files else ""


def _prettier(fix):
    packages = node.packages("npm-lint")
    plugin = packages / "node_modules/@prettier/plugin-xml/src/plugin.js"
    return _findings(
        [
            *("node", packages / "node_modules/prettier/bin/prettier.cjs"),
            *("--plugin", plugin, "--log-level=warn"),
            "--write" if fix else "--check",
            f"{settings.ADDON}/**/*.{{xml,js}}",
            "!**/lib/**",
        ],
        env=node.variables(),
    )


def _eslint(fix):
    if not any(settings.ADDON_DIR.rglob("*.js")):
        return ""
    packages = node.packages("npm-lint")
    return _findings(
        [
            *("node", packages / "node_modules/eslint/bin/eslint.js"),
            *(["--fix"] if fix else []),
            settings.ADDON,
        ],
        env=node.variables() | {"NPM_PACKAGES": str(packages)},
    )


def tracked_files():
    """Return the files that are, or would be, in the repository."""
    listed = run(
        *("git", "ls-files", "--cached", "--others", "--exclude-standard"),
        cwd=settings.ROOT,
    )
    paths = (settings.ROOT / line for line in listed.splitlines())
    return [path for path in paths if path.is_file()]


def foreign_names(paths):
    """Return the lines that name a place of one machine, or a package registry."""
    found = []
    for path in paths:
        if path.suffix not in TEXT:
            continue
        for number, line in enumerate(
            path.read_text("utf-8", "replace").split("\n"), 1
        ):
            if match := FOREIGN.search(line):
                name = os.path.relpath(path, settings.ROOT)
                found.append(f"{name}:{number}: names {match[0]}")
    return "\n".join(found)


def _checklog(python):
    """Install the add-on, then update it; both logs must be clean."""
    env = environment.prepare("test")
    found = []
    with databases.copy_of(
        env, lambda: databases.base_template(env, databases.TESTS)
    ) as database:
        databases.install(env, database, [settings.ADDON])
        found.append(check_log(python, databases.log_of(database)))
        databases.update(env, database)
        found.append(check_log(python, databases.log_of(database)))
    return "\n".join(filter(None, found))


def check_log(python, log):
    """Return the warnings and errors of one of Odoo's logs."""
    return _findings([python.parent / "checklog-odoo", log])
