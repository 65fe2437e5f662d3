"""The Makefile on machines that lack something: one clear sentence, and no half-made environment used."""

import subprocess
import sys
from pathlib import Path

import make_venv
import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_a_python_that_is_too_old_is_refused_in_one_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    old.chmod(0o755)
    command = ["make", "-C", str(ROOT), "--silent", "run", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Yingban needs Python 3.11 or later" in done.stderr
    assert "make PYTHON=" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_the_first_way_that_works_makes_the_environment(tmp_path: Path) -> None:
    tried: list[str] = []

    def in_vain(folder: Path) -> bool:
        tried.append("in vain")
        return False

    def by_hand(folder: Path) -> bool:
        tried.append("by hand")
        (folder / "bin").mkdir(parents=True)
        python = folder / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
        python.chmod(0o755)
        return True

    assert make_venv.make(tmp_path / "venv", (in_vain, by_hand, in_vain)) is None
    assert tried == ["in vain", "by hand"]


def test_where_no_way_works_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    said = make_venv.make(tmp_path / "venv", (lambda folder: False,))
    assert said is not None
    assert "sudo apt-get install -y python3-venv" in said
    assert "\n" not in said


def test_a_python_without_ensurepip_falls_through_to_the_next_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert not make_venv.with_ensurepip(tmp_path / "venv")
    assert not make_venv.with_outer_pip(tmp_path / "venv")
    assert not (tmp_path / "venv").exists()


def test_an_environment_that_works_is_kept_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(make_venv, "works", lambda folder: True)
    assert make_venv.make(tmp_path, ()) is None
