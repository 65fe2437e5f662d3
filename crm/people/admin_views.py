"""The administrator's pages: accounts, the audit log, settings."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now
from crm.errors import Conflict, Invalid
from crm.people import audit_words, company, queries, services, signing_in
from crm.people.admin_forms import AccountForm, SettingsForm
from crm.people.forms import put_back
from crm.people.signed_in import me
from crm.people.views import Page, again, proof_first
from crm.permissions import Permission, requires
from crm.web.i18n import current_lang

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/accounts")
@requires(Permission.ACCOUNTS_WRITE)
def accounts() -> str:
    """Everyone of the staff, with the account if there is one."""
    return render_template(
        "people/accounts.html",
        people=queries.staff_with_accounts(request.args.get("q", "")),
        bare=queries.bare_accounts(),
        search=request.args.get("q", ""),
    )


@blueprint.route("/accounts/for/<staff_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNTS_WRITE)
def make_account(staff_id: str) -> Page:
    """An account for somebody of the staff; the first password is shown this once."""
    person = queries.staff_without_account(staff_id)
    form = AccountForm()
    if request.method == "GET":
        form.login.data = staff_id.lower()
    if not form.validate_on_submit():
        return render_template("people/make_account.html", form=form, person=person)
    if first := proof_first():
        return first
    try:
        account, password = services.make_account(staff_id, form.login.data, now(), me().actor)
    except Invalid as problem:
        put_back(form, problem)
        return again("people/make_account.html", form, person=person)
    return render_template("people/first_password.html", account=account, password=password)


@blueprint.get("/accounts/<int:account_id>")
@requires(Permission.ACCOUNTS_WRITE)
def account(account_id: int) -> str:
    """One account: where it is signed in, and what can be done with it."""
    return render_template(
        "people/account.html",
        account=queries.account(account_id),
        sessions=queries.live_sessions(account_id),
        mine=account_id == me().account_id,
    )


@blueprint.post("/accounts/<int:account_id>/password")
@requires(Permission.ACCOUNTS_WRITE)
def reset_password(account_id: int) -> Page:
    """A new first password, shown this once; all sessions of the account end."""
    if first := proof_first():
        return first
    row = queries.account(account_id)
    password = services.reset_password(account_id, now(), me().actor)
    return render_template("people/first_password.html", account=row, password=password)


def _act(account_id: int, act: Callable[..., object], done: str) -> Response:
    """Do one thing with an account, after the password was shown again, and go back to its page."""
    if first := proof_first():
        return first
    if account_id == me().account_id:
        raise Conflict("不能对自己的账号这样做。", "You cannot do this to your own account.")
    act(account_id, now(), me().actor)
    flash(done)
    return redirect(url_for("admin.account", account_id=account_id))


@blueprint.post("/accounts/<int:account_id>/disable")
@requires(Permission.ACCOUNTS_WRITE)
def disable(account_id: int) -> Response:
    """Nobody signs in with it any more; its sessions end at once."""
    return _act(account_id, services.disable_account, _("账号已停用，所有设备已退出登录。"))


@blueprint.post("/accounts/<int:account_id>/enable")
@requires(Permission.ACCOUNTS_WRITE)
def enable(account_id: int) -> Response:
    """Let it sign in again."""
    return _act(account_id, services.enable_account, _("账号已启用。"))


@blueprint.post("/accounts/<int:account_id>/factor")
@requires(Permission.ACCOUNTS_WRITE)
def forget_factor(account_id: int) -> Response:
    """For a lost telephone."""
    return _act(account_id, services.forget_second_factor, _("两步验证已关闭，下次登录只需密码。"))


@blueprint.post("/accounts/<int:account_id>/sessions")
@requires(Permission.ACCOUNTS_WRITE)
def end_sessions(account_id: int) -> Response:
    """End all sessions of somebody."""
    queries.account(account_id)
    signing_in.end_sessions(account_id, "ended by the administrator", now(), me().actor)
    flash(_("所有设备已退出登录。"))
    return redirect(url_for("admin.account", account_id=account_id))


@blueprint.get("/audit")
@requires(Permission.AUDIT_READ)
def audit() -> str:
    """Who did what, when; newest first."""
    chosen = {name: request.args.get(name, "") for name in ("actor", "action")}
    rows = queries.audit_page(me(), **chosen, before=request.args.get("before", type=int))
    return render_template(
        "people/audit.html",
        rows=rows[: queries.PAGE],
        older=rows[queries.PAGE - 1].audit_id if len(rows) > queries.PAGE else None,
        actions=queries.audit_actions(),
        chosen=chosen,
        action_words=lambda action: audit_words.ACTIONS.get(action, action),
        detail_names=audit_words.DETAILS,
        detail_words=audit_words.detail_words,
    )


@blueprint.route("/settings", methods=["GET", "POST"])
@requires(Permission.SETTINGS_WRITE)
def settings() -> Page:
    """The company, its projects, since when records are kept, who must use a second factor."""
    form = SettingsForm(data=company.present())
    if not form.validate_on_submit():
        return again("people/settings.html", form) if form.errors else _settings_page(form)
    if first := proof_first():
        return first
    try:
        company.change(company.Wanted.of(form), now(), me().actor)
    except Invalid as problem:
        form.form_errors.append(problem.sentence(current_lang()))
        return again("people/settings.html", form)
    flash(_("设置已保存。"))
    return redirect(url_for("admin.settings"))


def _settings_page(form: SettingsForm) -> str:
    return render_template("people/settings.html", form=form)
