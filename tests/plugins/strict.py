"""In CI a test that is skipped or expected to fail is a failure: nothing may quietly not run.

Outside CI (`CI` unset or empty) it changes nothing. A run in which no test ran at all already fails by
pytest's own exit status 5.
"""

import os
from collections.abc import Generator

import pytest

IN_CI = bool(os.environ.get("CI"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the report of a skipped or expectedly failing test into a failure."""
    report = yield
    if IN_CI and report.outcome == "skipped":
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that skipped itself."""
    report = yield
    if IN_CI and report.outcome == "skipped":
        _fail(report)
    return report


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else getattr(report, "wasxfail", "")
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} did not really run ({reason}), and in CI every test has to."
    vars(report).pop("wasxfail", None)
