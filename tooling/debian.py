"""Packages of Debian, taken without installing them on the system.

With apt, its own signatures are checked, in lists of our own. Without apt, the
files come over HTTP and must have the digest of the lock file.
"""

import io
import os
import shutil
import subprocess
import tarfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from . import settings
from .files import sha256
from .ui import Problem, run, say

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@dataclass(frozen=True)
class Package:
    """One line of a lock file."""

    name: str
    suite: str
    version: str
    path: str
    sha256: str


def read_lock(path):
    """Return the packages named in a lock file: name, suite, version, path, digest.

    :raise ValueError: if a line has not five words
    """
    packages = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split()
        if len(words) != 5 or len(words[4]) != 64:
            raise ValueError(
                f"{path.name}, line {number}: name suite version path sha256"
            )
        packages.append(Package(*words))
    return packages


def mirrors():
    """Return Debian mirrors: AFTER_SALES_DEBIAN_MIRROR, else those apt uses here."""
    if mirror := os.environ.get("AFTER_SALES_DEBIAN_MIRROR"):
        return [mirror.rstrip("/")]
    if not shutil.which("apt-get"):
        return []
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
        capture_output=True,
        text=True,
    )
    return parse_mirrors(listed.stdout)


def parse_mirrors(text):
    """Return the addresses of ``text`` that hold Debian itself, each once."""
    addresses = (word.rstrip("/") for word in text.split())
    return sorted({each for each in addresses if each.endswith("/debian")})


def fetch(packages, folder):
    """Put the packages' files into ``folder``.

    :raise Problem: if neither apt nor plain HTTP gets them
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    if not mirrors():
        raise Problem(
            "no Debian mirror is known here. Set AFTER_SALES_DEBIAN_MIRROR to the"
            " address of one (it ends in /debian)."
        )
    if not _fetch_by_apt(packages, folder):
        _fetch_by_http(packages, folder)
    pinned = {package.name: package.sha256 for package in packages}
    for deb in folder.glob("*.deb"):
        if sha256(deb) != pinned[deb.name.split("_")[0]]:
            say(f"note: {deb.name} is newer than the pinned one (signed by Debian)")


def _fetch_by_apt(packages, folder):
    if os.environ.get("AFTER_SALES_NO_APT") or not KEYRING.exists():
        return False
    if not shutil.which("apt-get"):
        return False
    options = _apt_options({package.suite for package in packages})
    try:
        run("apt-get", *options, "update")
        for package in packages:
            try:
                wanted = f"{package.name}={package.version}"
                run("apt-get", *options, "download", wanted, cwd=folder)
            except Problem:
                say(f"{wanted} has left {package.suite}: taking its successor")
                wanted = f"{package.name}/{package.suite}"
                run("apt-get", *options, "download", wanted, cwd=folder)
    except Problem as problem:
        say("apt did not get the packages:", problem)
        return False
    return True


def _apt_options(suites):
    """Make apt work in the cache only: the system's lists stay as they are."""
    base = settings.CACHE / "apt"
    for name in ("lists/partial", "cache/archives/partial"):
        (base / name).mkdir(parents=True, exist_ok=True)
    sources = base / "sources.list"
    mirror = mirrors()[0]
    sources.write_text(
        "".join(
            f"deb [signed-by={KEYRING}] {mirror} {suite} main\n"
            for suite in sorted(suites)
        )
    )
    return [
        f"-oDir::Etc::sourcelist={sources}",
        "-oDir::Etc::sourceparts=/dev/null",
        f"-oDir::State::lists={base}/lists",
        f"-oDir::Cache={base}/cache",
        "-oAPT::Sandbox::User=" + ("root" if settings.IS_ROOT else ""),
        "-oAcquire::Languages=none",
        "-oAcquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false",
        "-oAcquire::Retries=3",
        "-q",
    ]


def _fetch_by_http(packages, folder):
    for package in packages:
        target = folder / Path(package.path).name
        for mirror in mirrors():
            if _download(f"{mirror}/{package.path}", target, package.sha256):
                break
        else:
            raise Problem(
                f"could not get {package.name} {package.version} from Debian. Is this"
                " machine on the network? If the version has left the mirror, install"
                " debian-archive-keyring so that apt can take its successor."
            )


def _download(address, target, digest):
    partial = target.with_suffix(".part")
    say("getting", target.name)
    try:
        with urllib.request.urlopen(address, timeout=60) as source:
            with open(partial, "wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)
    except OSError as error:
        say("  failed:", error)
        return False
    if sha256(partial) != digest:
        say("  it has not the digest of the lock file")
        partial.unlink()
        return False
    partial.rename(target)
    return True


def unpack(deb, folder):
    """Unpack the files of a ``.deb`` into ``folder``."""
    if shutil.which("dpkg-deb"):
        run("dpkg-deb", "-x", deb, folder)
    else:
        unpack_without_dpkg(deb, folder)


def unpack_without_dpkg(deb, folder):
    """Unpack a ``.deb``, which is an ar archive with a tar archive in it."""
    safe = {"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}
    with open(deb, "rb") as file:
        if file.read(8) != b"!<arch>\n":
            raise Problem(f"{deb} is no Debian package")
        while len(head := file.read(60)) == 60:
            name = head[:16].decode().strip().rstrip("/")
            size = int(head[48:58])
            if name.startswith("data.tar"):
                compression = name.partition("data.tar")[2].lstrip(".")
                stream = io.BufferedReader(_Slice(file, size), 1 << 20)
                mode = f"r|{compression}"
                with tarfile.open(fileobj=stream, mode=mode) as tar:
                    for member in tar:
                        tar.extract(member, folder, **safe)
                return
            file.seek(size + size % 2, 1)
    raise Problem(f"{deb} holds no files")


class _Slice(io.RawIOBase):
    """The next ``size`` bytes of a file, as a file."""

    def __init__(self, file, size):
        self.file = file
        self.left = size

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self.file.read(min(len(buffer), self.left))
        buffer[: len(data)] = data
        self.left -= len(data)
        return len(data)
