"""Who sees a training notice, who takes which step, and what stands beside it."""

import pytest

from tests.targets.notices import kinds, step


def test_the_person_the_projects_managers_and_hr_see_it_and_nobody_else(served, home):
    for who in ("A1", "M1", "S1", "H1"):
        assert home[who].get(served).status_code == 200
        assert served in home[who].get("/training").text
    for who in ("A2", "B1", "M2", "F1"):
        assert home[who].get(served).status_code == 404
        assert home[who].get(f"{served}/paper").status_code == 404
        assert served not in home[who].get("/training").text
    assert home["N1"].get(served).status_code == 403


def test_only_the_person_answers_and_only_managers_take_the_other_steps(failed, home):
    step(home["M1"], failed, "offered", post="案场助理")
    for who in ("A2", "B1"):
        assert home[who].post(f"{failed}/answer/consented").status_code == 404
    assert home["M1"].post(f"{failed}/answer/consented").status_code == 403
    assert home["M2"].post(f"{failed}/steps/withdrawn", data={"note": "x"}).status_code == 404
    assert home["A1"].post(f"{failed}/steps/moved").status_code == 403
    assert home["A1"].post(f"{failed}/answer/moved").status_code == 404
    assert home["M1"].post(f"{failed}/steps/acknowledged").status_code == 404
    assert kinds()[-1] == "offered"


def test_the_law_stands_beside_every_notice(served, home):
    for page in (home["A1"].get(served).text, home["M1"].get("/training/new?staff=A1&month=2026-10").text):
        assert "业绩末位不等于不能胜任工作" in page
        assert "第40条" in page


@pytest.mark.paper
@pytest.mark.slow
def test_the_notice_prints_as_a_pdf(served, home):
    answer = home["A1"].get(f"{served}/paper")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
