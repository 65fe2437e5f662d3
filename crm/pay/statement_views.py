"""Statements on screen, on paper and as a spreadsheet, and the payroll of everybody."""

from io import BytesIO

from flask import redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now, today
from crm.deals.papers import pdf
from crm.errors import Conflict
from crm.extensions import db
from crm.pay import pages, payroll
from crm.pay.blueprint import EVERYBODYS, OWN, PAYROLL, READ, XLSX, blueprint, chosen_month
from crm.pay.figures import waterfall
from crm.pay.fixing import acknowledge, look_of
from crm.pay.statement_sheet import sheet_of_person
from crm.penalties.months import first_day
from crm.people import audit
from crm.people.company import projects
from crm.people.models import Staff
from crm.people.settings import setting
from crm.people.signed_in import me, visitor
from crm.permissions import reach, requires
from crm.web import say
from crm.web.i18n import current_lang


@blueprint.get("/statement")
@requires(OWN)
def mine() -> str:
    """One's own statement."""
    return _page(pages.person_of(me(), str(me().staff_id)))


@blueprint.get("/statements/<staff_id>")
@requires(*READ)
def statement(staff_id: str) -> str:
    """The statement of one person."""
    return _page(pages.person_of(me(), staff_id))


def _page(staff: Staff) -> str:
    month = chosen_month()
    sheet = pages.sheet_of(me(), staff, month, today())
    own = staff.staff_id == me().staff_id
    return render_template(
        "pay/statement.html",
        sheet=sheet,
        staff=staff,
        own=own,
        month=first_day(month),
        months=pages.months_of(staff, today()),
        look=look_of(sheet.statement) if sheet.pay else None,
        figure=waterfall(sheet.groups) if sheet.pay and len(sheet.groups) > 1 else None,
        states=pages.state_words(),
        everybody=reach(me(), "ledger:read") in ("project", "all"),
    )


@blueprint.post("/statement/seen")
@requires(OWN)
def seen() -> Response:
    """The person has seen the own statement."""
    month = chosen_month()
    try:
        acknowledge(me(), month, request.form.get("digest", ""), now())
    except Conflict as problem:
        say(problem.sentence(current_lang()), kind="warn")
    else:
        say(_("已记下：您看过这张工资单。"))
    return redirect(url_for("pay.mine", month=month), 303)


@blueprint.get("/statements/<staff_id>/paper")
@requires(*READ)
def paper(staff_id: str) -> Response:
    """The statement to print and sign."""
    staff, month = pages.person_of(me(), staff_id), chosen_month()
    html = render_template(
        "pay/paper.html",
        sheet=pages.sheet_of(me(), staff, month, today()),
        staff=staff,
        month=first_day(month),
        company=setting("company"),
        states=pages.state_words(),
        printed_on=today(),
    )
    made, name = pdf(html), f"{staff_id}-{month}.pdf"
    audit.record(me().actor, "paper.printed", name, at=now(), address=visitor().address)
    return send_file(BytesIO(made), mimetype="application/pdf", download_name=name)


@blueprint.get("/statements/<staff_id>/sheet.xlsx")
@requires(*READ)
def sheet(staff_id: str) -> Response:
    """The statement as a spreadsheet."""
    staff, month = pages.person_of(me(), staff_id), chosen_month()
    content = sheet_of_person(pages.sheet_of(me(), staff, month, today()), pages.state_words())
    return send_file(
        content, mimetype=XLSX, as_attachment=True, download_name=f"{_('工资单')}-{staff_id}-{month}.xlsx"
    )


def _chosen_project() -> str:
    return request.args.get("project", "") if reach(me(), "ledger:read") == "all" else ""


@blueprint.get("/month")
@requires(*EVERYBODYS)
def month() -> str:
    """Everybody's statements of a month; managers see who has one, with what is not pay."""
    chosen, project = chosen_month(), _chosen_project()
    shown = payroll.payroll_of(db.session(), me(), chosen, project)
    return render_template(
        "pay/month.html",
        payroll=shown,
        month=first_day(chosen),
        months=pages.months_of(None, today()),
        fixed=pages.is_fixed(chosen),
        projects=projects() if reach(me(), "ledger:read") == "all" else None,
        chosen=project,
        pays=me().may(PAYROLL[0]) or me().may(PAYROLL[1]),
        words=payroll.column_words(),
        columns=payroll.COLUMNS,
        notes_of=payroll.notes_of,
    )


@blueprint.get("/payroll.xlsx")
@requires(*PAYROLL)
def payroll_sheet() -> Response:
    """The payroll for the bookkeeper."""
    chosen = chosen_month()
    content = payroll.sheet_of(payroll.payroll_of(db.session(), me(), chosen, _chosen_project()))
    audit.record(me().actor, "payroll.downloaded", chosen, at=now(), address=visitor().address)
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=f"{_('工资表')}-{chosen}.xlsx")
