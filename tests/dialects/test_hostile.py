"""The same bad values, tokens and masses for every field of every dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from xmlrpc.client import Fault, loads

import pytest

from tests.dialects.fields import DIALECTS
from tests.dialects.hosts import Host, make_tracker, visited
from tests.support import bluehornet
from tests.support.browser import Answer
from tests.support.dialects import TAMPER_KEY, InProcess
from tests.support.receivers import Listen
from tests.support.shop import OTHER_SECRET, page
from wsgi_salestrack import Conversion, Money, SalesTrackMiddleware, Tracker

# Of errors that BlueHornet has no code for.
VENDORS_WORDS = ("Missing variables", "Incorrect Action Specified")


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Host]]:
    """A shop for each dialect: for all but one the same, for no unsigned pixel gets into that."""
    folder = tmp_path_factory.mktemp("hostile")
    trackers = [
        make_tracker(folder / "unsigned.db"),
        make_tracker(folder / "signed.db", tamper_keys=[TAMPER_KEY]),
    ]
    opened = [visited(tracker) for tracker in trackers]
    yield {name: opened[name == "signed pixel"] for name in DIALECTS}
    for tracker in trackers:
        tracker.close()


def complaint_of(protocol: str, answer: Answer) -> str | None:
    """The error in the dialect's own words; None where it never tells."""
    assert answer.status == 200
    if protocol == "xmlrpc":
        try:
            loads(answer.body)
        except Fault as fault:
            return str(fault.faultString)
        return ""
    if protocol == "bluehornet":
        item = bluehornet.item_of(answer)
        assert (item.get("error"), item.get("responseCode")) != (None, None)
        return item["responseText"] if "error" in item else ""
    if answer.headers["Content-Type"] == "image/gif" and protocol != "splio":
        return answer.error or ""
    # Splio is silent, and the form leads its buyer on.
    assert answer.error is None
    assert answer.headers["Content-Type"] in ("image/gif", "text/html; charset=utf-8")
    return None


FIELDS = [(dialect, name) for dialect, each in DIALECTS.items() for name in each.bad]
OPTIONAL = [(dialect, name) for dialect, each in DIALECTS.items() for name in each.accepted]


@pytest.mark.parametrize(("dialect", "name"), FIELDS)
def test_a_bad_value_is_refused_by_its_fields_name(
    hosts: dict[str, Host], listen: Listen, dialect: str, name: str
) -> None:
    """In the dialect's own way, by a fixed phrase; nothing is recorded, not even a half of it."""
    host, said = hosts[dialect], DIALECTS[dialect]
    before = host.rows()
    for bad in said.refused(name):
        receivers = listen(host.tracker)

        answer = host.send(said.saying(name, bad))

        ((protocol, reason),) = receivers.rejected
        assert protocol == said.protocol
        assert reason.isascii()
        assert reason.isprintable()
        assert any(phrase in reason for phrase in said.phrases(name, bad)), (bad, reason)
        complaint = complaint_of(said.protocol, answer)
        if protocol == "bluehornet":
            assert complaint in (f"Insert failed: {reason}", *VENDORS_WORDS), bad
        elif complaint is not None:
            assert complaint == reason, bad
        assert host.rows() == before, bad
        assert receivers.recorded == receivers.enriched == receivers.duplicated == []
        receivers.disconnect()


@pytest.mark.parametrize(("dialect", "name"), OPTIONAL)
def test_what_a_dialect_can_do_without_is_recorded_without(
    hosts: dict[str, Host], dialect: str, name: str
) -> None:
    """One whole conversion; so the table of what is refused is not one of what is never taken."""
    host, said = hosts[dialect], DIALECTS[dialect]
    for bad in sorted(said.accepted[name]):
        host.empty()

        answer = host.send(said.saying(name, bad))

        assert not complaint_of(said.protocol, answer), bad
        assert host.rows()["conversions"] == 1, bad


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_good_values_are_taken(hosts: dict[str, Host], listen: Listen, dialect: str) -> None:
    """As they stand in the table whose bad ones are refused."""
    host = hosts[dialect]
    host.empty()
    host.tracker.record(Conversion(reference="1001" if dialect == "cancel_order" else "other"))
    receivers = listen(host.tracker)

    answer = host.send(DIALECTS[dialect].saying())

    assert not complaint_of(DIALECTS[dialect].protocol, answer)
    assert receivers.rejected == []
    recorded = {"html": 1, "cancel_order": 1}.get(dialect, 2)
    assert host.rows()["conversions"] == recorded
    assert host.rows().get("adjustments", 0) == (dialect == "cancel_order")


def tokens_of(tracker: Tracker) -> dict[str, str]:
    """One of every kind, by what it is made for."""
    visitor = InProcess(SalesTrackMiddleware(page, tracker))
    link = tracker.click_url("/p/socks", contact="c99", newsletter="2026-12")
    visitor.get(link)
    return {
        "click": link.rpartition("/")[2],
        "cookie": visitor.cookies["salestrack"],
        "attribution": tracker.attribution_token(visitor.environ),
        "snippet": str(tracker.order_snippet("K1", "1001")).partition("?t=")[2].partition('"')[0],
    }


def _redirects(host: Host, token: str) -> bool:
    answer = host.visitor.get(f"/salestrack/r/{token}")
    assert answer.status == 302
    return answer.headers["Location"] != host.tracker.config.fallback_url


def _lands(host: Host, token: str) -> bool:
    host.visitor.cookies.clear()
    return "salestrack" in {
        line.partition("=")[0] for line in host.visitor.get(f"/p/socks?st_token={token}").cookies
    }


def _claims(host: Host, token: str) -> bool:
    error = host.visitor.get(f"/salestrack/et/?t={token}").error
    assert error in (None, "t is no token of this site")
    return error is None


def _matches(host: Host, token: str) -> bool:
    request = replace(host, token=token).send(DIALECTS["roi.insert"].saying())
    complaint = complaint_of("bluehornet", request)
    assert complaint in ("", "Insert failed: ROI Hash does not match")
    return not complaint


def _is_known(host: Host, token: str) -> bool:
    host.visitor.cookies["salestrack"] = token
    return host.tracker.visitor(host.visitor.environ) is not None


def _credits(host: Host, token: str) -> bool:
    recorded = host.tracker.record(Conversion(revenue=Money("5", "USD")), token=token)
    assert recorded.outcome == "recorded"  # the sale is kept whoever is credited
    return recorded.touch is not None


@pytest.mark.parametrize(
    ("opens", "kinds"),
    [
        pytest.param(_redirects, {"click"}, id="link"),
        pytest.param(_lands, {"click"}, id="landing page"),
        pytest.param(_claims, {"snippet"}, id="snippet"),
        pytest.param(_matches, {"click"}, id="roi_data"),
        pytest.param(_is_known, {"cookie"}, id="cookie"),
        pytest.param(_credits, {"click", "attribution"}, id="call"),
    ],
)
def test_a_token_opens_for_its_own_purpose_and_site_only(
    tmp_path: Path, opens: Callable[[Host, str], bool], kinds: set[str]
) -> None:
    """Not one of another shop in the same database, nor under another secret."""
    trackers = {
        "own": make_tracker(tmp_path / "sales.db"),
        "another site's": make_tracker(tmp_path / "sales.db", site="other"),
        "another secret's": make_tracker(tmp_path / "sales.db", secret_keys=[OTHER_SECRET]),
    }
    host = visited(trackers["own"])
    tokens = {
        (whose, kind): token
        for whose, tracker in trackers.items()
        for kind, token in tokens_of(tracker).items()
    }

    opened = {which for which, token in tokens.items() if opens(host, token)}

    assert opened == {("own", kind) for kind in kinds}
    for tracker in trackers.values():
        tracker.close()
