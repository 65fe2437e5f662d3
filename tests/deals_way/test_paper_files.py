"""Papers of a deal's steps: what is taken, who may open it, that nothing is overwritten, and that a backup has them."""

import datetime as dt
import uuid
from io import BytesIO

import pytest
from sqlalchemy import URL, create_engine, func, select, text

from crm.deals import aftersales, paper_files
from crm.deals.file_kinds import kind_of, plain_name
from crm.deals.paper_files import LARGEST, File
from crm.deals.papers_models import DealPaper, PaperContent
from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.leads.erasing import erase
from crm.operations.backup import back_up, restore
from crm.people.accounts import AuditRow
from crm.store.engine import prepare
from crm.transactions import atomic
from tests.database_fixtures import _admin
from tests.deals_way.conftest import AT, TODAY

PDF = b"%PDF-1.7\nsome paper\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0 a photograph \xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR a scan IEND\xaeB`\x82"


@pytest.fixture
def deal(placed):
    return placed(stage="subscription_on")


@pytest.fixture
def upload(home, deal):
    """`upload(PDF)` keeps a paper of the contract as A1."""

    def kept(content=PDF, name="身份证.pdf", who="A1", item="identity", step="contract"):
        files = [File(name, content)]
        return paper_files.upload(home(who), deal.deal_id, step, item, files, AT)[0]

    return kept


@pytest.mark.parametrize(
    ("content", "media_type"), [(PDF, "application/pdf"), (JPEG, "image/jpeg"), (PNG, "image/png")]
)
def test_a_paper_comes_back_byte_for_byte_under_the_type_of_its_content(home, upload, content, media_type):
    paper = upload(content, "照片.exe")
    found, bytes_back = paper_files.opened(home("A1"), paper.paper_id, AT, "10.0.0.1")
    assert (found.media_type, bytes_back, found.size) == (media_type, content, len(content))
    assert found.name.endswith(kind_of(content).suffix)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><script>", b"PK\x03\x04", PDF[:-6], JPEG[:-2], PNG[:-1], b"x" + PDF, b"GIF89a"],
)
def test_what_is_no_whole_pdf_jpeg_or_png_is_refused_by_its_name(upload, content):
    with pytest.raises(Invalid, match=r"身份证\.pdf") as caught:
        upload(content)
    assert caught.value.field == "files"
    assert db.session.scalar(select(DealPaper)) is None


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_a_paper_has_at_most_ten_megabytes(upload, more, fits):
    content = b"%PDF-" + bytes(LARGEST - 10 + more) + b"%%EOF"
    if fits:
        assert upload(content).size == LARGEST
    else:
        with pytest.raises(Invalid, match="10 MB"):
            upload(content)


def test_of_several_files_all_are_kept_or_none(home, deal):
    with pytest.raises(Invalid):
        paper_files.upload(
            home("A1"), deal.deal_id, "contract", "identity", [File("a", PDF), File("b", b"no")], AT
        )
    assert db.session.scalar(select(func.count()).select_from(PaperContent)) == 0


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("..\\..\\合同.PDF", "合同.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ('a"b\r\n<c>.html', "abc.pdf"),
        ("", "pdf.pdf"),
        (None, "pdf.pdf"),
        ("长" * 300 + ".pdf", "长" * 80 + ".pdf"),
    ],
)
def test_a_name_has_neither_folders_nor_controls_nor_another_suffix(given, name):
    assert plain_name(given, kind_of(PDF)) == name


def test_its_line_of_the_list_is_ticked_off(upload, deal):
    upload()
    upload(JPEG, item="other")
    assert aftersales.steps_of_deal(deal)[0].ticked == ("identity",)


def test_the_same_file_is_kept_once(upload, home):
    first = upload()
    with pytest.raises(Invalid, match="already"):
        upload()
    paper_files.remove(home("A1"), first.paper_id, "拍糊了", AT)
    assert upload().paper_id != first.paper_id


def test_a_step_that_has_not_begun_and_a_cancelled_deal_take_no_papers(home, deal, upload):
    with pytest.raises(Conflict):
        upload(step="title", item="invoice")
    with atomic():
        deal.cancelled_on = TODAY
    with pytest.raises(Conflict):
        upload()


def test_removing_says_who_and_why_and_keeps_the_paper_for_the_manager(home, upload, deal):
    paper = upload()
    with pytest.raises(Invalid):
        paper_files.remove(home("A1"), paper.paper_id, " ", AT)
    paper_files.remove(home("A1"), paper.paper_id, "别人的身份证", AT)
    kept = paper_files.papers_of(deal)["contract"][0]
    assert (kept.removal.reason, kept.removal.removed_by) == ("别人的身份证", "A1")
    with pytest.raises(NotFound):
        paper_files.opened(home("A1"), paper.paper_id, AT, "")
    assert paper_files.opened(home("M1"), paper.paper_id, AT, "")[1] == PDF
    with pytest.raises(Conflict):
        paper_files.remove(home("M1"), paper.paper_id, "再来", AT)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE deal_papers SET sha256 = 'x'",
        "DELETE FROM deal_papers",
        "UPDATE deal_paper_contents SET content = NULL",
        "DELETE FROM deal_paper_removals",
    ],
)
def test_the_database_refuses_to_overwrite_a_paper(home, upload, statement):
    paper_files.remove(home("A1"), upload().paper_id, "拍糊了", AT)
    with pytest.raises(Exception, match="never changed"), atomic() as session:
        session.execute(text(statement))


def test_a_colleague_neither_sees_nor_uploads_nor_removes(home, upload, deal):
    paper = upload()
    for act in (
        lambda: paper_files.opened(home("A2"), paper.paper_id, AT, ""),
        lambda: paper_files.remove(home("A2"), paper.paper_id, "x", AT),
        lambda: upload(JPEG, who="A2"),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_download_can_do_nothing_in_our_name_and_is_logged(home, people, upload):
    paper = upload(name='收入"证明.pdf')
    answer = people.browser_of(home("A1").account_id).get(f"/papers/files/{paper.paper_id}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    logged = select(AuditRow.actor).where(AuditRow.action == "deal_paper.opened")
    assert db.session.scalars(logged).all() == ["A1"]


def test_the_page_takes_papers_and_lists_them_with_who_and_when(home, people, deal):
    browser = people.browser_of(home("A1").account_id)
    url = f"/way/{deal.deal_id}/papers/contract"
    form = {"item": "identity", "files": [(BytesIO(PDF), "证件.pdf"), (BytesIO(PNG), "户口本.png")]}
    assert browser.post(url, data=form).status_code == 303
    page = browser.get(f"/way/{deal.deal_id}").text
    assert "证件.pdf" in page
    assert "户口本.png" in page
    refused = browser.post(url, data={"item": "identity", "files": (BytesIO(b"no"), "证件.doc")})
    assert refused.status_code == 422
    assert "证件.doc 不是完整的 PDF、JPG 或 PNG 文件" in refused.text
    assert "请选择文件" in browser.post(url, data={"item": "identity"}).text


def test_erasing_the_customer_takes_the_content_and_the_name(home, upload):
    paper_id = upload(name="李先生身份证.pdf").paper_id
    erase(home("M1"), "C1", "来信要求", AT + dt.timedelta(hours=1))
    db.session.expire_all()
    assert db.session.scalar(select(PaperContent)) is None
    assert db.session.get_one(DealPaper, paper_id).name == ""
    with pytest.raises(NotFound):
        paper_files.opened(home("M1"), paper_id, AT, "")


def test_a_backup_has_the_papers(store, upload, tmp_path, database_kind, restored):
    paper_id = upload(PNG).paper_id
    copy = tmp_path / ("copy.zip" if database_kind == "postgres" else "copy.sqlite3")
    back_up(db.engine, copy)
    with restored(copy).connect() as connection:
        query = select(PaperContent.content).where(PaperContent.paper_id == paper_id)
        assert connection.scalar(query) == PNG


@pytest.fixture
def restored(database_kind, request, tmp_path):
    """`restored(copy)` is the engine of a database of its own into which the copy was put."""
    name = f"crm_{uuid.uuid4().hex[:12]}"
    url = URL.create("sqlite", database=str(tmp_path / name))
    if database_kind == "postgres":
        server = request.getfixturevalue("postgres")
        with _admin(server) as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        url = server.set(database=name)
    engine = create_engine(url)
    prepare(engine)

    def put(copy):
        restore(engine, copy)
        return engine

    yield put
    engine.dispose()
    if database_kind == "postgres":
        with _admin(request.getfixturevalue("postgres")) as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
