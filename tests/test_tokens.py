from __future__ import annotations

import base64
import string
from datetime import UTC

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import aes_siv
from wsgi_salestrack import BadToken, Touch, Visitor
from wsgi_salestrack.tokens import ClickPayload, Seal

SECRET = b"a secret of thirty-two bytes....."
OTHER_SECRET = b"another one of thirty-two bytes.."
URL_SAFE = string.ascii_letters + string.digits + "-_"

SOCKS = ClickPayload(
    "/p/socks", Touch(contact="c81", newsletter="2026-11", link="hero", list="main")
)

names = st.none() | st.text(min_size=1, max_size=30)
moments = st.datetimes(timezones=st.just(UTC))
touches = st.builds(
    Touch,
    at=st.none() | moments,
    contact=names,
    subscription=names,
    list=names,
    newsletter=names,
    link=names,
    publisher=names,
)
visitors = st.builds(
    Visitor,
    id=st.integers(0, 2**63 - 1),
    touch=st.none() | touches,
    referral=st.none() | touches,
)


def clicks(*secrets: bytes, purpose: str = "click", site: str = "default") -> Seal[ClickPayload]:
    return Seal(ClickPayload, secrets=secrets or [SECRET], purpose=purpose, site=site)


def decoded(token: str) -> bytes:
    """What a token is the text of."""
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def is_refused(token: str) -> bool:
    try:
        clicks().open(token)
    except BadToken:
        return True
    return False


@given(st.builds(ClickPayload, st.text(max_size=200), touches))
def test_what_was_sealed_comes_back(payload: ClickPayload) -> None:
    """Whatever alphabet the host's names are in; and the same payload gives the same token."""
    token = clicks().seal(payload)

    assert clicks().open(token) == payload
    assert clicks().seal(payload) == token
    assert set(token) <= set(URL_SAFE)


@given(visitors)
def test_a_visitor_comes_back_with_times_to_the_microsecond(visitor: Visitor) -> None:
    """And aware, in UTC."""
    seal = Seal(Visitor, secrets=[SECRET], purpose="cookie", site="default")

    opened = seal.open(seal.seal(visitor))

    assert opened == visitor
    assert opened.touch is None or opened.touch.at is None or opened.touch.at.tzinfo is UTC


def test_a_whole_click_token_has_about_80_characters() -> None:
    """Four names and a destination; a mail's lines stay short."""
    assert len(clicks().seal(SOCKS)) <= 80


def test_a_link_in_a_mail_of_long_ago_still_opens() -> None:
    """Mails live for months: how tokens are made may change only in ways that open this one."""
    token = "IH_DhU-lNJJ-VVRyDLzc1diK6_sXQ62xQYYZdLaGZT8Gr4u2nkcaE6VcEJQymKU4FRAzWQ"

    assert clicks().open(token) == SOCKS


def test_a_token_hides_what_it_holds() -> None:
    """A contact's id is nobody else's business."""
    sealed = decoded(clicks().seal(SOCKS))

    assert not any(name in sealed for name in (b"socks", b"c81", b"2026", b"hero", b"main"))


def test_the_measure_of_these_tests_is_rfc_5297() -> None:
    """Its example of a key, one string of associated data and a plaintext (appendix A.1)."""
    sealed = aes_siv.encrypt(
        key=bytes.fromhex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"),
        associated=bytes.fromhex("101112131415161718191a1b1c1d1e1f2021222324252627"),
        plaintext=bytes.fromhex("112233445566778899aabbccddee"),
    )

    assert sealed.hex() == "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c"


@pytest.mark.parametrize(
    "payload",
    [SOCKS, ClickPayload("/", Touch()), ClickPayload("/\N{SNOWMAN}", Touch(publisher="p" * 100))],
    ids=["usual", "short", "long"],
)
@pytest.mark.parametrize("purpose", ["click", "cookie"])
@pytest.mark.parametrize("site", ["default", "caf\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_a_token_is_aes_siv_of_the_array_under_a_derived_key(
    payload: ClickPayload, purpose: str, site: str
) -> None:
    """Anybody with the secret can open it by the documents: HKDF, AES-SIV, msgpack, base64."""
    key = aes_siv.hkdf_sha256(SECRET, info=f"salestrack 1 {purpose}".encode())
    array = msgspec.msgpack.encode([payload.destination, [None, *payload.touch.names]])

    token = clicks(purpose=purpose, site=site).seal(payload)

    assert decoded(token) == aes_siv.encrypt(key, array, associated=site.encode())


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(clicks(purpose="cookie"), id="purpose"),
        pytest.param(clicks(site="other"), id="site"),
        pytest.param(clicks(site=""), id="no-site"),
        pytest.param(clicks(OTHER_SECRET), id="secret"),
        pytest.param(clicks(SECRET + b"."), id="longer-secret"),
    ],
)
def test_a_token_opens_only_where_it_belongs(other: Seal[ClickPayload]) -> None:
    """A link is no cookie, and one shop's links credit nothing in another."""
    with pytest.raises(BadToken):
        other.open(clicks().seal(SOCKS))
    with pytest.raises(BadToken):
        clicks().open(other.seal(SOCKS))


def test_secrets_are_rotated_by_putting_a_new_one_in_front() -> None:
    """The first seals and all open, until the old one is dropped."""
    before, during, after = (
        clicks(SECRET),
        clicks(OTHER_SECRET, SECRET),
        clicks(OTHER_SECRET),
    )

    old, new = before.seal(SOCKS), during.seal(SOCKS)

    assert during.open(old) == during.open(new) == after.open(new) == SOCKS
    with pytest.raises(BadToken):
        after.open(old)
    with pytest.raises(BadToken):
        before.open(new)


@pytest.mark.parametrize("length", [62, 63, 64])
def test_every_change_of_a_single_character_is_refused(length: int) -> None:
    """At every position, to every other character; base64's own spare bits included."""
    token = clicks().seal(ClickPayload("/p" + "x" * (length - 62), SOCKS.touch))
    assert len(token) == length

    opened = [
        (position, character)
        for position in range(length)
        for character in URL_SAFE
        if character != token[position]
        and not is_refused(token[:position] + character + token[position + 1 :])
    ]

    assert opened == []


@pytest.mark.parametrize("length", [62, 63, 64])
def test_every_truncation_is_refused(length: int) -> None:
    """From either end; mail programs break lines."""
    token = clicks().seal(ClickPayload("/p" + "x" * (length - 62), SOCKS.touch))

    assert all(is_refused(token[:cut]) for cut in range(length))
    assert all(is_refused(token[cut:]) for cut in range(1, length + 1))


@pytest.mark.parametrize("length", [62, 63, 64])
@pytest.mark.parametrize("junk", [*"=A-+/ .~%\t\n\r\0\xa0\xff\u2028", "==", "===", "A===", "%3D"])
def test_anything_added_is_refused(length: int, junk: str) -> None:
    """Before, behind or within: a token has one spelling."""
    token = clicks().seal(ClickPayload("/p" + "x" * (length - 62), SOCKS.touch))

    assert is_refused(token + junk)
    assert is_refused(junk + token)
    assert is_refused(token[:30] + junk + token[30:])


def test_the_standard_alphabet_is_refused() -> None:
    """Its plus would be a space in a query string, its slash another path."""
    tokens = [clicks().seal(ClickPayload(f"/p/{number}", SOCKS.touch)) for number in range(20)]
    respelt = {token.replace("-", "+").replace("_", "/") for token in tokens} - set(tokens)

    assert respelt
    assert all(is_refused(token) for token in respelt)


@given(st.text(max_size=200) | st.text(URL_SAFE, max_size=200))
def test_what_we_did_not_seal_is_a_bad_token(text: str) -> None:
    """And no other error: it may come from anybody."""
    assert is_refused(text)


def test_a_hostile_length_costs_no_more_than_a_look() -> None:
    """A cookie or a path may be as long as the server allows."""
    with pytest.raises(BadToken, match="too long"):
        clicks().open("A" * 50_000_000)


def test_a_payload_of_another_version_is_a_bad_token() -> None:
    """Sealed with our own key, but not what this code can read."""
    newer = Seal(list, secrets=[SECRET], purpose="click", site="default")

    for payload in ([], [1, 2], ["/p", "touch"], ["/p", [None, 5]]):
        with pytest.raises(BadToken, match="another version"):
            clicks().open(newer.seal(payload))


def test_a_token_of_a_version_that_knew_more_names_still_opens() -> None:
    """A host may go back a version; what the old one does not know, it leaves."""
    newer = Seal(list, secrets=[SECRET], purpose="click", site="default")
    token = newer.seal(["/p/socks", [None, "c81", None, "main", "2026-11", "hero", None, "new"]])

    assert clicks().open(token) == SOCKS
