"""The newsletter: the mail as a subscriber gets it, and the form to subscribe."""

from flask import (
    Blueprint,
    abort,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from example_app.address_form import email_error
from example_app.seed import SUBSCRIBERS
from example_app.subscribers import find_subscriber, subscribe

__all__ = ["blueprint"]

blueprint = Blueprint("newsletter", __name__)

#: The letters sent so far, newest first; the names are what the tracker's report shows.
ISSUES = {"2026-11": "Socks for the long dark", "2026-10": "First frost, first scarves"}
NEWEST = next(iter(ISSUES))
#: The subscribers that the shop's database starts with.
MADE_UP = tuple(contact for contact, _, _ in SUBSCRIBERS)


@blueprint.get("/newsletter")
def newest() -> Response:
    """Lead to the newest letter.

    :returns: a redirect.
    """
    return redirect(url_for("newsletter.mail", issue=NEWEST))


@blueprint.get("/newsletter/<issue>")
def mail(issue: str) -> str:
    """Show a letter as one subscriber got it.

    A shop of your own sends this by mail and shows it to nobody else: whoever clicks a link in it
    counts as the subscriber it was made for.

    :param issue: which letter.
    :returns: the page.
    """
    if issue not in ISSUES:
        abort(404, "There is no such letter.")
    own = session.get("contact")
    contact = request.args.get("to", own or MADE_UP[0])
    # Of real subscribers, nobody sees another's mail; the made-up ones are everybody's.
    subscriber = find_subscriber(contact) if contact in {*MADE_UP, own} else None
    if subscriber is None:
        abort(404, "There is no such subscriber.")
    return render_template(
        "newsletter.html",
        issue=issue,
        subject=ISSUES[issue],
        issues=ISSUES,
        subscriber=subscriber,
        examples=[find_subscriber(example) for example in MADE_UP],
    )


@blueprint.post("/subscribe")
def sign_up() -> Response | tuple[str, int]:
    """Subscribe.

    :returns: a redirect to the welcome page, or the form again with what is wrong in it (422).
    """
    email = request.form.get("email", "").strip()
    error = email_error(email)
    if error:
        return render_template("subscribe.html", email=email, error=error), 422
    contact = subscribe(email=email)
    if contact is not None:
        session["contact"] = contact
        session["signed_up"] = True
    return redirect(url_for("newsletter.welcome"), 303)


@blueprint.get("/welcome")
def welcome() -> str:
    """Welcome a subscriber; the page carries a target pixel, once.

    A signup has no reference to be counted once by, so the page must not show its pixel again
    when it is loaded again.

    :returns: the page.
    """
    return render_template("welcome.html", is_new=session.pop("signed_up", False))
