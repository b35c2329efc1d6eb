"""Templates are named by what they are made from."""

import pytest

from tooling import databases


@pytest.fixture
def addon(tmp_path):
    for name in ("models/unit.py", "static/src/app.js", "static/src/app.xml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    return tmp_path


@pytest.mark.parametrize("name", ["models/unit.py", "static/src/app.xml", "data/x.csv"])
def test_what_ends_up_in_the_database_changes_the_digest(addon, name):
    before = databases.addon_digest(addon)
    (addon / name).parent.mkdir(exist_ok=True)
    (addon / name).write_text("two")
    assert databases.addon_digest(addon) != before


@pytest.mark.parametrize(
    "name", ["static/src/app.js", "README.md", "models/__pycache__/unit.pyc"]
)
def test_what_is_read_when_used_does_not(addon, name):
    before = databases.addon_digest(addon)
    (addon / name).parent.mkdir(exist_ok=True)
    (addon / name).write_text("two")
    assert databases.addon_digest(addon) == before


def test_a_renamed_file_changes_the_digest(addon):
    before = databases.addon_digest(addon)
    (addon / "models/unit.py").rename(addon / "models/units.py")
    assert databases.addon_digest(addon) != before


class FakeEnvironment:
    """A server that exists only as a list of names."""

    cluster = "test"

    def __init__(self, existing):
        self.existing = existing


def test_the_templates_used_last_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "KEPT_TEMPLATES", 8)
    monkeypatch.setattr(databases.settings, "CACHE", tmp_path)
    names = [f"tpl_base_{number}" for number in range(12)]
    env = FakeEnvironment(["tpl_base", *names])
    monkeypatch.setattr(databases, "names", lambda env: env.existing)
    monkeypatch.setattr(databases, "drop", lambda env, name: env.existing.remove(name))
    for age, name in enumerate(["tpl_base", *names]):
        databases._mark_used(env, name)
        stamp = databases._used_file(env, name)
        databases.os.utime(stamp, (1000 - age, 1000 - age))
    with databases.lock("tpl_base_11"):  # somebody copies it at this moment
        databases._forget_old_templates(env)
    assert env.existing == ["tpl_base", *names[:8], "tpl_base_11"]
