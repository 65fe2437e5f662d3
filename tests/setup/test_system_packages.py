"""What pip cannot give: found, installed where possible, and named in one sentence where not."""

from pathlib import Path

import pytest
import run_tests
import system_packages
from system_packages import LIST, Need, found, needs, packages_of

MISSING = Need("paper", "printed papers", ("command:no-such-program",), ("libone", "libtwo"))
MARKED = "import pytest\n@pytest.mark.{}\ndef test_it(): pass\n"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A folder of tests of which one is marked `paper`."""
    (tmp_path / "test_paper.py").write_text(MARKED.format("paper"), "utf-8")
    return tmp_path


def no_installing(packages: list[str]) -> None:
    raise AssertionError(f"tried to install {packages}")


def test_only_what_a_test_is_marked_with_is_needed(suite: Path) -> None:
    assert [need.mark for need in needs(suite)] == ["paper"]


def test_every_listed_marker_is_registered_and_brings_packages() -> None:
    project = (LIST.parents[1] / "pyproject.toml").read_text("utf-8")
    for mark in ("libreoffice", "browser", "paper"):
        assert f'"{mark}: ' in project
        assert f"[{mark}]" in LIST.read_text("utf-8")


def test_a_probe_finds_a_program_under_any_of_its_names() -> None:
    assert found("command:no-such-program|sh")
    assert not found("command:no-such-program")


def test_a_probe_does_not_find_a_library_or_font_that_is_not_there() -> None:
    assert not found("library:no-such-library")
    assert not found("font:NoSuchFontAnywhere")


def test_a_probe_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="a probe is command:"):
        found("package:pango")


def test_a_package_that_two_need_is_named_once() -> None:
    assert packages_of([MISSING, MISSING]) == ["libone", "libtwo"]


def test_without_root_nothing_is_installed(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "found", lambda probe: False)
    monkeypatch.setattr(run_tests, "can_install", lambda: False)
    monkeypatch.setattr(run_tests, "install", no_installing)
    assert [need.mark for need in run_tests.settle_needs(suite)] == ["paper"]


def test_as_root_on_debian_what_is_missing_is_installed(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(system_packages, "found", lambda probe: bool(installed))
    monkeypatch.setattr(run_tests, "can_install", lambda: True)
    monkeypatch.setattr(run_tests, "install", installed.extend)
    assert run_tests.settle_needs(suite) == []
    assert "libpango-1.0-0" in installed


def test_what_is_there_is_not_installed_again(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "found", lambda probe: True)
    monkeypatch.setattr(run_tests, "can_install", lambda: True)
    monkeypatch.setattr(run_tests, "install", no_installing)
    assert run_tests.settle_needs(suite) == []


def test_the_tests_that_need_what_is_missing_are_left_out_and_a_choice_of_ones_own_stays() -> None:
    command = run_tests.pytest_command(["-m", "slow", "-x"], [MISSING])
    assert command[command.index("-m", 3) + 1] == "not paper and (slow)"
    assert command[-1] == "-x"


def test_with_nothing_missing_no_test_is_left_out() -> None:
    assert "-m" not in run_tests.pytest_command([], [])[3:]


def test_the_last_sentence_names_what_was_not_run_and_the_command_to_get_it() -> None:
    said = run_tests.sentence([MISSING])
    assert "printed papers (marker paper)" in said
    assert said.endswith("sudo apt-get install -y libone libtwo")
    assert "\n" not in said


def test_in_ci_what_is_missing_ends_the_run_before_it_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(run_tests, "settle_needs", lambda tests: [MISSING])
    assert run_tests.main([]) == run_tests.REFUSED
    assert "printed papers" in capsys.readouterr().err
