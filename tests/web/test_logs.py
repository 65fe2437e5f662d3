"""Log lines are readable, in Chinese, and hold no telephone number and no secret."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from crm.logs import configure_logging, mask


@pytest.fixture(autouse=True)
def _give_logging_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_telephone_numbers_are_masked_in_any_field() -> None:
    event = mask(None, "info", {"event": "来电 13812345678", "note": "8613812345678", "amount": 13812345678})
    assert event == {"event": "来电 138****5678", "note": "8613812345678", "amount": 13812345678}


def test_secrets_are_left_out() -> None:
    assert mask(None, "info", {"password": "hunter2", "who": "A01"}) == {"password": "***", "who": "A01"}


def test_json_lines_keep_chinese_readable(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(as_json=True)
    structlog.get_logger("crm.test").info("导入完成", rows=3)
    line = capsys.readouterr().err.strip()
    assert "导入完成" in line
    assert json.loads(line)["rows"] == 3


def test_lines_of_libraries_go_the_same_way_and_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(as_json=True)
    logging.getLogger("werkzeug").warning("GET /customers?q=13812345678")
    assert "138****5678" in json.loads(capsys.readouterr().err)["event"]


def test_a_traceback_is_masked_and_shows_no_local_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(as_json=False)
    hidden = "a customer's need"
    try:
        raise RuntimeError("13812345678")
    except RuntimeError:
        structlog.get_logger("crm.test").exception("页面崩溃")
    printed = capsys.readouterr().err
    assert "138****5678" in printed
    assert hidden not in printed.replace("hidden = ", "")
