"""Signing in and out, the first start, and the own account."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clock import now
from crm.errors import Invalid, NotFound, TooMany
from crm.people import queries, second_factor, services, signing_in
from crm.people.forms import CodeForm, PasswordForm, ProofForm, SetupForm, SignInForm, put_back
from crm.people.guard import safe_next
from crm.people.signed_in import WAITING, forget, me, my_session, remember, visitor
from crm.permissions import Permission, public, requires
from crm.web.i18n import current_lang

blueprint = Blueprint("people", __name__)
Page = str | Response | tuple[str, int]
NEW_SECRET = "new_secret"


def again(template: str, form: object, **rest: object) -> tuple[str, int]:
    """The page once more, with what was typed and the sentences beside it."""
    return render_template(template, form=form, **rest), 422


@blueprint.route("/setup", methods=["GET", "POST"])
@public
def setup() -> Page:
    """The first start; there is no such page once somebody can sign in."""
    if services.any_account():
        raise NotFound
    form = SetupForm()
    if not form.validate_on_submit():
        return (
            again("people/setup.html", form)
            if form.errors
            else render_template("people/setup.html", form=form)
        )
    try:
        services.start_company(
            services.FirstStart(
                form.company.data,
                form.project.data,
                form.records_begin.data,
                form.name.data,
                form.login.data,
                form.password.data,
            ),
            now(),
        )
    except Invalid as problem:
        put_back(form, problem)
        return again("people/setup.html", form)
    flash(_("公司已建立。请用刚才的账号登录。"))
    return redirect(url_for("people.sign_in"))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Page:
    """Name and password; then the code where one is needed."""
    form = SignInForm()
    onward = safe_next(request.values.get("next"))
    if not form.validate_on_submit():
        return (
            again("people/sign_in.html", form, onward=onward) if form.errors else _sign_in_page(form, onward)
        )
    try:
        begun, token = signing_in.sign_in(form.login.data, form.password.data, visitor(), now())
    except Invalid as problem:
        put_back(form, problem)
        return again("people/sign_in.html", form, onward=onward)
    except TooMany as problem:
        form.form_errors.append(problem.sentence(current_lang()))
        return render_template("people/sign_in.html", form=form, onward=onward), 429
    remember(begun, token)
    if begun.waits_for_factor:
        return redirect(url_for("people.code", next=onward))
    return redirect(onward or url_for("web.home"))


def _sign_in_page(form: SignInForm, onward: str | None) -> str:
    return render_template("people/sign_in.html", form=form, onward=onward)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def code() -> Page:
    """The second factor, for a session that waits for it."""
    form = CodeForm()
    onward = safe_next(request.values.get("next"))
    waiting = session.get(WAITING)
    if waiting is None:
        return redirect(url_for("people.sign_in", next=onward))
    if not form.validate_on_submit():
        return render_template("people/code.html", form=form, onward=onward)
    try:
        begun, token = signing_in.give_second_factor(waiting, form.code.data, visitor(), now())
    except Invalid as problem:
        put_back(form, problem)
        return again("people/code.html", form, onward=onward)
    remember(begun, token)
    return redirect(onward or url_for("web.home"))


@blueprint.post("/sign-out")
@requires(Permission.OWN_SIGN_IN)
def sign_out() -> Response:
    """End this session, on the server too."""
    signing_in.end_session(my_session(), "signed out", now(), me().actor)
    forget()
    return redirect(url_for("people.sign_in"))


@blueprint.route("/me/password", methods=["GET", "POST"])
@requires(Permission.OWN_SIGN_IN)
def password() -> Page:
    """Change the own password; the first one must be changed before anything else."""
    form = PasswordForm()
    first = me().must_change
    if not form.validate_on_submit():
        return render_template("people/password.html", form=form, first=first)
    try:
        services.change_password(me(), form.old.data, form.new.data, now(), my_session().session_id)
    except Invalid as problem:
        put_back(form, problem)
        return again("people/password.html", form, first=first)
    flash(_("密码已修改，其他设备已退出登录。"))
    return redirect(url_for("web.home") if first else url_for("web.me"))


@blueprint.route("/me/prove", methods=["GET", "POST"])
@requires(Permission.OWN_SIGN_IN)
def prove() -> Page:
    """The password once more, before something delicate."""
    form = ProofForm()
    onward = safe_next(request.values.get("next"))
    if not form.validate_on_submit():
        return render_template("people/prove.html", form=form, onward=onward)
    try:
        signing_in.prove_again(my_session(), form.password.data, visitor(), now())
    except Invalid as problem:
        put_back(form, problem)
        return again("people/prove.html", form, onward=onward)
    return redirect(onward or url_for("web.me"))


def proof_first() -> Response | None:
    """A redirect to `prove` where the password was not shown lately; None where it was."""
    if signing_in.proved_lately(my_session(), now()):
        return None
    onward = request.path if request.method == "GET" else safe_next(request.referrer and request.path)
    return redirect(url_for("people.prove", next=onward))


@blueprint.route("/me/factor", methods=["GET", "POST"])
@requires(Permission.OWN_SIGN_IN)
def factor() -> Page:
    """Switch the second factor on; the recovery codes are shown once."""
    if me().totp_on:
        return render_template("people/factor_on.html", left=queries.recovery_codes_left(me().account_id))
    if (first := proof_first()) and not me().must_change:
        return first
    form = CodeForm()
    secret = session.setdefault(NEW_SECRET, second_factor.new_secret())
    picture = second_factor.picture(secret, me().login)
    if not form.validate_on_submit():
        return render_template("people/factor.html", form=form, secret=secret, picture=picture)
    try:
        codes = second_factor.switch_on(me(), secret, form.code.data, now())
    except Invalid as problem:
        put_back(form, problem)
        return again("people/factor.html", form, secret=secret, picture=picture)
    session.pop(NEW_SECRET)
    return render_template("people/recovery_codes.html", codes=codes)


@blueprint.post("/me/factor/off")
@requires(Permission.OWN_SIGN_IN)
def factor_off() -> Response:
    """Switch the second factor off."""
    if first := proof_first():
        return first
    second_factor.switch_off(me(), now(), me().actor)
    flash(_("两步验证已关闭。"))
    return redirect(url_for("people.factor"))


@blueprint.get("/me/sessions")
@requires(Permission.OWN_SIGN_IN)
def sessions() -> str:
    """Where this person is signed in."""
    return render_template(
        "people/sessions.html",
        sessions=queries.live_sessions(me().account_id),
        present=my_session().session_id,
    )


@blueprint.post("/me/sessions/<int:session_id>/end")
@requires(Permission.OWN_SIGN_IN)
def end_session(session_id: int) -> Response:
    """End one of the own sessions."""
    row = queries.own_session(me().account_id, session_id)
    signing_in.end_session(row, "ended by its owner", now(), me().actor)
    flash(_("该设备已退出登录。"))
    return redirect(url_for("people.sessions"))
