"""The shop's staff: whoever knows the password sees the dashboard of what sold.

A shop of your own has a login of its own; then ``authorize`` is a line such as
``lambda: current_user.is_admin``.
"""

import hmac
from pathlib import Path
from typing import Final

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from example_app.keys import kept_key

__all__ = ["PASSWORD_FILE", "blueprint", "is_staff", "password"]

blueprint = Blueprint("staff", __name__)

PASSWORD_FILE: Final = "staff_password"
SESSION_KEY: Final = "is_staff"


def is_staff() -> bool | Response:
    """Say whether the present visitor may see the dashboard.

    :returns: True, or the way to the login.
    """
    return bool(session.get(SESSION_KEY)) or redirect(url_for("staff.sign_in"))


def password(instance: Path) -> str:
    """Read the staff's password, made on the first start.

    :param instance: folder of the shop's files.
    """
    return kept_key(instance / PASSWORD_FILE)


@blueprint.get("/staff")
def sign_in() -> str:
    """Ask for the password.

    :returns: the page.
    """
    return render_template("staff.html", error=None)


@blueprint.post("/staff")
def check() -> Response | tuple[str, int]:
    """Let in who knows it.

    :returns: a redirect to the dashboard, or the form again (422).
    """
    given = request.form.get("password", "").strip().encode()
    if not hmac.compare_digest(given, password(Path(current_app.instance_path)).encode()):
        return render_template("staff.html", error="This is not the password."), 422
    session[SESSION_KEY] = True
    return redirect(url_for("salestrack.overview"), 303)
