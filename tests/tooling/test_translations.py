"""The check of translations finds each kind of fault."""

import polib
import pytest

from tooling import translations

NAME = "after_sales_service"


def save(path, *entries):
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    file.extend(entries)
    file.save(str(path))


def entry(term, translation="", flags=()):
    return polib.POEntry(msgid=term, msgstr=translation, flags=list(flags))


@pytest.fixture
def faults_of(tmp_path):
    """Return a function: the faults of a Chinese file for one term."""

    def check(term, *entries):
        save(tmp_path / f"{NAME}.pot", entry(term))
        save(tmp_path / "zh_CN.po", *entries)
        return translations.check(None, tmp_path, NAME, ["zh_CN"])

    return check


def test_a_complete_file_is_fine(faults_of):
    assert faults_of("Unit %(name)s", entry("Unit %(name)s", "设备 %(name)s")) == []


@pytest.mark.parametrize(
    "entries, fault",
    [
        ((), "missing"),
        ((entry("<b>%(n)s</b>"),), "not translated"),
        ((entry("<b>%(n)s</b>", "<b>%(n)s</b>", ["fuzzy"]),), "fuzzy"),
        ((entry("<b>%(n)s</b>", "<b>%(x)s</b>"),), "placeholders"),
        ((entry("<b>%(n)s</b>", "%(n)s"),), "HTML tags"),
        ((entry("<b>%(n)s</b>", "<b>%(n)s</b>"), entry("Old", "旧")), "no longer"),
        (2 * (entry("<b>%(n)s</b>", "<b>%(n)s</b>"),), "2 times"),
    ],
)
def test_each_fault_is_found(faults_of, entries, fault):
    found = faults_of("<b>%(n)s</b>", *entries)
    assert len(found) == 1
    assert fault in found[0]


def test_a_missing_language_is_told(tmp_path):
    save(tmp_path / f"{NAME}.pot", entry("Unit"))
    found = translations.check(None, tmp_path, NAME, ["zh_TW"])
    assert found == ["zh_TW.po: is missing; run ./dev i18n export"]


def test_a_pot_older_than_the_code_is_told(tmp_path):
    save(tmp_path / f"{NAME}.pot", entry("Old"))
    save(tmp_path / "fresh.po", entry("New"))
    found = translations.check(tmp_path / "fresh.po", tmp_path, NAME, [])
    assert found == [f"{NAME}.pot: lacks 'New'", f"{NAME}.pot: has 'Old' of old"]


def test_merging_keeps_translations_and_adds_new_terms(tmp_path):
    save(tmp_path / "fresh.po", entry("Unit"), entry("Ticket"))
    save(tmp_path / "zh_CN.po", entry("Unit", "设备"), entry("Old", "旧"))
    translations.merge(tmp_path / "fresh.po", tmp_path, NAME, ["zh_CN"])
    merged = polib.pofile(str(tmp_path / "zh_CN.po"))
    assert {e.msgid: e.msgstr for e in merged} == {"Unit": "设备", "Ticket": ""}


def test_merging_twice_changes_nothing(tmp_path):
    save(tmp_path / "fresh.po", entry("Unit"))
    save(tmp_path / "zh_CN.po", entry("Unit", "设备"))
    texts = []
    for _time in range(2):
        translations.merge(tmp_path / "fresh.po", tmp_path, NAME, ["zh_CN"])
        texts.append((tmp_path / "zh_CN.po").read_text())
    assert texts[0] == texts[1]


def test_a_term_that_reads_the_same_stays_empty_but_is_no_fault(tmp_path):
    save(tmp_path / "fresh.po", entry("A/B: %(n)s"))
    save(tmp_path / "zh_CN.po", entry("A/B: %(n)s", "A/B: %(n)s"))
    for _time in range(2):
        translations.merge(tmp_path / "fresh.po", tmp_path, NAME, ["zh_CN"])
        (merged,) = polib.pofile(str(tmp_path / "zh_CN.po"))
        assert (merged.msgstr, merged.flags) == ("", ["ignore-same"])
        assert translations.check(None, tmp_path, NAME, ["zh_CN"]) == []
