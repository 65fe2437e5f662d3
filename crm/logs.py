"""Logs: one line an event, Chinese readable, to standard error; JSON with `CRM_LOG_FORMAT=json`.

Lines of libraries and of Flask go the same way. Telephone numbers are masked whoever writes them, because logs
are kept longer and read by more people than the customers' records.
"""

import logging
import os
import re
import secrets
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
SECRETS = frozenset({"password", "token", "secret", "csrf_token", "totp", "code"})
Event = MutableMapping[str, Any]


def mask(_logger: object, _method: str, event: Event) -> Event:
    """Mask mobile numbers and leave out secrets."""
    for name, value in event.items():
        if name in SECRETS:
            event[name] = "***"
        elif isinstance(value, str):
            event[name] = MOBILE.sub(r"\1****\2", value)
    return event


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask,
    ]


def _renderer(as_json: bool) -> Any:
    if as_json:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def configure_logging(level: str | None = None, as_json: bool | None = None) -> None:
    """Set logging up for the whole process; called by the commands, never by importing the application."""
    if as_json is None:
        as_json = os.environ.get("CRM_LOG_FORMAT", "") == "json"
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(as_json)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel((level or os.environ.get("CRM_LOG_LEVEL", "INFO")).upper())


def crashed(what: str, problem: BaseException) -> str:
    """Log what broke behind the pages, where nobody sees it; gives the number that the line carries."""
    number = secrets.token_hex(4)
    structlog.get_logger("crm.jobs").error("后台任务出错", what=what, number=number, exc_info=problem)
    return number
