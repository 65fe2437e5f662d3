"""The pages of disputes. Everybody may open the list; it holds nothing but what concerns the person."""

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals import dispute_figures, dispute_queries, disputes
from crm.deals.dispute_forms import AnswerForm, QuestionForm, ReaderForm, RulingForm, choices, decision_of
from crm.deals.dispute_opening import note, open_by_manager
from crm.deals.disputes_models import Dispute
from crm.errors import Conflict, CrmError, Invalid
from crm.penalties.settling import settle_open
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.permissions import Permission, reach, requires
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang

blueprint = Blueprint("disputes", __name__)
Page = str | Response | tuple[str, int]
RULE = Permission.PROJECT_DISPUTES_RULE
ROWS = 3


@blueprint.record
def _globals(state: BlueprintSetupState) -> None:
    app: Flask = state.app
    app.jinja_env.globals.update(
        dispute_door=dispute_door, statements_waiting=statements_waiting, disputes_waiting=disputes_waiting
    )


def dispute_door(deal_id: str) -> tuple[str, str | None] | None:
    """For the page of a deal: "rules" with the dispute's id, or with None where none is; None for who may not rule."""
    if reach(me(), "disputes:rule") != "project":
        return None
    return "rules", dispute_queries.dispute_over(me(), deal_id)


def statements_waiting() -> int:
    """For Today: how many statements this person was asked for and has not given."""
    return dispute_queries.waiting_statements(me()) if current_user.is_authenticated else 0


def disputes_waiting() -> int:
    """For the manager's board: how many disputes wait for a ruling that this person may make."""
    return dispute_queries.waiting_disputes(me())


@blueprint.get("/disputes")
@requires(Permission.OWN_SIGN_IN)
def listed() -> str:
    """The disputes that this person may see, and what this person was asked."""
    return render_template(
        "deals/disputes.html",
        lines=dispute_queries.disputes_list(me()),
        statements=dispute_queries.statements_of(me()),
    )


@blueprint.post("/deals/<deal_id>/dispute")
@requires(RULE)
def begin(deal_id: str) -> Response:
    """A manager opens one for any deal of the project."""
    which = open_by_manager(me(), deal_id, now())
    return redirect(url_for("disputes.dispute", dispute_id=which), 303)


@blueprint.get("/disputes/<dispute_id>")
@requires(Permission.OWN_SIGN_IN)
def dispute(dispute_id: str) -> Page:
    """One dispute with its evidence; that somebody looked is written down."""
    row = dispute_queries.dispute_of(me(), dispute_id)
    note(dispute_id, me().actor, "seen", now())
    row = dispute_queries.dispute_of(me(), dispute_id)
    return _page(row)


def _page(
    row: Dispute,
    ruling: RulingForm | None = None,
    question: QuestionForm | None = None,
    late: str = "",
) -> str:
    page = dispute_queries.shown(me(), row, today(), _secret())
    people = dispute_queries.people_to_name(me(), today()) if page.rules else []
    consultants = dispute_queries.consultants_to_rule(page, me()) if page.rules else []
    ruling = ruling or RulingForm(formdata=None)
    question = question or QuestionForm(formdata=None)
    reader = ReaderForm(formdata=None)
    ruling.seen.data = str(row.rulings)
    reader.staff_id.choices, question.staff_id.choices = choices(people), choices(consultants)
    return render_template(
        "deals/dispute.html",
        page=page,
        figure_json=dispute_figures.time_line(page, contact_words()),
        ruling=ruling,
        question=question,
        reader=reader,
        consultants=consultants,
        typed=_typed(page.evidence.suggested if not ruling.is_submitted() else None),
        late=late,
        may_report=me().may(Permission.PROJECT_CASES_DECIDE),
    )


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def contact_words() -> dict[str, str]:
    from crm.web.filters import word

    return {kind: str(word(kind, "contacts.kind")) for kind in dispute_figures.CONTACT_COLOURS}


def _typed(suggested: str | None) -> list[tuple[str, str]]:
    """The rows of the ruling's form: as typed, else the suggestion alone."""
    people, percents = request.form.getlist("share"), request.form.getlist("percent")
    rows = list(zip(people, percents, strict=False)) or [(suggested or "", "100" if suggested else "")]
    return [*rows, *[("", "")] * (ROWS - len(rows))]


@blueprint.post("/disputes/<dispute_id>/ruling")
@requires(RULE)
def rule(dispute_id: str) -> Page:
    """Rule, publish, and correct the ledger."""
    row = disputes.ruled_by(me(), dispute_id)
    form = RulingForm()
    if not form.validate_on_submit():
        return _page(row, form), 422
    try:
        decision = decision_of(form, request.form.getlist("share"), request.form.getlist("percent"))
        once(
            me().actor,
            request.form,
            now(),
            lambda: {"number": disputes.rule(me(), dispute_id, decision, now(), _secret()).number},
        )
    except Invalid as problem:
        put_back(form, problem)
        return _page(row, form), 422
    except Conflict as problem:
        row = disputes.ruled_by(me(), dispute_id)
        return _page(row, form, late=problem.sentence(current_lang())), 409
    _settle()
    return redirect(url_for("disputes.dispute", dispute_id=dispute_id), 303)


def _settle() -> None:
    """The ruling stands whatever becomes of the settlement, which every night repeats."""
    try:
        settle_open(now(), me().actor)
    except CrmError as problem:
        say(_("判定已公布。") + problem.sentence(current_lang()), kind="warn")
    else:
        say(_("判定已公布，奖罚已按新的归属更正。"))


@blueprint.post("/disputes/<dispute_id>/readers")
@requires(RULE)
def name_reader(dispute_id: str) -> Response:
    """Let somebody else see it."""
    _told(lambda: disputes.name_reader(me(), dispute_id, request.form.get("staff_id", ""), now()))
    return redirect(url_for("disputes.dispute", dispute_id=dispute_id), 303)


@blueprint.post("/disputes/<dispute_id>/readers/remove")
@requires(RULE)
def remove_reader(dispute_id: str) -> Response:
    """Take that back."""
    disputes.remove_reader(me(), dispute_id, request.form.get("staff_id", ""), now())
    return redirect(url_for("disputes.dispute", dispute_id=dispute_id), 303)


@blueprint.post("/disputes/<dispute_id>/statements")
@requires(RULE)
def ask(dispute_id: str) -> Page:
    """Ask a party."""
    row = disputes.ruled_by(me(), dispute_id)
    form = QuestionForm()
    if not form.validate_on_submit():
        return _page(row, question=form), 422
    try:
        once(me().actor, request.form, now(), lambda: _asked(dispute_id, form))
    except Invalid as problem:
        put_back(form, problem)
        return _page(row, question=form), 422
    say(_("已请对方说明。对方只看到这一条。"))
    return redirect(url_for("disputes.dispute", dispute_id=dispute_id), 303)


@blueprint.route("/disputes/statements/<statement_id>", methods=["GET", "POST"])
@requires(Permission.OWN_DISPUTES_STATE)
def statement(statement_id: str) -> Page:
    """One's own statement: the question and the answer."""
    row = dispute_queries.statement_of(me(), statement_id)
    form = AnswerForm()
    problem = None
    if form.validate_on_submit():
        try:
            once(me().actor, request.form, now(), lambda: _answered(statement_id, form))
        except Conflict as found:
            problem, row = found.sentence(current_lang()), dispute_queries.statement_of(me(), statement_id)
        else:
            say(_("说明已提交。"))
            return redirect(url_for("disputes.listed"), 303)
    asker = dispute_queries.names_of([row.asked_by]).get(row.asked_by, row.asked_by)
    page = render_template("deals/dispute_statement.html", row=row, form=form, asker=asker, problem=problem)
    return page, 409 if problem else 422 if form.errors else 200


def _asked(dispute_id: str, form: QuestionForm) -> dict[str, str]:
    disputes.ask(me(), dispute_id, form.staff_id.data, form.question.data, now())
    return {}


def _answered(statement_id: str, form: AnswerForm) -> dict[str, str]:
    disputes.answer(me(), statement_id, form.answer.data, now())
    return {}


def _told(act: object) -> None:
    try:
        act()  # type: ignore[operator]
    except Invalid as problem:
        say(problem.sentence(current_lang()), kind="bad")
