"""Chromium, for the browser tests."""

import shutil

# The names Odoo looks for.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def get():
    """Return a folder to put on PATH for a browser, or None."""
    if any(shutil.which(name) for name in NAMES):
        return None
    return None
