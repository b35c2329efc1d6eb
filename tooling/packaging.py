"""``./dev wheel``: the add-on as a wheel for pip, and a check of what is in it."""

import ast
import shutil
import zipfile

from . import python_env, settings
from .files import building
from .ui import Problem, run, say

TARGET = settings.ROOT / "dist"
PYPROJECT = """[build-system]
requires = ["whool"]
build-backend = "whool.buildapi"
"""
INSIDE = f"odoo/addons/{settings.ADDON}"


def run_command(_words):
    """Build the wheel in ``dist/`` and check it."""
    wheel = build()
    faults = check(wheel, settings.ADDON_DIR)
    for fault in faults:
        print(fault)
    say(f"wheel: {wheel.relative_to(settings.ROOT)}, {len(faults)} faults")
    return 1 if faults else 0


def build():
    """Build the wheel from the files that git tracks; return its path."""
    python = python_env.get("pack.lock")
    version = settings.manifest()["version"]
    with building(settings.CACHE / "wheel") as folder:
        source = folder / settings.ADDON
        _copy_tracked(source)
        (source / "pyproject.toml").write_text(PYPROJECT)
        run(
            *(python, "-c", "import whool.buildapi as w; print(w.build_wheel('..'))"),
            cwd=source,
            env=python_env.installer_variables()
            | {"WHOOL_POST_VERSION_STRATEGY_OVERRIDE": "none"},
        )
        made = next(folder.glob("*.whl"), None)
        if not made or version not in made.name:
            raise Problem(f"whool made no wheel of version {version}")
        TARGET.mkdir(exist_ok=True)
        return shutil.copy2(made, TARGET / made.name)


def _copy_tracked(target):
    """Copy the add-on's files, without what git ignores."""
    listed = run(
        *("git", "ls-files", "--cached", "--others", "--exclude-standard"),
        settings.ADDON,
        cwd=settings.ROOT,
    )
    for line in listed.splitlines():
        if (settings.ROOT / line).is_file():
            inside = target.parent / line
            inside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(settings.ROOT / line, inside)
    for name in ("LICENSE", "README.md"):
        if (settings.ROOT / name).exists() and not (target / name).exists():
            shutil.copy2(settings.ROOT / name, target / name)


def check(wheel, source):
    """Return what a wheel lacks, or has too much, compared with the source."""
    manifest = ast.literal_eval((source / "__manifest__.py").read_text("utf-8"))
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = next((n for n in names if n.endswith("dist-info/METADATA")), None)
        described = archive.read(metadata).decode() if metadata else ""
    named = [*manifest.get("data", []), *manifest.get("demo", [])]
    wanted = {f"{INSIDE}/{each}" for each in named}
    suffixes = {".py", ".xml", ".csv", ".po", ".pot", ".js", ".scss", ".png", ".svg"}
    for path in source.rglob("*"):
        if path.suffix in suffixes and "__pycache__" not in path.parts:
            wanted.add(f"{INSIDE}/{path.relative_to(source)}")
    wanted.add(f"{INSIDE}/LICENSE")
    faults = [f"the wheel lacks {name}" for name in sorted(wanted - names)]
    for name in sorted(names):
        if name.endswith(".pyc") or "__pycache__" in name or "/tests/test_" in name:
            faults.append(f"the wheel should not hold {name}")
    if f"Version: {manifest['version']}" not in described:
        faults.append("the wheel's version is not the manifest's")
    if "License" not in described:
        faults.append("the wheel names no license")
    return faults
