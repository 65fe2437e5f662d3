"""A training notice goes one row at a time, and no new post comes without consent in writing."""

from contextlib import nullcontext

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from crm.errors import Invalid
from crm.extensions import db
from crm.people.accounts import AuditRow
from crm.targets import training_services
from crm.targets.training_models import TrainingFile, TrainingNotice, TrainingStep
from crm.targets.training_papers import Paper
from crm.targets.training_services import Taken
from crm.transactions import atomic
from tests.people_builders import count
from tests.targets.builders import AT, account_of
from tests.targets.notices import DAY, PDF, consent, kinds, serve, step


def test_the_person_finds_it_on_today_and_acknowledges_it_once(served, home):
    assert served in home["A1"].get("/today").text
    answer = home["A1"].post(f"{served}/answer/acknowledged", data={"note": "当月休假十天"})
    assert answer.status_code == 303
    row = db.session.scalars(select(TrainingStep)).one()
    assert (row.kind, row.on, row.note, row.actor, row.at) == (
        "acknowledged",
        AT.date(),
        "当月休假十天",
        "A1",
        AT,
    )
    assert served not in home["A1"].get("/today").text
    assert "当月休假十天" in home["M1"].get(served).text
    home["A1"].post(f"{served}/answer/acknowledged")
    assert kinds() == ["acknowledged"]


def test_a_refusal_to_sign_needs_another_person_as_witness(served, home):
    for witness in ("", "A1", "M1", "nobody"):
        answer = step(home["M1"], served, "refused", witness=witness)
        assert answer.status_code == 422
    assert step(home["M1"], served, "refused", witness="A2").status_code == 303
    page = home["H1"].get(served).text
    assert "见证人：员工A2" in page
    assert "拒签" in page


def test_a_refusal_is_not_recorded_once_the_person_has_acknowledged(served, home):
    home["A1"].post(f"{served}/answer/acknowledged")
    step(home["M1"], served, "refused", witness="A2")
    assert kinds() == ["acknowledged"]


def test_after_a_refusal_the_person_can_still_acknowledge(served, home):
    step(home["M1"], served, "refused", witness="A2")
    home["A1"].post(f"{served}/answer/acknowledged")
    assert kinds() == ["refused", "acknowledged"]


def test_an_outcome_needs_a_served_notice_a_day_of_training_and_evidence(served, home):
    step(home["M1"], served, "failed", evidence="62 分")
    step(home["M1"], served, "trained")
    step(home["M1"], served, "failed", evidence="62 分")
    assert kinds() == ["trained"], "nobody has acknowledged it or refused to"
    home["A1"].post(f"{served}/answer/acknowledged")
    assert step(home["M1"], served, "failed", evidence=" ").status_code == 422
    assert step(home["M1"], served, "passed", evidence="86 分").status_code == 303
    step(home["M1"], served, "failed", evidence="62 分")
    assert kinds() == ["trained", "acknowledged", "passed"]


def test_after_a_pass_there_is_no_new_post(served, home):
    home["A1"].post(f"{served}/answer/acknowledged")
    step(home["M1"], served, "trained")
    step(home["M1"], served, "passed", evidence="86 分")
    step(home["M1"], served, "offered", post="案场助理")
    step(home["M1"], served, "moved")
    assert kinds()[-1] == "passed"


def test_no_new_post_without_consent(failed, home):
    step(home["M1"], failed, "moved")
    step(home["M1"], failed, "offered", post="案场助理", on="2026-12-01")
    step(home["M1"], failed, "moved")
    assert kinds()[-1] == "offered"
    assert "新岗位" in home["A1"].get("/today").text
    home["A1"].post(f"{failed}/answer/consented", data={"note": "薪酬不变"})
    assert step(home["M1"], failed, "moved").status_code == 303
    assert kinds()[-2:] == ["consented", "moved"]
    step(home["M1"], failed, "withdrawn")
    assert kinds()[-1] == "moved"


def test_a_post_that_was_declined_can_only_be_offered_anew(failed, home):
    step(home["M1"], failed, "offered", post="案场助理")
    home["A1"].post(f"{failed}/answer/declined", data={"note": "离家太远"})
    step(home["M1"], failed, "moved")
    home["A1"].post(f"{failed}/answer/consented")
    assert kinds()[-1] == "declined"
    step(home["M1"], failed, "offered", post="渠道专员")
    step(home["M1"], failed, "moved")
    assert kinds()[-1] == "offered", "the answer to the first offer is none to the second"


def test_a_manager_records_consent_only_with_the_signed_paper(failed, home):
    step(home["M1"], failed, "offered", post="案场助理")
    assert consent(home["M1"], failed, None).status_code == 422
    assert consent(home["M1"], failed, b"<script>", "x.pdf").status_code == 422
    assert count(TrainingFile) == 0
    assert consent(home["M1"], failed).status_code == 303
    file_id = db.session.scalars(select(TrainingFile.file_id)).one()
    for who in ("A1", "H1", "M1"):
        answer = home[who].get(f"{failed}/files/{file_id}")
        assert answer.data == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert home["M2"].get(f"{failed}/files/{file_id}").status_code == 404
    assert home["A1"].get(f"{failed}/files/{file_id + 1}").status_code == 404


def test_a_file_is_had_only_through_its_own_notice(failed, home):
    step(home["M1"], failed, "offered", post="案场助理")
    consent(home["M1"], failed)
    file_id = db.session.scalars(select(TrainingFile.file_id)).one()
    other = serve(home["M1"], staff="A2")
    assert home["A2"].get(other).status_code == 200
    assert home["A2"].get(f"{other}/files/{file_id}").status_code == 404


def test_a_step_cannot_lie_ahead_or_before_the_notice(served, home):
    for on in ("2026-11-25", "2026-11-23"):
        assert step(home["M1"], served, "trained", on=on).status_code == 422
    assert kinds() == []


def test_a_step_does_not_lie_before_what_it_answers_to(served, home):
    """Training on the second day, its outcome, an offer on the fourth, the move: each on its first date and the one before."""
    home["A1"].post(f"{served}/answer/acknowledged")
    manager, notice_id = account_of("M1"), int(served.rpartition("/")[2])
    paper = Paper("x.pdf", PDF)
    for days, kind, earliest, rest in (
        (1, "trained", 0, {"note": "全天"}),
        (2, "failed", 1, {"details": {"evidence": "62 分"}}),
        (4, "offered", 4, {"note": "薪酬不变", "details": {"post": "案场助理"}}),
        (5, "consented", 4, {"paper": paper}),
        (6, "moved", 5, {}),
    ):
        for on, works in ((earliest - 1, False), (days, True)):
            taken = Taken(kind, AT.date() + on * DAY, **rest)
            with nullcontext() if works else pytest.raises(Invalid):
                training_services.take(manager, notice_id, taken, AT + days * DAY)
    assert kinds() == ["acknowledged", "trained", "failed", "offered", "consented", "moved"]


def test_a_form_sent_twice_is_one_step(served, home):
    for _ in range(2):
        step(home["M1"], served, "trained", idem_key="one")
    assert kinds() == ["trained"]


def test_every_step_is_in_the_audit_log(failed):
    query = select(AuditRow.action).where(AuditRow.action.like("training.%"))
    actions = db.session.scalars(query.order_by(AuditRow.audit_id)).all()
    assert actions == ["training.served", "training.acknowledged", "training.trained", "training.failed"]


@pytest.mark.parametrize("model", [TrainingNotice, TrainingStep, TrainingFile])
def test_the_database_refuses_to_change_or_delete_what_was_recorded(failed, home, model):
    step(home["M1"], failed, "offered", post="案场助理")
    consent(home["M1"], failed)
    for statement in (update(model).values(notice_id=1), delete(model)):
        with pytest.raises(DatabaseError, match="never changed"), atomic() as session:
            session.execute(statement)
    with pytest.raises(DatabaseError, match="never changed"), atomic() as session:
        session.execute(text(f"DELETE FROM {model.__tablename__}"))
