"""The dashboard as a Flask blueprint: its pages, who may see them, and what they are sent with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException

from wsgi_salestrack import BadValue, StoreError, UnknownReference

from . import access, context
from .access import Authorize
from .pages import PAGES
from .periods import problem_with_dates

_HEADERS: Final = {
    # No script at all, and nothing from anywhere else: the pages need neither.
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    # Who bought what stands in the addresses, too.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def make_dashboard(*, authorize: Authorize | None = None, name: str = "salestrack") -> Blueprint:
    """Pages that show what sold; they change nothing.

    Register it below a path of its own, behind the shop's login::

        app.register_blueprint(
            make_dashboard(authorize=lambda: current_user.is_admin), url_prefix="/sales"
        )

    :param authorize: called in each request before anything is read. True: the page is shown;
        False: 403; a response, such as a redirect to the login, is sent as it is. It may also
        abort. Without it the dashboard starts in debug mode only.
    :param name: of the blueprint, which begins its endpoints.
    :raises ConfigError: if ``authorize`` is no callable; or, when it is registered, missing.
    """
    access.check_authorize(authorize)
    blueprint = Blueprint(
        name,
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )
    blueprint.record(lambda state: _check_start(state, authorize))
    blueprint.before_request(lambda: _admit(authorize))
    blueprint.after_request(_add_headers)
    blueprint.context_processor(context.shared)
    for rule, endpoint, page in PAGES:
        blueprint.add_url_rule(rule, endpoint, page, methods=["GET"])
    for kind, answer in _ANSWERS:
        blueprint.register_error_handler(kind, answer)
    return blueprint


def _check_start(state: BlueprintSetupState, authorize: Authorize | None) -> None:
    access.check_start(state.app, authorize)


def _admit(authorize: Authorize | None) -> Any:
    # The stylesheet tells nothing, and the page that says no needs it.
    return None if _is_static() else access.admit(authorize)


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not _is_static():
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _is_static() -> bool:
    return request.endpoint == f"{request.blueprint}.static"


def _refused(error: HTTPException) -> Any:
    if error.response is not None:  # the host's own: abort(redirect(...))
        return error.response
    code = error.code or 500
    headings = {403: "You may not see this", 404: "There is no such page"}
    page, status = _told(code, headings.get(code, error.name), error.description or error.name)
    # What a browser is to do: ask for a password, wait, use another method.
    headers = error.get_response(request.environ).headers
    for name in ("Content-Type", "Content-Length"):  # of the page that is not sent
        headers.pop(name, None)
    return page, status, headers


def _misunderstood(error: BadValue) -> Any:
    words = problem_with_dates(error)
    # The form goes with it, so that what was typed can be mended and all else stays chosen.
    wrong = None if words is None else error.field
    return _told(400, "This can't be shown", words or f"{error}.", wrong_date=wrong)


def _unknown(error: UnknownReference) -> Any:
    return _told(404, "There is no such sale", f"{error}.")


def _unreadable(error: StoreError) -> Any:
    return _told(503, "The sales can't be read", f"{error}.")


def _told(
    status: int, heading: str, words: str, *, wrong_date: str | None = None
) -> tuple[str, int]:
    """A page that says in plain words what is wrong, and leads back where one may go.

    :param wrong_date: the field of a form of two dates that is to be mended.
    """
    # Who may not see anything is shown no way to it.
    hidden: dict[str, Any] = {"navigation": ()} if status in {401, 403} else {}
    page = render_template(
        "salestrack/error.html", heading=heading, words=words, wrong_date=wrong_date, **hidden
    )
    return page, status


_ANSWERS: Final[tuple[tuple[type[Exception], Callable[[Any], Any]], ...]] = (
    (BadValue, _misunderstood),
    (UnknownReference, _unknown),
    (StoreError, _unreadable),
    (HTTPException, _refused),
)
