"""The doctor's page, and the address that a proxy or a container asks whether the server lives."""

from flask import Blueprint, Response, current_app, render_template
from sqlalchemy import text

from crm.clock import now
from crm.extensions import db
from crm.operations.doctor import examine
from crm.permissions import Permission, public, requires
from crm.web.i18n import current_lang

blueprint = Blueprint("operations", __name__)


@blueprint.get("/health")
@public
def health() -> Response:
    """`ok` when the database answers; it says nothing else to anybody."""
    db.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/admin/doctor")
@requires(Permission.BACKUP_WRITE)
def doctor() -> str:
    """How the machine and the database are."""
    findings = examine(db.engine, current_app.config["CRM"], now())
    return render_template("operations/doctor.html", findings=findings, lang=current_lang())
