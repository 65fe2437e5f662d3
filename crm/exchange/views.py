"""Uploading a workbook, and seeing what became of it."""

import secrets
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Flask, current_app, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from crm.clock import now
from crm.exchange import jobs
from crm.exchange.forms import UploadForm
from crm.people.signed_in import me
from crm.permissions import Permission, requires
from crm.web.i18n import current_lang

blueprint = Blueprint("exchange", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _application() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


@blueprint.route("/import", methods=["GET", "POST"])
@requires(Permission.ALL_WORKBOOK_IMPORT, Permission.PROJECT_WORKBOOK_IMPORT)
def upload() -> str | Response | tuple[str, int]:
    """Choose a workbook; it is read in the background."""
    form = UploadForm()
    if not form.validate_on_submit():
        page = render_template("exchange/upload.html", form=form, jobs=jobs.own_jobs(me()))
        return (page, 422) if form.errors else page
    file = form.workbook.data
    kept = _keep(file)
    job_id = jobs.begin_import(
        me(), file.filename or "", kept, current_lang(), now(), check_only=bool(form.check_only.data)
    )
    jobs.start(_application(), job_id)
    return redirect(url_for("exchange.job", job_id=job_id))


def _keep(file: FileStorage) -> Path:
    """Store the upload under a name of ours, readable by this program alone."""
    folder: Path = current_app.config["CRM"].home / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    suffix = Path(file.filename or "").suffix.lower()
    kept = folder / f"{secrets.token_hex(16)}{suffix}"
    kept.touch(mode=0o600)
    file.save(kept)
    return kept


@blueprint.get("/import/<job_id>")
@requires(Permission.ALL_WORKBOOK_IMPORT, Permission.PROJECT_WORKBOOK_IMPORT)
def job(job_id: str) -> str:
    """How far an import is, then what became of it; a part of the page for htmx."""
    row = jobs.own_job(me(), job_id)
    part = request.headers.get("HX-Request") == "true"
    return render_template("exchange/_job.html" if part else "exchange/job.html", job=row)


@blueprint.get("/import/template")
@requires(Permission.ALL_WORKBOOK_IMPORT, Permission.PROJECT_WORKBOOK_IMPORT)
def template() -> Response:
    """The empty workbook with its explanations."""
    from crm.workbook.template import write_template

    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path)
        content = BytesIO(path.read_bytes())
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=f"{_('应办导入模板')}.xlsx")
