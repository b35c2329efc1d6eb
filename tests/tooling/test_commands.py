"""The smaller modules: choosing tests, reading logs, versions, wheels, names."""

import zipfile

import pytest

from tooling import (
    cli,
    databases,
    fonts,
    lifecycle,
    lint,
    odoo_source,
    odoo_suites,
    packaging,
    postgres,
    python_env,
    settings,
    testing,
    ui,
)

PURE = "tests/rules"
MANY = "\n    def test_x(self):" * testing.MANY


def test_pure_tests_are_known():
    assert testing.is_pure(settings.ROOT / "tests/rules/test_x.py")
    assert testing.is_pure(settings.ROOT / "tests/tooling")
    assert not testing.is_pure(settings.ROOT / "tests")


def test_files_are_told_from_options():
    here = "tests/tooling/test_commands.py"
    chosen = testing.chosen_paths(["-k", "word", f"{here}::test_x", "--lf"])
    assert chosen == [settings.ROOT / here]


@pytest.mark.parametrize(
    "words, kinds",
    [
        ([], ["tests", "bridges"]),
        (["-k", "kit"], ["tests", "bridges"]),
        (["tests/bridges"], ["bridges"]),
        (["tests/parts", "-x"], ["tests"]),
        (["tests"], ["tests", "bridges"]),
        (["tests/parts", "tests/bridges"], ["tests", "bridges"]),
    ],
)
def test_bridges_run_on_a_database_of_their_own(words, kinds):
    names = {databases.TESTS: "tests", databases.BRIDGES: "bridges"}
    found = testing.calls(words)
    assert [names[recipe] for recipe, _words in found] == kinds
    for recipe, own in found:
        chosen = testing.chosen_paths(own)
        if recipe == databases.BRIDGES:
            assert chosen and all(testing.is_bridge(path) for path in chosen)
        else:
            assert f"--ignore={testing.BRIDGES}" in own
            assert not any(testing.is_bridge(path) for path in chosen)
        assert [word for word in own if word in ("-k", "kit", "-x")] == [
            word for word in words if word in ("-k", "kit", "-x")
        ]


def test_coverage_of_both_calls_is_one():
    (_tests, first), (_bridges, second) = testing.calls(["--cov=after_sales_service"])
    assert "--cov-append" in second and "--cov-append" not in first


@pytest.mark.parametrize(
    "codes, code",
    [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([0, 5], 0), ([5, 5], 5), ([2], 2)],
)
def test_the_worst_code_of_two_calls_counts(codes, code):
    assert testing.worst(codes) == code


@pytest.mark.parametrize(
    "words, chosen, text, processors, parallel",
    [
        ([], [], MANY, 2, True),
        ([], [], MANY, 1, False),
        ([], [], "", 2, False),
        (["-n0"], [], MANY, 2, False),
        ([], ["tests/parts"], MANY, 2, False),
    ],
)
def test_several_processes_only_where_they_pay(
    words, chosen, text, processors, parallel
):
    options = testing.parallel_options(words, chosen, text, processors)
    assert bool(options) == parallel


@pytest.mark.parametrize("version", [(3, 9), (3, 14), (2, 7)])
def test_a_wrong_python_is_told(version):
    with pytest.raises(ui.Problem, match=r"3\.10 to 3\.13"):
        python_env.check_version(version)


@pytest.mark.parametrize("version", [(3, 10, 0), (3, 11), (3, 13, 5)])
def test_a_right_python_is_accepted(version):
    python_env.check_version(version)


def test_a_python_without_venv_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(python_env.sys, "executable", "/bin/false")
    with pytest.raises(ui.Problem, match="python3-venv"):
        python_env._make_installers(tmp_path, tmp_path)


def test_the_series_of_odoo_is_read(tmp_path, monkeypatch):
    (tmp_path / "odoo").mkdir()
    assert odoo_source.series(tmp_path) is None
    release = tmp_path / "odoo" / "release.py"
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')")
    assert odoo_source.series(tmp_path) == "18.0"
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(ui.Problem, match=r"holds no Odoo 19\.0, but 18\.0"):
        odoo_source.find_own()


def test_an_unreachable_server_of_the_user_is_told(tmp_path, monkeypatch):
    program = tmp_path / "psql"
    program.write_text("#!/bin/sh\necho no route to host >&2\nexit 2\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PGHOST", "db.example")
    monkeypatch.delenv("AFTER_SALES_PG", raising=False)
    with pytest.raises(ui.Problem, match="no route to host"):
        postgres.find_own()


@pytest.mark.parametrize(
    "answer, why",
    [("postgres true", "refuses the role"), ("anna false", "may not create")],
)
def test_a_role_that_odoo_can_not_use_is_told(tmp_path, monkeypatch, answer, why):
    program = tmp_path / "psql"
    program.write_text(f"#!/bin/sh\necho {answer}\n")
    program.chmod(0o755)
    assert why in postgres.reach(tmp_path, {})[1]


def test_a_failed_program_shows_its_last_words():
    with pytest.raises(ui.Problem, match="(?s)code 3:.*no such thing.*Try again"):
        ui.run("sh", "-c", "echo no such thing; exit 3", hint="Try again")


def test_a_missing_program_is_told():
    with pytest.raises(ui.Problem, match="is not installed"):
        ui.run("after-sales-no-such-program")


def test_odoo_s_result_is_read():
    log = """
2026-01-01 10:00:00,000 1 INFO db odoo.tests.stats: stock: 300 tests 99.0s
2026-01-01 10:00:00,000 1 ERROR db odoo.tests.result: 2 failed, 1 error(s) of 300 tests
"""
    assert "300 tests, 2 failed, 1 errors" in odoo_suites.summary(log)
    assert "stock: 300 tests" in odoo_suites.summary(log)


FAULTS_LOG = """
2026-01-01 10:00:00,000 1 ERROR db odoo.addons.stock.tests.test_a: FAIL: TestA.test_it
Traceback (most recent call last):
  File "odoo/addons/stock/tests/test_a.py", line 1, in test_it
AssertionError: 5 != 1
{more}
2026-01-01 10:00:01,000 1 ERROR db odoo.tests.result: 1 failed, 0 error(s) of 9 tests
"""


@pytest.mark.parametrize(
    ("native", "more", "code"),
    [
        ({}, "", 1),
        ({"TestA.test_it": "counts all lots"}, "", 0),
        ({"TestA.test_it": "counts all lots"}, "odoo.addons.after_sales_service.a", 1),
        ({"TestB.test_it": "another"}, "", 1),
    ],
)
def test_a_fault_of_odoo_is_told_from_ours(monkeypatch, native, more, code):
    monkeypatch.setattr(odoo_suites, "NATIVE", native)
    assert odoo_suites.report(FAULTS_LOG.format(more=more)) == code


def test_suites_without_a_result_are_a_fault():
    assert odoo_suites.report("killed") == 1


def test_what_uninstalling_leaves_is_named():
    before = {kind: set() for kind in lifecycle.SCHEMA}
    before["rows"] = {"res_partner": {"1 Anna"}, "ir_model_constraint": set()}
    after = {kind: set() for kind in lifecycle.SCHEMA}
    after["column"] = {"res_partner.zone_id integer"}
    after["rows"] = {"stock_location": {"9 Van"}, "ir_model_constraint": {"5 a_fkey"}}
    assert lifecycle.differences(before, after) == [
        "left behind: column res_partner.zone_id integer",
        "was before: 1 rows of res_partner: 1 Anna",
        "left behind: 1 rows of stock_location: 9 Van",
    ]


def test_names_of_one_machine_are_found(tmp_path):
    clean, dirty = tmp_path / "clean.py", tmp_path / "dirty.md"
    clean.write_text("cache = '/var/cache/x'")
    dirty.write_text("first\nlook in /t" + "mp/x")
    assert lint.foreign_names([clean]) == ""
    assert "dirty.md:2: names /t" in lint.foreign_names([clean, dirty])


def test_a_wheel_that_lacks_a_file_is_told(tmp_path):
    source = tmp_path / "addon"
    source.mkdir()
    manifest = {"version": "19.0.1.0.0", "data": ["views/a.xml"]}
    (source / "__manifest__.py").write_text(repr(manifest))
    wheel = tmp_path / "x.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{packaging.INSIDE}/__manifest__.py", "")
        archive.writestr(f"{packaging.INSIDE}/models/__pycache__/a.pyc", "")
        text = "Version: 19.0.1.0.0\nLicense-Expression: LGPL-3.0-only"
        archive.writestr("x-1.dist-info/METADATA", text)
    assert packaging.check(wheel, source) == [
        f"the wheel lacks {packaging.INSIDE}/LICENSE",
        f"the wheel lacks {packaging.INSIDE}/views/a.xml",
        f"the wheel should not hold {packaging.INSIDE}/models/__pycache__/a.pyc",
    ]


def test_fonts_are_added_to_those_of_the_system(tmp_path):
    text = fonts.configuration(tmp_path)
    assert f"<dir>{tmp_path}</dir>" in text
    assert "/etc/fonts/fonts.conf" in text


def test_the_cache_is_always_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("AFTER_SALES_CACHE", str(tmp_path))
    assert settings.default_cache() == tmp_path / settings.ADDON


def test_an_unknown_command_is_told(capsys):
    with pytest.raises(SystemExit, match="no command 'dance'"):
        cli.main(["dance"])


def test_every_command_is_described():
    for name in cli.COMMANDS:
        assert f"./dev {name}" in cli.__doc__
