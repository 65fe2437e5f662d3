"""Misconduct: the reports and what becomes of each, for managers and HR; the own hearing; awards by year."""

from collections.abc import Callable
from io import BytesIO

from flask import redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from crm.clock import now, today
from crm.errors import Conflict, Invalid
from crm.leads.page_queries import names_of
from crm.people.forms import put_back
from crm.people.signed_in import me, visitor
from crm.permissions import Permission, requires
from crm.targets import cases_deciding as deciding
from crm.targets import cases_queries as queries
from crm.targets import cases_services as services
from crm.targets import cases_words as words
from crm.targets.cases_blueprint import DECIDE, Page, blueprint, do_once
from crm.targets.cases_deciding import Wanted
from crm.targets.cases_forms import (
    DecisionForm,
    EvidenceForm,
    HearingForm,
    RefusalForm,
    ReportForm,
    SecondForm,
    with_empty,
)
from crm.targets.cases_queries import Story
from crm.targets.cases_services import Told
from crm.web import say
from crm.web.i18n import current_lang

# Whatever the file holds, nothing of it runs or loads in our name.
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
OPEN_STATES = ("reported", "asked", "answered", "waits")


@blueprint.get("/cases")
@requires(*DECIDE)
def listed() -> str:
    """The reports about people whom one decides about."""
    found = queries.stories(me())
    return render_template(
        "targets/cases_list.html",
        stories=found,
        open_states=OPEN_STATES,
        words=words,
        own=queries.own_stories(me()),
    )


@blueprint.route("/cases/new", methods=["GET", "POST"])
@requires(*DECIDE)
def new() -> Page:
    """Report somebody; `staff` and `dispute` may be chosen beforehand."""
    form = ReportForm(formdata=request.form if request.method == "POST" else None)
    people = queries.people_to_report(me())
    form.staff_id.choices = with_empty([(one.staff_id, f"{one.name} · {one.project}") for one in people])
    disputes = [("", _("不是由判单发现")), *queries.ruled_disputes(me())]
    form.dispute_id.choices = [SelectChoice(*one) for one in disputes]
    if request.method == "GET":
        form.staff_id.data, form.dispute_id.data = request.args.get("staff"), request.args.get("dispute", "")
        return render_template("targets/cases_new.html", form=form)
    if form.validate():
        told = _told(form)
        try:
            done = do_once(lambda: services.report(me(), told, now()).report_id)
        except Invalid as problem:
            put_back(form, problem)
        else:
            say(_("已报告。下一步：放入证据，再请本人说明。"))
            return redirect(url_for("cases.one", report_id=done), 303)
    return render_template("targets/cases_new.html", form=form), 422


def _told(form: ReportForm) -> Told:
    data = form.data
    dispute = data["dispute_id"] or ""
    return Told(data["staff_id"], data["kind"], data["happened_on"], data["facts"], dispute)


@blueprint.get("/cases/<report_id>")
@requires(*DECIDE)
def one(report_id: str) -> str:
    """A report with its evidence, the hearing and the decision."""
    return _page(queries.story_of(me(), report_id))


def _page(story: Story, kind: str = "", typed: FlaskForm | None = None) -> str:
    forms = _forms(story)
    if typed is not None:
        forms[kind] = typed
    for name, form in forms.items():
        for part in form:
            part.id = f"{name}-{part.name}"
    row = story.report
    who = [
        row.reported_by,
        *(one.added_by for one in story.evidence),
        *(one.asked_by for one in story.hearings),
    ]
    who += [one.witness or "" for one in story.hearings]
    who += [one.refusal_noted_by or "" for one in story.hearings]
    for decision, second in story.decisions:
        who += [decision.decided_by, *([second.second_by] if second else [])]
    return render_template(
        "targets/cases_one.html",
        story=story,
        row=row,
        forms=forms,
        kind=kind,
        names=names_of(who),
        words=words,
        deals=dict(queries.ruled_disputes(me())),
        case_file="case_files.one" if me().may(Permission.ALL_DISPUTES_READ_RULED) else "disputes.dispute",
        needs_second=deciding.needs_second(me(), "serious"),
        mine=story.waiting is not None and story.waiting.decided_by == me().actor,
    )


def _forms(story: Story) -> dict[str, FlaskForm]:
    """What may come next, as forms: nothing once a decision stands."""
    if story.settled is not None:
        return {}
    if story.waiting is not None:
        return {} if story.waiting.decided_by == me().actor else {"second": SecondForm(formdata=None)}
    found: dict[str, FlaskForm] = {"evidence": EvidenceForm(formdata=None)}
    if story.open_hearing is None:
        found["hearing"] = HearingForm(formdata=None)
    else:
        found["refusal"] = _with_witnesses(RefusalForm(formdata=None), story)
    return found | {"decision": DecisionForm(formdata=None)}


def _with_witnesses(form: RefusalForm, story: Story) -> RefusalForm:
    people = queries.witnesses(me(), story.person, today())
    form.witness.choices = with_empty([(one.staff_id, one.name) for one in people])
    return form


def _done(report_id: str, kind: str, form: FlaskForm, act: Callable[[], None], told: str) -> Page:
    """The act, then the page; with what was typed and the sentence where something is wrong."""
    story = queries.story_of(me(), report_id)
    if not form.validate():
        return _page(story, kind, form), 422
    try:
        do_once(act)
    except Invalid as problem:
        put_back(form, problem)
        return _page(queries.story_of(me(), report_id), kind, form), 422
    except Conflict as problem:
        form.form_errors.append(problem.sentence(current_lang()))
        return _page(queries.story_of(me(), report_id), kind, form), 409
    say(told)
    return redirect(url_for("cases.one", report_id=report_id), 303)


@blueprint.post("/cases/<report_id>/evidence")
@requires(*DECIDE)
def evidence(report_id: str) -> Page:
    """Add a file."""
    form = EvidenceForm()
    chosen = form.file.data

    def act() -> None:
        content = chosen.stream.read(services.LARGEST + 1)
        services.add_evidence(me(), report_id, chosen.filename or "", content, now())

    return _done(report_id, "evidence", form, act, _("证据已保存。"))


@blueprint.get("/cases/<report_id>/evidence/<evidence_id>")
@requires(*DECIDE)
def file(report_id: str, evidence_id: str) -> Response:
    """A file of the evidence, as a download that is written down."""
    row = services.open_evidence(me(), report_id, evidence_id, now(), visitor().address)
    answer = send_file(BytesIO(row.content), mimetype=row.kind, as_attachment=True, download_name=row.name)
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@blueprint.post("/cases/<report_id>/hearing")
@requires(*DECIDE)
def hearing(report_id: str) -> Page:
    """Ask the person concerned."""
    form = HearingForm()
    return _done(
        report_id,
        "hearing",
        form,
        lambda: services.ask(me(), report_id, form.question.data or "", now()),
        _("已请本人说明，本人登录后会看到经过和这个问题。"),
    )


@blueprint.post("/cases/<report_id>/refusal")
@requires(*DECIDE)
def refusal(report_id: str) -> Page:
    """Note that the person would not answer."""
    form = _with_witnesses(RefusalForm(), queries.story_of(me(), report_id))

    def act() -> None:
        services.note_refusal(me(), report_id, form.refusal.data or "", form.witness.data or "", now())

    return _done(report_id, "refusal", form, act, _("已记下。本人在决定前仍可以说明。"))


@blueprint.post("/cases/<report_id>/decision")
@requires(*DECIDE)
def decision(report_id: str) -> Page:
    """The first person's decision."""
    form = DecisionForm()

    def act() -> None:
        wanted = Wanted(**{name: form[name].data for name in Wanted.__dataclass_fields__})
        deciding.decide(me(), report_id, wanted, now())

    waits = deciding.needs_second(me(), form.verdict.data or "")
    told = _("已提出，另一人同意后生效。") if waits else _("已决定。")
    return _done(report_id, "decision", form, act, told)


@blueprint.post("/cases/<report_id>/second")
@requires(*DECIDE)
def second(report_id: str) -> Page:
    """The second person's word."""
    form = SecondForm()
    agreed = form.agreed.data == "yes"

    def act() -> None:
        if form.agreed.data not in ("yes", "no"):
            raise Invalid("请选择。", "Choose one.", "agreed")
        deciding.second(me(), report_id, agreed, form.answer.data or "", now())

    return _done(report_id, "second", form, act, _("已同意，决定生效。") if agreed else _("已记下您不同意。"))
