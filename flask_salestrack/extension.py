"""The Flask extension: mounts the middleware, and keeps nothing on itself."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app, has_app_context
from werkzeug.local import LocalProxy

from wsgi_salestrack import Config, ConfigError, SalesTrackMiddleware, Tracker
from wsgi_salestrack.config_values import below

from .commands import make_group
from .templating import TEMPLATE_GLOBALS

_NAME = "salestrack"
_PREFIX = "SALESTRACK_"


class SalesTrack:
    """Mounts salestrack into Flask applications.

    :param app: the application, where it is at hand; else call :meth:`init_app`.
    """

    def __init__(self, app: Flask | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Wrap ``app.wsgi_app``, and add template globals and the command ``flask salestrack``.

        Call it once the configuration is loaded, and before ``app.wsgi_app = ProxyFix(...)``, so
        that the proxy's headers are repaired when a request comes to us. Reads the keys that
        begin with ``SALESTRACK_`` (see :class:`wsgi_salestrack.Config`, upper case), and

        - ``SECRET_KEY``, ``SECRET_KEY_FALLBACKS`` where ``SALESTRACK_SECRET_KEYS`` is not set;
        - a relative ``SALESTRACK_DATABASE`` from the instance folder; by default it is
          ``salestrack.db`` in there.

        ``app.extensions["salestrack"]`` is the :class:`~wsgi_salestrack.Tracker`.

        :raises ConfigError: naming the key and the values allowed.
        :raises RuntimeError: if it was called for this application before.
        """
        if _NAME in app.extensions:
            raise RuntimeError("init_app was called before for this application")
        tracker = _tracker_of(app)
        app.extensions[_NAME] = tracker
        app.wsgi_app = SalesTrackMiddleware(app.wsgi_app, tracker)  # type: ignore[method-assign]
        app.jinja_env.globals.update(TEMPLATE_GLOBALS)
        app.cli.add_command(make_group())


def _current_tracker() -> Tracker:
    try:
        return cast("Tracker", current_app.extensions[_NAME])
    except KeyError:
        raise RuntimeError(
            "salestrack is not mounted in this application; call SalesTrack().init_app(app)"
        ) from None


#: The current application's tracker.
current_tracker = cast("Tracker", LocalProxy(_current_tracker))


def _tracker_of(app: Flask) -> Tracker:
    keys: dict[str, Any] = {
        name.removeprefix(_PREFIX).lower(): value
        for name, value in app.config.items()
        if name.startswith(_PREFIX)
    }
    if keys.get("secret_keys") is None:
        keys["secret_keys"] = _secrets_of_flask(app)
    instance = Path(app.instance_path)
    keys["database"] = below(instance, keys.get("database", "salestrack.db"))
    if isinstance(keys["database"], Path) and keys["database"].parent == instance:
        # Flask does not make it. Where we may not either, hits are refused and doctor says so; the
        # shop starts all the same.
        with suppress(OSError):
            instance.mkdir(parents=True, exist_ok=True)
    try:
        config = Config.from_mapping(keys)
        return Tracker(config, sender=app, context=lambda: _context_for_receivers(app))
    except ConfigError as error:
        key = f"{_PREFIX}{error.field.upper()}"
        if error.field == "secret_keys" and app.config.get(key) is None:
            key = "SECRET_KEY or SECRET_KEY_FALLBACKS, in place of SALESTRACK_SECRET_KEYS,"
        raise ConfigError(key, error.problem) from None


def _secrets_of_flask(app: Flask) -> list[str | bytes]:
    secret = app.config.get("SECRET_KEY")
    if not secret:
        raise ConfigError(
            f"{_PREFIX}SECRET_KEYS",
            "is not set, nor is SECRET_KEY; make one by "
            "python -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return [secret, *(app.config.get("SECRET_KEY_FALLBACKS") or ())]


def _context_for_receivers(app: Flask) -> AbstractContextManager[Any]:
    if has_app_context() and current_app == app:
        return nullcontext()
    return app.app_context()
