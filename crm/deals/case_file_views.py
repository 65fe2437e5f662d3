"""HR's pages of ruled disputes."""

from flask import Blueprint, current_app, render_template, request

from crm.clock import now, today
from crm.deals import case_files, dispute_figures
from crm.deals.dispute_opening import note
from crm.deals.dispute_views import contact_words
from crm.people.signed_in import me
from crm.permissions import Permission, requires

blueprint = Blueprint("case_files", __name__)
READ = Permission.ALL_DISPUTES_READ_RULED


@blueprint.get("/case-files")
@requires(READ)
def listed() -> str:
    """The case files, newest first."""
    number = max(request.args.get("page", 1, type=int), 1)
    lines, pages = case_files.case_files(me(), number)
    return render_template("deals/case_files.html", lines=lines, number=min(number, pages), pages=pages)


@blueprint.get("/case-files/<dispute_id>")
@requires(READ)
def one(dispute_id: str) -> str:
    """One file as it was at a ruling, `?ruling=1` or the last; that somebody looked is written down."""
    number = request.args.get("ruling", None, type=int)
    row = case_files.case_file(me(), dispute_id, number)
    note(dispute_id, me().actor, "seen", now())
    row = case_files.case_file(me(), dispute_id, number)
    number = number or row.rulings
    secret = str(current_app.config["SECRET_KEY"])
    page = case_files.shown_as_ruled(me(), row, number, today(), secret)
    return render_template(
        "deals/case_file.html",
        page=page,
        number=number,
        may_report=me().may(Permission.ALL_CASES_DECIDE),
        figure_json=dispute_figures.time_line(page, contact_words()),
    )
