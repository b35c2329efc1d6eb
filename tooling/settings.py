"""Names and folders that the other modules share."""

import ast
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDON = "after_sales_service"
ADDON_DIR = ROOT / ADDON
REQUIREMENTS = ROOT / "requirements"
ODOO_SERIES = "19.0"
LANGUAGES = ("zh_CN", "zh_TW")
DEMO_DATABASE = "after_sales_demo"
EMPTY_DATABASE = "after_sales_empty"
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def default_cache():
    """Return the folder for everything that is downloaded or built.

    It is always a folder of our own in the chosen one, so that deleting it deletes
    nothing else. PostgreSQL does not run as root, and the user it then runs as can't
    look into /root: so root's cache is not below its home.
    """
    chosen = os.environ.get("AFTER_SALES_CACHE")
    if not chosen and IS_ROOT:
        chosen = "/var/cache"
    if not chosen:
        chosen = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(chosen).expanduser().resolve() / ADDON


CACHE = default_cache()


def manifest():
    """Return the add-on's manifest."""
    return ast.literal_eval((ADDON_DIR / "__manifest__.py").read_text("utf-8"))
