"""Why an order is credited as it is, touch by touch."""

from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, abort, render_template

from flask_salestrack import current_tracker
from wsgi_salestrack import Candidate, UnknownReference

__all__ = ["blueprint"]

blueprint = Blueprint("explained", __name__)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A touch of the buyer.

    :param names: what its link says, as the tracker's own names.
    """

    programme: str
    at: str
    names: str
    verdict: str
    share: Decimal


@blueprint.get("/report/<int:number>")
def explained(number: int) -> str:
    """Show every touch of an order's buyer with its verdict, and which rule decided.

    A shop of your own puts this behind its staff's login.

    :param number: the order's.
    """
    try:
        found = current_tracker.explain(str(number))
    except UnknownReference:
        abort(404, "The tracker knows no such order.")
    return render_template("explained.html", found=found, rows=[_row(c) for c in found.candidates])


def _row(candidate: Candidate) -> Row:
    touch = candidate.touch
    names = {name: getattr(touch, name) for name in ("contact", "newsletter", "link", "publisher")}
    return Row(
        programme=candidate.programme,
        at="unknown" if touch.at is None else f"{touch.at:%Y-%m-%d %H:%M}",
        names=", ".join(f"{name} {value}" for name, value in names.items() if value),
        verdict=candidate.verdict,
        share=Decimal(candidate.share.numerator * 100) / candidate.share.denominator,
    )
