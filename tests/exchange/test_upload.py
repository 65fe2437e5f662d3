"""A workbook uploaded in the browser: read in the background, its faults on the page, the file gone."""

import io
import re
import zipfile

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from crm.exchange import jobs
from crm.extensions import db
from crm.people.accounts import Job
from crm.people.models import Staff
from crm.transactions import atomic
from tests.exchange.workbooks import STAFF
from tests.people_builders import HOME, count, keep, staff


def zipped(**tables):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in tables.items():
            archive.writestr(f"{name}.csv", text)
    buffer.seek(0)
    return buffer


@pytest.fixture
def threads(monkeypatch):
    """The imports that were begun, so that a test can wait for them."""
    begun = []
    start = jobs.start
    monkeypatch.setattr(jobs, "start", lambda app, job_id: begun.append(start(app, job_id)))
    return begun


def upload(browser, threads, content, name="名单.zip", **form):
    answer = browser.post("/import", data={"workbook": (content, name), **form})
    for thread in threads:
        thread.join(60)
    return answer


def test_a_sound_workbook_is_stored_and_the_page_says_what_came_in(signed_in, store, threads):
    browser = signed_in("admin")
    answer = upload(browser, threads, zipped(staff=STAFF))
    page = browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert "新增 4" in page
    assert count(Staff) == 4


def test_a_check_stores_nothing(signed_in, store, threads):
    browser = signed_in("admin")
    answer = upload(browser, threads, zipped(staff=STAFF), check_only="y")
    assert "没有写入任何内容" in browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert count(Staff) == 0


def test_faults_are_listed_with_their_place_and_survive_a_reload(signed_in, store, threads):
    browser = signed_in("admin")
    answer = upload(browser, threads, zipped(staff=STAFF.replace("2026-01-05", "someday")))
    for _ in range(2):
        page = browser.get(answer.headers["Location"]).get_data(as_text=True)
        assert "第 2 行" in page
        assert "someday" in page
    assert count(Staff) == 0


def test_the_upload_is_deleted_afterwards(signed_in, app, threads):
    upload(signed_in("admin"), threads, zipped(staff=STAFF))
    assert list((app.config["CRM"].home / "uploads").iterdir()) == []


def test_a_managers_upload_is_bounded_by_the_project(people, store, threads):
    keep([staff("A1"), staff("A2"), staff("B1", project="湖畔花园"), staff("M1", "manager")])
    browser = people.browser_of(people.account("M1"))
    answer = upload(browser, threads, zipped(staff=STAFF))
    assert "只能由人事或管理员更改" in browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert db.session.get(Staff, "A1").name == "员工A1"


@pytest.mark.parametrize(("name", "content"), [("x.exe", b"MZ"), ("x.XLSM", b"PK"), ("", b"")])
def test_what_is_no_workbook_by_its_name_is_refused(signed_in, store, threads, name, content):
    answer = upload(signed_in("admin"), threads, io.BytesIO(content), name)
    assert answer.status_code == 422
    assert threads == []


def test_what_is_no_workbook_by_its_content_is_said(signed_in, store, threads):
    browser = signed_in("admin")
    answer = upload(browser, threads, io.BytesIO(b"hello"), "x.xlsx")
    page = browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert "没有导入任何内容" in page


def test_nobody_sees_the_imports_of_others(signed_in, people, store, threads):
    answer = upload(signed_in("admin"), threads, zipped(staff=STAFF))
    assert people.browser("admin").get(answer.headers["Location"]).status_code == 404
    assert people.browser("consultant", "Z1").get(answer.headers["Location"]).status_code == 403


def test_an_import_whose_process_is_gone_has_failed_and_says_so(signed_in, store, threads):
    browser = signed_in("admin")
    answer = upload(browser, threads, zipped(staff=STAFF))
    with atomic() as session:
        job = session.scalar(select(Job))
        job.state, job.payload = "running", {**job.payload, "pid": 2**22 + 1}
    assert "导入被中断" in browser.get(answer.headers["Location"]).get_data(as_text=True)


def test_a_program_error_while_importing_has_a_number_that_is_in_the_log_too(
    signed_in, store, threads, monkeypatch
):
    monkeypatch.setattr(jobs, "import_workbook", lambda *_, **__: 1 / 0)
    browser = signed_in("admin")
    with capture_logs() as lines:
        answer = upload(browser, threads, zipped(staff=STAFF))
    page = browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert re.search(r"编号 ([0-9a-f]{8})", page)[1] in [line.get("number") for line in lines]
    assert count(Staff) == 0


def test_the_template_is_handed_out(signed_in):
    answer = signed_in("manager", project=HOME).get("/import/template")
    assert answer.data[:2] == b"PK"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
