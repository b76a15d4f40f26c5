"""Who may see the dashboard: the shop's own login decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from flask import abort, current_app
from flask.sansio.app import App
from werkzeug.wrappers import Response

from wsgi_salestrack import ConfigError

#: Whether the current request may see it, or what it is answered instead: a redirect to the login.
Authorize: TypeAlias = Callable[[], bool | Response]

_REMEDY = "give a callable, such as authorize=lambda: current_user.is_admin"


def check_authorize(authorize: object, *, is_needed: bool = False) -> None:
    """Refuse what cannot be asked.

    :param is_needed: whether None is refused here; otherwise :func:`check_start` decides.
    :raises ConfigError: naming ``authorize``.
    """
    if (is_needed or authorize is not None) and not callable(authorize):
        raise ConfigError("authorize", f"is {type(authorize).__name__}, not a callable; {_REMEDY}")


def check_start(app: App, authorize: Authorize | None) -> None:
    """Refuse to start a dashboard that everybody on the network could read.

    :raises ConfigError: naming ``authorize``.
    """
    if authorize is None and not app.debug:
        raise ConfigError(
            "authorize",
            f"is missing, and without it everybody could read what the shop sells; {_REMEDY} (only "
            "in debug mode, flask run --debug, does the dashboard start without)",
        )


def admit(authorize: Authorize | None) -> Response | None:
    """Let the current request in, or say what it is answered.

    A wrong kind of answer lets nobody in: a method that nobody called would be true for everybody.

    :returns: None: it may go on.
    :raises Forbidden: if it may not.
    :raises TypeError: if ``authorize`` returned neither truth nor a response.
    """
    answer: object = current_app.debug if authorize is None else authorize()
    if isinstance(answer, Response):
        return answer
    # Databases and drivers give truth as 0 and 1, too, and None for what is not set.
    if answer is not None and not isinstance(answer, int):
        raise TypeError(
            f"authorize returned {type(answer).__name__}; return True, False or a response"
        )
    if not answer:
        abort(403)
    return None
