"""Papers are real PDF with Chinese characters, and a machine that cannot print says what it lacks."""

import re
import zlib

import pytest

from crm.deals import papers
from tests.deals_way.conftest import TODAY


@pytest.fixture
def consultant(home, people, placed):
    from crm.deals.services import advance
    from tests.deals_way.conftest import AT

    deal = placed(stage="subscription_on")
    deal = advance(home("A1"), deal.deal_id, "contract_on", TODAY, deal.version, AT)
    return people.browser_of(home("A1").account_id), deal.deal_id


@pytest.mark.paper
@pytest.mark.slow
@pytest.mark.parametrize("paper", ["subscriptions", "contracts"])
def test_a_paper_is_a_pdf_with_a_chinese_font(consultant, paper):
    browser, deal_id = consultant
    answer = browser.get(f"/papers/{paper}/{deal_id}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert any(name in inside(answer.data) for name in (b"Noto", b"Source-Han", b"WenQuanYi", b"SimSun"))


def inside(pdf):
    """The PDF's compressed parts, unpacked."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(part) for part in parts if part[:1] == b"x")


def test_a_machine_without_a_chinese_font_names_one(monkeypatch):
    monkeypatch.setattr(papers, "_has_fonts", lambda: False)
    with pytest.raises(papers.CannotPrint, match="fonts-noto-cjk"):
        papers.pdf("<p>收据</p>")


def test_chinese_fonts_are_found_by_their_names(tmp_path):
    for name in ("NotoSansCJK-Regular.ttc", "DejaVuSans.ttf", "wqy-zenhei.ttc", "simsun.txt"):
        (tmp_path / name).touch()
    found = papers.chinese_fonts((str(tmp_path),))
    assert [path.name for path in found] == ["NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc"]
