"""Pages for what goes wrong, in the person's language; the same as JSON under /api.

A crash has a number: it is that of the request, stands in every log line of the request and on the page, so
that whoever is told the number finds the lines.
"""

import secrets

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from crm.errors import CrmError, TooMany
from crm.web.i18n import current_lang

API = "/api/"
OTHER = 400
NUL = "\x00"


def _sentences() -> dict[int, tuple[str, str]]:
    return {
        400: (gettext("这个请求不完整"), gettext("请返回上一页，检查后再试。")),
        401: (gettext("请先登录"), gettext("登录后再打开这个页面。")),
        403: (gettext("这里不对您开放"), gettext("需要时请找经理或管理员。没有任何内容被改动。")),
        404: (gettext("没有这个页面"), gettext("网址可能写错了，或者内容已不在这里。")),
        405: (gettext("这个地址不能这样打开"), gettext("请从页面上的按钮进入。")),
        409: (gettext("别人先保存了"), gettext("您看到的内容已经变了。请返回并刷新，核对后再保存。")),
        413: (gettext("内容太大"), gettext("请减小文件或分几次提交。没有任何内容被保存。")),
        422: (gettext("填写有误"), gettext("请返回上一页，改正后再提交。")),
        429: (gettext("操作太频繁"), gettext("请稍等片刻再试。")),
        500: (gettext("程序出错了"), gettext("没有保存的内容请重新填写。请把下面的编号告诉管理员。")),
        503: (gettext("暂时不能使用"), gettext("请稍后再试。")),
    }


def request_number() -> str:
    """The number of this request, on its log lines and on its error page."""
    if "request_number" not in g:
        g.request_number = secrets.token_hex(4)
    return str(g.request_number)


def _answer(status: int, title: str, text: str, number: str = "") -> Response:
    if request.path.startswith(API):
        body = {"status": status, "error": title, "message": text}
        response = jsonify(body | ({"number": number} if number else {}))
    elif request.headers.get("HX-Request") == "true":
        response = make_response(render_template("errors/_line.html", title=title, text=text, number=number))
    else:
        response = make_response(
            render_template("errors/page.html", status=status, title=title, text=text, number=number)
        )
    response.status_code = status
    return response


def _http(error: HTTPException) -> HTTPException | Response:
    status = error.code or OTHER
    if error.response is not None or status < 400:
        return error
    sentences = _sentences()
    title, text = sentences.get(status, sentences[OTHER])
    response = _answer(status, title, text)
    for name, value in error.get_headers(request.environ):
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            response.headers[name] = value
    return response


def _csrf(error: CSRFError) -> Response:
    structlog.get_logger("crm.web").info("CSRF 校验未通过", reason=error.description)
    title = gettext("页面放得太久了")
    return _answer(400, title, gettext("为了安全，请返回上一页刷新后再提交。没有任何内容被保存。"))


def _ours(error: CrmError) -> Response:
    if error.status >= 500:
        structlog.get_logger("crm.web").error("服务不可用", reason=error.sentence("zh"))
    title = _sentences().get(error.status, _sentences()[OTHER])[0]
    response = _answer(error.status, title, error.sentence(current_lang()))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _crash(error: InternalServerError) -> Response:
    number = request_number()
    g._login_user = (
        AnonymousUserMixin()
    )  # Flask-Login's place; the database may be what broke, so ask it no more
    structlog.get_logger("crm.web").error(
        "页面崩溃", number=number, exc_info=error.original_exception or error
    )
    title, text = _sentences()[500]
    return _answer(500, title, text, number)


def _name_request() -> None:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=request_number(), method=request.method, path=request.path)


def _refuse_nul() -> None:
    """PostgreSQL's text cannot hold the character NUL; what is typed into a form the form itself refuses."""
    address = [request.path, *(value for values in request.args.listvalues() for value in values)]
    if any(NUL in value for value in address):
        raise NotFound


def _logged_by_crash(exc_info: object) -> None:
    """Flask would write the same traceback once more, without the number."""


def init_app(app: Flask) -> None:
    """Number the requests and answer errors."""
    app.before_request_funcs.setdefault(None, []).insert(0, _name_request)
    app.before_request(_refuse_nul)
    app.log_exception = _logged_by_crash  # type: ignore[method-assign,assignment]
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(CrmError, _ours)
    app.register_error_handler(InternalServerError, _crash)
