"""Packages of Debian: mirrors, lock files, unpacking, digests."""

import hashlib
import io
import tarfile

import pytest

from tooling import debian, settings
from tooling.ui import Problem

MIRROR = "http://mirror.example/debian"


def make_deb(path, files):
    """Write a Debian package by hand: an ar archive with a tar archive in it."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:xz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    parts = (
        ("debian-binary", b"2.0\n"),
        ("control.tar.gz", b"odd"),
        ("data.tar.xz", data.getvalue()),
    )
    with open(path, "wb") as deb:
        deb.write(b"!<arch>\n")
        for name, content in parts:
            head = f"{name + '/':16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n"
            deb.write(head.encode() + content + b"\n" * (len(content) % 2))
    return path


def test_mirrors_of_debian_itself_are_taken_once():
    listed = f"""{MIRROR}/
        http://mirror.example/debian-security/
        {MIRROR}
        http://other.example/debian/"""
    assert debian.parse_mirrors(listed) == [MIRROR, "http://other.example/debian"]


def test_a_mirror_can_be_chosen(monkeypatch):
    monkeypatch.setenv("AFTER_SALES_DEBIAN_MIRROR", f"{MIRROR}/")
    assert debian.mirrors() == [MIRROR]


def test_every_lock_file_is_whole():
    for name in ("debs.lock", "fonts.lock"):
        packages = debian.read_lock(settings.REQUIREMENTS / name)
        assert packages
        assert all(package.path.endswith(".deb") for package in packages)
        assert all(len(package.sha256) == 64 for package in packages)


def test_a_broken_lock_file_is_told_with_its_line(tmp_path):
    path = tmp_path / "debs.lock"
    path.write_text("# name suite version path sha256\nodoo-19 sid\n")
    with pytest.raises(ValueError, match=r"debs\.lock, line 2"):
        debian.read_lock(path)


def test_a_package_is_unpacked_without_dpkg(tmp_path):
    deb = make_deb(tmp_path / "x_1_all.deb", {"./usr/share/x/file": b"content"})
    debian.unpack_without_dpkg(deb, tmp_path / "root")
    assert (tmp_path / "root/usr/share/x/file").read_bytes() == b"content"


def test_what_is_no_package_is_refused(tmp_path):
    wrong = tmp_path / "x.deb"
    wrong.write_bytes(b"<html>not found</html>")
    with pytest.raises(Problem, match="no Debian package"):
        debian.unpack_without_dpkg(wrong, tmp_path)


def test_a_package_without_files_is_refused(tmp_path):
    empty = tmp_path / "x.deb"
    empty.write_bytes(b"!<arch>\n")
    with pytest.raises(Problem, match="holds no files"):
        debian.unpack_without_dpkg(empty, tmp_path)


class TestDownloads:
    """The way without apt, from a mirror that is a folder on this disk."""

    @pytest.fixture(autouse=True)
    def mirror(self, tmp_path, monkeypatch):
        self.pool = tmp_path / "mirror"
        self.pool.mkdir()
        self.target = tmp_path / "downloads"
        monkeypatch.setenv("AFTER_SALES_DEBIAN_MIRROR", self.pool.as_uri())
        monkeypatch.setenv("AFTER_SALES_NO_APT", "1")

    def package(self, digest):
        return debian.Package("x", "sid", "1", "x_1_all.deb", digest)

    def test_a_file_with_the_right_digest_is_taken(self):
        deb = make_deb(self.pool / "x_1_all.deb", {"./a": b"b"})
        digest = hashlib.sha256(deb.read_bytes()).hexdigest()
        debian.fetch([self.package(digest)], self.target)
        assert (self.target / "x_1_all.deb").read_bytes() == deb.read_bytes()

    def test_a_file_with_another_digest_is_thrown_away(self):
        make_deb(self.pool / "x_1_all.deb", {"./a": b"b"})
        with pytest.raises(Problem, match="could not get x 1"):
            debian.fetch([self.package("0" * 64)], self.target)
        assert not list(self.target.iterdir())

    def test_no_network_is_told(self):
        with pytest.raises(Problem, match="on the network"):
            debian.fetch([self.package("0" * 64)], self.target)

    def test_half_a_download_of_before_is_not_kept(self):
        self.target.mkdir()
        (self.target / "y_1_all.deb").write_bytes(b"half")
        with pytest.raises(Problem):
            debian.fetch([self.package("0" * 64)], self.target)
        assert not list(self.target.iterdir())
