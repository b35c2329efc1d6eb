"""Whole or not there: folders built aside, locks, free space."""

import shutil

import pytest

from tooling import files, settings
from tooling.ui import Problem


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


def test_a_folder_gets_its_name_when_it_is_complete(tmp_path):
    final = tmp_path / "odoo"
    with files.building(final) as folder:
        (folder / "release.py").write_text("")
        assert not final.exists()
    assert (final / "release.py").exists()


def test_a_folder_whose_making_failed_is_not_taken_as_whole(tmp_path):
    final = tmp_path / "odoo"
    with pytest.raises(KeyboardInterrupt), files.building(final) as folder:
        (folder / "half").write_text("")
        raise KeyboardInterrupt
    assert not final.exists()
    with files.building(final) as folder:
        assert not (folder / "half").exists()
    assert final.exists()


def test_a_lock_is_seen_by_others_and_vanishes():
    with files.lock("template"):
        assert files.is_locked("template")
    assert not files.is_locked("template")


def test_a_busy_lock_is_told_instead_of_waited_for():
    with files.lock("demo"), pytest.raises(Problem, match="is running"):
        with files.lock("demo", busy="another demo is running"):
            pass


def test_readers_share_a_lock():
    with files.lock("template", shared=True):
        with files.lock("template", shared=True, busy="must not be said"):
            assert files.is_locked("template")


def test_a_full_disk_is_told_with_figures(monkeypatch):
    usage = shutil._ntuple_diskusage(100, 100, files.GIGABYTE // 2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(Problem, match=r"Odoo needs 2\.5 GB .* 0\.5 GB are free"):
        files.require_space(2.5, "Odoo")


def test_a_cache_that_is_not_ours_is_told(monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    with pytest.raises(Problem, match="AFTER_SALES_CACHE"), files.lock("x"):
        pass


def test_a_digest_follows_the_content(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"abc")
    assert files.sha256(file).startswith("ba7816bf8f01cfea414140de5dae2223")
    assert files.short_digest("a", 1) == files.short_digest("a", 1)
    assert files.short_digest("a", 1) != files.short_digest("a1")
