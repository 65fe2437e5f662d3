"""What the person concerned sees too: the own hearing, the letter, and awards by year."""

from io import BytesIO

from flask import redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals.papers import pdf
from crm.errors import Conflict, Invalid, NotFound
from crm.leads.page_queries import names_of
from crm.people import audit
from crm.people.settings import setting
from crm.people.signed_in import me, visitor
from crm.permissions import reach, requires
from crm.targets import cases_queries as queries
from crm.targets import cases_services as services
from crm.targets import cases_words as words
from crm.targets.cases_blueprint import READ, Page, blueprint, do_once
from crm.targets.cases_forms import AnswerForm
from crm.targets.cases_models import ESPECIALLY
from crm.web import say
from crm.web.i18n import current_lang

FIRST_YEAR = 2000


@blueprint.get("/cases/<report_id>/letter")
@requires(*READ)
def letter(report_id: str) -> Response:
    """The warning letter as PDF, for who decides and for the person concerned."""
    story = queries.letter_of(me(), report_id)
    settled = story.settled
    if settled is None:
        raise NotFound
    second_by = next((one.second_by for which, one in story.decisions if which is settled and one), "")
    html = render_template(
        "targets/cases_letter.html",
        story=story,
        row=story.report,
        settled=settled,
        dismissed=settled.verdict == ESPECIALLY,
        second_by=second_by,
        names=names_of([settled.decided_by, second_by, *(one.witness or "" for one in story.hearings)]),
        company=setting("company"),
        printed_on=today(),
        words=words,
    )
    made = pdf(html)
    name = f"warning-{story.person.staff_id}-{settled.on.isoformat()}.pdf"
    audit.record(me().actor, "paper.printed", name, at=now(), address=visitor().address)
    return send_file(BytesIO(made), mimetype="application/pdf", download_name=name)


@blueprint.get("/cases/mine")
@requires(*READ)
def mine() -> str:
    """What oneself was asked about, and what was decided."""
    return render_template("targets/cases_mine.html", stories=queries.own_stories(me()), words=words)


@blueprint.route("/cases/mine/<hearing_id>", methods=["GET", "POST"])
@requires(*READ)
def answer(hearing_id: str) -> Page:
    """The own statement."""
    row, story = queries.hearing_of(me(), hearing_id)
    form = AnswerForm(formdata=request.form if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                do_once(lambda: services.answer(me(), hearing_id, form.answer.data or "", now()))
            except (Invalid, Conflict) as problem:
                form.form_errors.append(problem.sentence(current_lang()))
                status = problem.status
            else:
                say(_("说明已提交。"))
                return redirect(url_for("cases.mine"), 303)
    page = render_template("targets/cases_answer.html", row=row, story=story, form=form, words=words)
    return page, status


@blueprint.get("/awards")
@requires(*READ)
def awards() -> str:
    """Who may be given an award of a year, who may not and why; without the right over others only oneself."""
    year = request.args.get("year", today().year, type=int)
    year = min(max(year, FIRST_YEAR), today().year)
    found = queries.awards(me(), year)
    decides = reach(me(), "cases:decide") is not None
    who = [name for one in found for case in one.cases for name in (case.decided_by, case.second_by or "")]
    return render_template(
        "targets/awards.html",
        year=year,
        newest=today().year,
        awards=found,
        decides=decides,
        names=names_of(who),
        words=words,
    )
