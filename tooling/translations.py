"""Merges and checks translation files. Needs polib, so it runs in Odoo's Python.

python -m tooling.translations merge FRESH_POT FOLDER NAME LANGUAGE…
python -m tooling.translations check FRESH_POT FOLDER NAME LANGUAGE…
"""

import re
import sys
from collections import Counter
from pathlib import Path

import polib

PLACEHOLDER = re.compile(r"%\(\w+\)[sdfr]|%[sdf]|\{\w*\}|\{\{.*?\}\}")
TAG = re.compile(r"</?\s*([a-zA-Z][\w-]*)")
# A term that reads the same in the language stays empty, as Odoo and the checkers
# want it; this flag, Weblate's, tells it from one that nobody has translated yet.
SAME = "ignore-same"
HEADER_KEPT = ("Last-Translator", "Language-Team", "PO-Revision-Date", "Plural-Forms")


def merge(fresh, folder, name, languages):
    """Write ``name.pot`` and bring each language's terms up to date.

    A translation stays as long as its term exists; a new term comes empty.
    """
    folder.mkdir(exist_ok=True)
    template = polib.pofile(str(fresh))
    _steady(template)
    template.save(str(folder / f"{name}.pot"))
    for language in languages:
        path = folder / f"{language}.po"
        old = polib.pofile(str(path)) if path.exists() else polib.POFile()
        known = {entry.msgid: entry for entry in old if not entry.obsolete}
        merged = polib.POFile(wrapwidth=template.wrapwidth)
        merged.metadata = dict(template.metadata) | {"Language": language}
        merged.metadata |= {k: v for k, v in old.metadata.items() if k in HEADER_KEPT}
        for entry in template:
            translated = known.get(entry.msgid)
            same = translated and is_same(translated)
            merged.append(
                polib.POEntry(
                    msgid=entry.msgid,
                    msgstr=translated.msgstr if translated and not same else "",
                    comment=entry.comment,
                    occurrences=entry.occurrences,
                    flags=[f for f in entry.flags if f != "fuzzy"]
                    + (["fuzzy"] if translated and translated.fuzzy else [])
                    + ([SAME] if same else []),
                )
            )
        merged.save(str(path))


def is_same(entry):
    """Say if a translation is, on purpose, what its source is."""
    return entry.msgstr == entry.msgid or (not entry.msgstr and SAME in entry.flags)


def _steady(template):
    """Take out the dates, which would change the file at every export."""
    template.metadata["Content-Transfer-Encoding"] = "8bit"
    for key in ("POT-Creation-Date", "PO-Revision-Date"):
        template.metadata.pop(key, None)


def check(fresh, folder, name, languages):
    """Return what is wrong with the translation files, as lines.

    :param fresh: a pot just exported, or None to trust the one in the folder
    """
    found = []
    pot = folder / f"{name}.pot"
    if not pot.exists():
        return [f"{pot.name}: is missing; run ./dev i18n export"]
    terms = {entry.msgid for entry in polib.pofile(str(pot))}
    if fresh:
        now = {entry.msgid for entry in polib.pofile(str(fresh))}
        found += [f"{pot.name}: lacks {term!r}" for term in sorted(now - terms)]
        found += [f"{pot.name}: has {term!r} of old" for term in sorted(terms - now)]
        terms = now
    for language in languages:
        path = folder / f"{language}.po"
        if path.exists():
            found += check_language(path, terms)
        else:
            found.append(f"{path.name}: is missing; run ./dev i18n export")
    return found


def check_language(path, terms):
    """Return what is wrong with one language's file.

    :param terms: the terms that it must translate
    """
    found = []
    entries = [entry for entry in polib.pofile(str(path)) if not entry.obsolete]
    counts = Counter(entry.msgid for entry in entries)
    for term in sorted(terms - set(counts)):
        found.append(f"{path.name}: missing: {term!r}")
    for term in sorted(set(counts) - terms):
        found.append(f"{path.name}: no longer in the add-on: {term!r}")
    for term, count in counts.items():
        if count > 1:
            found.append(f"{path.name}: {count} times: {term!r}")
    for entry in entries:
        if fault := fault_of(entry):
            found.append(f"{path.name}:{entry.linenum}: {fault}: {entry.msgid!r}")
    return found


def fault_of(entry):
    """Return what is wrong with one translation, or None."""
    if entry.fuzzy:
        return "fuzzy"
    if is_same(entry):
        return None
    if not entry.msgstr.strip():
        return "not translated"
    for what, pattern in (("placeholders", PLACEHOLDER), ("HTML tags", TAG)):
        source = Counter(pattern.findall(entry.msgid))
        if source != Counter(pattern.findall(entry.msgstr)):
            return f"other {what} than the source"
    return None


def main(command, fresh, folder, name, *languages):
    """Run one command; return its exit code."""
    fresh = Path(fresh) if fresh else None
    if command == "merge":
        merge(fresh, Path(folder), name, languages)
        return 0
    found = check(fresh, Path(folder), name, languages)
    print("\n".join([*found[:200], f"translations: {len(found)} faults"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
