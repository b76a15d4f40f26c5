"""Forms that only our own pages can send.

Each form carries a token sealed with the shop's key. Where the visitor has a session, the token
must be the session's own. A browser that keeps no cookies has none; then nothing in the request
speaks for the visitor, another site could gain nothing that it could not do from its own machine,
and the sealed token alone is enough to let such a visitor buy.
"""

import hmac
import secrets

from flask import Flask, abort, current_app, request, session
from itsdangerous import BadSignature, URLSafeSerializer

__all__ = ["init_app", "token"]

FIELD = "csrf_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Check every form before its view runs; give templates ``csrf_token()``.

    :param app: the application.
    """
    app.before_request(_check)
    app.add_template_global(token, FIELD)


def token() -> str:
    """Make the token for the forms of this visitor.

    :returns: the session's random value, sealed; the same on every page of a session.
    """
    value = session.get(FIELD)
    if value is None:
        value = session[FIELD] = secrets.token_urlsafe(16)
    return _serializer().dumps(value)


def _check() -> None:
    if request.method in SAFE_METHODS:
        return
    # Browsers say it themselves where the page is secure or on one's own machine.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(400, "This form was sent from another site.")
    try:
        value = _serializer().loads(request.form.get(FIELD, ""))
    except BadSignature:
        abort(400, "This form is not one of ours, or is too old. Load the page again.")
    if FIELD in session and not hmac.compare_digest(str(value), session[FIELD]):
        abort(400, "This form belongs to another session. Load the page again.")


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="example_app.csrf")
