"""The shop's settings, and where its files live.

Each setting can be given to :func:`example_app.create_app` or as an environment variable with
``EXAMPLE_`` before its name (``EXAMPLE_BREAK_TRACKING=1``); salestrack's own keys work the same
way (``EXAMPLE_SALESTRACK_BASE_URL=https://shop.example``).

===================  ===========  =================================================================
setting              default      meaning
===================  ===========  =================================================================
``INSTANCE``         ./instance   folder of the databases and keys; made when missing
``DATABASE``         two files    SQLAlchemy URL of one database for the shop and salestrack
``TRUST_PROXY``      no           one reverse proxy stands in front; believe its ``X-Forwarded-*``
``BREAK_TRACKING``   no           break the tracker's database on purpose: the shop keeps selling
``TRACKING_BANNER``  yes          while tracking is broken on purpose, say so on every page
``NOW``              the clock    callable that returns the present as aware UTC
===================  ===========  =================================================================
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Request
from flask import request as current_request
from flask.sessions import SecureCookieSessionInterface

from example_app.keys import kept_key

__all__ = ["instance_folder", "instance_path", "load", "now_utc"]

ENVIRONMENT_PREFIX = "EXAMPLE"


def instance_folder(config: Mapping[str, object] | None) -> Path:
    """Say where the databases and keys live, and make the folder.

    Flask's own choice lies beside the installed package, which a deployment often may not write to
    and an upgrade may empty. Below the current directory the files are where the person who typed
    the command looks for them, and deleting that one folder starts afresh.

    :param config: the mapping given to the factory. Its ``INSTANCE`` wins over the variable
        ``EXAMPLE_INSTANCE``.
    :returns: an absolute path, for Flask takes no other.
    """
    folder = instance_path(config)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def instance_path(config: Mapping[str, object] | None = None) -> Path:
    """Say where the databases and keys live, and make nothing.

    :param config: as :func:`instance_folder` has it.
    :returns: an absolute path, perhaps of no folder yet.
    """
    chosen = (config or {}).get("INSTANCE") or os.environ.get(f"{ENVIRONMENT_PREFIX}_INSTANCE")
    return Path(str(chosen or "instance")).absolute()


def load(app: Flask, config: Mapping[str, object] | None) -> None:
    """Fill ``app.config``: defaults, then the environment, then the mapping.

    :param app: the application, its instance folder already there.
    :param config: the mapping given to the factory.
    """
    app.config.from_mapping(
        TRUST_PROXY=False,
        BREAK_TRACKING=False,
        TRACKING_BANNER=True,
        NOW=now_utc,
        DATABASE=None,
        # A form of this shop has a few short fields; nobody needs to send it megabytes.
        MAX_CONTENT_LENGTH=64 * 1024,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
    )
    app.config.from_prefixed_env(ENVIRONMENT_PREFIX)
    app.config.from_mapping(config or {})
    if not app.config["SECRET_KEY"]:
        app.config["SECRET_KEY"] = kept_key(Path(app.instance_path) / "secret_key")
    app.session_interface = SessionCookie()


def now_utc() -> datetime:
    """Read the clock.

    :returns: the present, aware UTC.
    """
    return datetime.now(UTC)


class SessionCookie(SecureCookieSessionInterface):
    """Flask's session cookie, marked ``Secure`` whenever the visitor came over https.

    Flask offers a fixed yes or no. This shop is tried over plain http on one's own machine and
    deployed behind https, and should be right in both without a setting to forget.
    """

    def get_cookie_secure(self, app: Flask) -> bool:
        """Decide by the request.

        :param app: the application.
        :returns: whether the request came over https.
        """
        request: Request = current_request
        return request.is_secure
