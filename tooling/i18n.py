"""``./dev i18n export|check``: the add-on's terms and their translations."""

import tempfile
from pathlib import Path

from . import databases, environment, settings
from .ui import Problem, run_in_foreground

USAGE = """./dev i18n export   write the .pot and bring the .po files up to date
./dev i18n check    fail on missing, fuzzy or wrong translations"""


def run(words):
    """Export or check; return the exit code."""
    command = {"export": "merge", "check": "check"}.get(words[0] if words else "")
    if not command:
        raise Problem(f"say what to do:\n{USAGE}")
    env = environment.prepare("test")
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh.po"
        with databases.copy_of(
            env, lambda: databases.template(env, databases.TESTS)
        ) as database:
            export(env, database, fresh)
        return run_in_foreground(
            [
                *(env.python, "-m", "tooling.translations", command, fresh),
                *(settings.ADDON_DIR / "i18n", settings.ADDON, *settings.LANGUAGES),
            ],
            cwd=settings.ROOT,
        )


def export(env, database, path):
    """Write the terms of the add-on, as it is in a database, to a file."""
    env.odoo("i18n", "export", "-d", database, "-o", path, settings.ADDON)
    if not path.exists():
        raise Problem("Odoo exported no terms")
