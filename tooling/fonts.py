"""Fonts for Chinese, Japanese and Korean, without installing them."""

import shutil
import subprocess
from pathlib import Path

from . import debian, settings
from .files import building, lock, sha256
from .ui import Problem, say

LOCK = settings.REQUIREMENTS / "fonts.lock"
SYSTEM = Path("/usr/share/fonts")
CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>/usr/share/fonts</dir>
  <dir>{folder}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def get():
    """Return the variables that make programs find Chinese fonts; maybe none."""
    if system_has_chinese():
        return {}
    folder = settings.CACHE / f"fonts-{sha256(LOCK)[:10]}"
    if not folder.exists():
        with lock("fonts"):
            if not folder.exists():
                try:
                    _make(folder)
                except Problem as problem:
                    say("note: no Chinese fonts, so PDF shows boxes:", problem)
                    return {}
    return {"FONTCONFIG_FILE": str(folder / "fonts.conf")}


def system_has_chinese(folder=SYSTEM):
    """Say whether the system can draw Chinese."""
    if shutil.which("fc-list"):
        asked = subprocess.run(
            ["fc-list", ":lang=zh-cn", "file"], capture_output=True, text=True
        )
        return bool(asked.stdout.strip())
    return any(
        word in path.name.lower()
        for path in folder.rglob("*.tt?")
        for word in ("cjk", "wqy", "droidsansfallback")
    )


def configuration(folder):
    """Return the text of a fontconfig file that adds ``folder`` to the system's."""
    cache = settings.CACHE / "fontconfig"
    return CONFIGURATION.format(folder=folder, cache=cache)


def _make(final):
    say("fonts: getting Noto CJK (57 MB)")
    downloads = settings.CACHE / "debs-fonts"
    debian.fetch(debian.read_lock(LOCK), downloads)
    with building(final) as folder:
        for deb in downloads.glob("*.deb"):
            debian.unpack(deb, folder)
        (folder / "fonts.conf").write_text(configuration(final / "usr/share/fonts"))
    shutil.rmtree(downloads)
