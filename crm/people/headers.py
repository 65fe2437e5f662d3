"""Headers on every answer: what the browser may load, embed, guess and keep."""

import secrets

from flask import Flask, Response, current_app, g, request

POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'nonce-{nonce}'",
    # the hash is that of an empty style element, which Plotly makes and then fills by rules
    "style-src": "'self' 'nonce-{nonce}' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
STEADY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def init_headers(app: Flask) -> None:
    """Set the headers, and give templates `csp_nonce()` for inline scripts and styles."""
    app.after_request(set_headers)
    app.jinja_env.globals["csp_nonce"] = nonce


def nonce() -> str:
    """The random word of this answer that inline scripts must carry."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def set_headers(response: Response) -> Response:
    """Everything but static files is personal and is not kept."""
    policy = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    response.headers.setdefault("Content-Security-Policy", policy.format(nonce=nonce()))
    for name, value in STEADY.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.headers.add("Vary", "Cookie")
    if current_app.config["CRM"].https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response
