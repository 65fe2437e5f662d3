"""Papers of a deal's steps: uploading, opening, removing."""

from io import BytesIO

from flask import redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from crm.clock import now
from crm.deals import paper_files
from crm.deals.aftersales_views import way_page
from crm.deals.queries import deal_of
from crm.deals.stock_blueprint import READ, WRITE, Page, blueprint
from crm.deals.stock_forms import PaperForm
from crm.errors import Conflict, Invalid
from crm.people.forms import put_back
from crm.people.signed_in import me, visitor
from crm.permissions import requires
from crm.store.once import once
from crm.web import say
from crm.web.i18n import current_lang

# Whatever the file holds, nothing of it runs or loads in our name.
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@blueprint.post("/way/<deal_id>/papers/<kind>")
@requires(*WRITE)
def upload_papers(deal_id: str, kind: str) -> Page:
    """Keep papers of a step."""
    deal = deal_of(me(), deal_id)
    form = PaperForm()
    if not form.validate_on_submit():
        return way_page(deal, unkept=(kind, form)), 422
    files = [_read(file) for file in form.files.data or [] if file.filename]

    def act() -> dict[str, int]:
        return {"kept": len(paper_files.upload(me(), deal_id, kind, form.item.data or "", files, now()))}

    try:
        kept = once(me().actor, request.form, now(), act)["kept"]
    except (Invalid, Conflict) as problem:
        if isinstance(problem, Invalid):
            put_back(form, problem)
        else:
            form.form_errors.append(problem.sentence(current_lang()))
        return way_page(deal_of(me(), deal_id), unkept=(kind, form)), problem.status
    say(ngettext("已上传 %(num)d 份资料。", "已上传 %(num)d 份资料。", kept))
    return redirect(url_for("stock.way", deal_id=deal_id, _anchor=kind), 303)


def _read(file: FileStorage) -> paper_files.File:
    """The file, of which no more is read than tells that it is too large."""
    return paper_files.File(file.filename or "", file.stream.read(paper_files.LARGEST + 1))


@blueprint.get("/papers/files/<paper_id>")
@requires(*READ)
def paper_file(paper_id: str) -> Response:
    """Open a paper: always as a download under our own type, never as a page of this site."""
    paper, content = paper_files.opened(me(), paper_id, now(), visitor().address)
    answer = send_file(
        BytesIO(content), mimetype=paper.media_type, as_attachment=True, download_name=paper.name
    )
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@blueprint.post("/papers/files/<paper_id>/remove")
@requires(*WRITE)
def remove_paper(paper_id: str) -> Response:
    """Say that a paper no longer belongs to the deal."""
    paper = paper_files.one(me(), paper_id).paper
    try:
        paper_files.remove(me(), paper_id, request.form.get("reason", ""), now())
    except (Invalid, Conflict) as problem:
        say(problem.sentence(current_lang()), kind="bad")
    else:
        say(_("已移除，记录保留。"))
    return redirect(url_for("stock.way", deal_id=paper.deal_id, _anchor=paper.step), 303)
