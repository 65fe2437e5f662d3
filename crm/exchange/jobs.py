"""An import in the background: its progress is a row, so that a reload of the page goes on showing it."""

import datetime as dt
import os
import secrets
import threading
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from crm import clock
from crm.errors import CrmError, NotFound
from crm.exchange.services import Importer, import_workbook
from crm.exchange.words import summary
from crm.extensions import db
from crm.jobs import alive
from crm.logs import crashed
from crm.people.accounts import Account, Job
from crm.transactions import atomic
from crm.workbook.faults import FaultyWorkbook, WorkbookError

KIND = "import"
SHOWN = 500
_EVERY_SECONDS = 0.5
_INTERRUPTED = {
    "zh": "导入被中断，没有写入任何内容。请重新上传。",
    "en": "The import was interrupted; nothing was stored. Upload it again.",
}
_CRASHED = {
    "zh": "导入时程序出错，没有写入任何内容。请把编号 {number} 告诉管理员，日志里有同一个编号。",
    "en": "The program failed; nothing was stored. Tell the administrator the number {number}; the log has it too.",
}


def begin_import(
    user: Account, title: str, kept: Path, lang: str, at: dt.datetime, *, check_only: bool
) -> str:
    """Note the job; `work_on` does it. `kept` is where the upload lies, under a name of ours."""
    job_id = secrets.token_urlsafe(12)
    payload = {
        "path": str(kept),
        "lang": lang,
        "check_only": check_only,
        "actor": user.actor,
        "project": None if user.role == "admin" else user.project,
        "pid": os.getpid(),
    }
    with atomic() as session:
        session.add(
            Job(
                job_id=job_id,
                kind=KIND,
                account_id=user.account_id,
                title=title[:200],
                began_at=at,
                payload=payload,
            )
        )
    return job_id


def start(app: Flask, job_id: str) -> threading.Thread:
    """Work on the job in a thread of its own."""
    thread = threading.Thread(target=_in_context, args=(app, job_id), name=f"import {job_id}")
    thread.start()
    return thread


def _in_context(app: Flask, job_id: str) -> None:
    with app.app_context():
        work_on(job_id)


def work_on(job_id: str) -> None:
    """Do the import and keep its result; whatever happens the upload is deleted and the job has an end."""
    job = db.session.get_one(Job, job_id)
    payload = dict(job.payload)
    path = Path(payload["path"])
    result: dict[str, object] = {"lines": [_INTERRUPTED[payload["lang"]]]}
    state = "failed"
    try:
        state, result = _import(job_id, path, payload, job.title)
    except Exception as problem:
        result = {"lines": [_CRASHED[payload["lang"]].format(number=crashed(job_id, problem))]}
    finally:
        path.unlink(missing_ok=True)
        _end(job_id, state, result)


def _import(job_id: str, path: Path, payload: dict[str, object], title: str) -> tuple[str, dict[str, object]]:
    lang, check_only = str(payload["lang"]), bool(payload["check_only"])
    project = payload["project"]
    importer = Importer(str(payload["actor"]), None if project is None else str(project))
    try:
        done = import_workbook(
            path,
            importer,
            clock.now(),
            lang=lang,
            check_only=check_only,
            progress=_Teller(job_id),
            shown_name=title,
        )
    except FaultyWorkbook as problem:
        sentences = [fault.sentence(lang) for fault in problem.faults[:SHOWN]]
        return "failed", {"lines": [], "faults": sentences, "total": problem.total}
    except WorkbookError as problem:
        return "failed", {"lines": [problem.sentence(lang)]}
    except CrmError as problem:
        return "failed", {"lines": [problem.sentence(lang)]}
    warnings = [fault.sentence(lang) for fault in done.warnings[:SHOWN]]
    return "done", {"lines": list(summary(done, lang, check_only=check_only)), "warnings": warnings}


class _Teller:
    """Writes the progress down, now and then, while nothing else is being written."""

    def __init__(self, job_id: str) -> None:
        self._job_id = job_id
        self._last = 0.0

    def __call__(self, done: int, total: int, what: str) -> None:
        """So many of so many bytes are read."""
        present = clock.stopwatch()
        if present - self._last < _EVERY_SECONDS:
            return
        self._last = present
        with atomic() as session:
            job = session.get_one(Job, self._job_id)
            job.state, job.done, job.total, job.message = "running", done, total, what


def _end(job_id: str, state: str, result: dict[str, object]) -> None:
    with atomic() as session:
        job = session.get_one(Job, job_id)
        job.state, job.result, job.ended_at = state, result, clock.now()


def own_job(user: Account, job_id: str) -> Job:
    """A job of this account; `NotFound` for anyone else's. One whose process is gone has failed."""
    job = db.session.get(Job, job_id)
    if job is None or job.account_id != user.account_id:
        raise NotFound
    if job.state in ("waiting", "running") and not alive(int(job.payload["pid"])):
        lang = str(job.payload["lang"])
        db.session.expunge(job)
        job.state, job.result = "failed", {"lines": [_INTERRUPTED[lang]]}
    return job


def own_jobs(user: Account) -> Sequence[Job]:
    """The latest imports of this account."""
    query = select(Job).where(Job.account_id == user.account_id, Job.kind == KIND)
    return db.session.scalars(query.order_by(Job.began_at.desc()).limit(10)).all()
