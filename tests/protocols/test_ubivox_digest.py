"""``et_digest``: an HMAC-SHA256 over the pairs of a query string as they were sent."""

from __future__ import annotations

import hmac
import random
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.strategies import thorough
from tests.support.orders import (
    COLA,
    COLA_DIGEST,
    COLA_PERCENT_DIGEST,
    COLA_SORTED,
    KEY,
    SOCKS,
    SOCKS_DIGEST,
)
from tests.support.required import need_command
from wsgi_salestrack.errors import BadHit
from wsgi_salestrack.protocols.ubivox_digest import sign, verify

_KEY = KEY.encode()
_SOCKS = "&".join(f"{name}={value}" for name, value in SOCKS.items())
_SOCKS = _SOCKS.replace(" ", "+").replace(",", "%2C")

_NODE = f"""
    const text = require("fs").readFileSync(0);
    console.log(require("crypto").createHmac("sha256", "{KEY}").update(text).digest("hex"));
"""

VECTORS = [
    pytest.param(COLA, COLA_DIGEST, id="[doc] complete example"),
    pytest.param(COLA.replace("+", "%20"), COLA_PERCENT_DIGEST, id="with %20 for +"),
    pytest.param(_SOCKS, SOCKS_DIGEST, id="[doc] two products"),
]


@pytest.mark.parametrize(("query", "digest"), VECTORS)
def test_the_digest_is_that_of_the_sorted_pairs(query: str, digest: str) -> None:
    """Whatever their order in the query."""
    pairs = query.split("&")
    for seed in range(5):
        random.Random(seed).shuffle(pairs)
        assert sign("&".join(pairs), _KEY) == digest
        verify("&".join([*pairs, f"et_digest={digest}"]), [_KEY])


@pytest.mark.parametrize(("query", "digest"), VECTORS)
@pytest.mark.parametrize(
    ("command", "package"),
    [
        pytest.param(["openssl", "dgst", "-sha256", "-hmac", KEY, "-r"], "openssl", id="openssl"),
        pytest.param(["node", "-e", _NODE], "nodejs", id="node"),
    ],
)
def test_a_signer_in_another_language_is_understood(
    query: str, digest: str, command: list[str], package: str
) -> None:
    """A shop's cart is written in PHP, Java, JavaScript, ... more often than in Python."""
    need_command(command[0], package)
    text = "&".join(sorted(query.split("&")))

    said = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    signed = said.decode().split()[0]

    assert signed == digest
    verify(f"{text}&et_digest={signed}", [_KEY])


def test_node_sorting_and_encoding_by_its_own_means_is_understood() -> None:
    """``URLSearchParams`` sorts and encodes; what it writes is what it signs."""
    need_command("node", "nodejs")
    program = f"""
        const order = new URLSearchParams({{et_prod_0_name: "Sm\u00f8r & br\u00f8d (50%)*~'!",
            et_order_ref: "a+b c", et_products: "1", et_prod_10_id: "x", et_prod_1_id: "y"}});
        order.sort();
        const digest = require("crypto").createHmac("sha256", "{KEY}")
            .update(order.toString()).digest("hex");
        console.log(order.toString() + "&et_digest=" + digest);
    """

    said = subprocess.run(["node", "-e", program], capture_output=True, check=True, text=True)

    verify(said.stdout.strip(), [_KEY])


@pytest.mark.parametrize("digest", [COLA_DIGEST.upper(), COLA_DIGEST.title(), COLA_DIGEST])
@pytest.mark.parametrize("place", ["first", "last"])
def test_its_case_and_place_do_not_matter(digest: str, place: str) -> None:
    """Some languages write hexadecimal digits in upper case."""
    pair = f"et_digest={digest}"
    verify(f"{pair}&{COLA}" if place == "first" else f"{COLA}&{pair}", [_KEY])


def test_any_of_the_keys_may_match() -> None:
    """Keys are changed while pages and mails with the old one are about."""
    signed = f"{COLA}&et_digest={COLA_DIGEST}"
    for keys in ([b"new", _KEY], [_KEY, b"old"], [b"new", _KEY, b"old"]):
        verify(signed, keys)
    with pytest.raises(BadHit, match="et_digest does not match"):
        verify(signed, [b"new", b"old"])


def test_keys_are_sorted_by_their_bytes_and_not_with_their_values() -> None:
    """``a-b`` is before ``a=`` as a pair, and behind it as a key."""
    expected = hmac.digest(_KEY, b"B=1&a=2&a-b=1&et=0&\xc3\xa6=1&\xff=", "sha256").hex()

    assert sign("\xff=&et=0&a-b=1&B=1&\xc3\xa6=1&a=2", _KEY) == expected


def test_a_pair_without_a_value_is_signed_as_it_stands() -> None:
    """``a`` is not ``a=``."""
    assert sign("a&b", _KEY) == hmac.digest(_KEY, b"a&b", "sha256").hex() != sign("a=&b", _KEY)


@pytest.mark.parametrize(
    ("digest", "problem"),
    [
        pytest.param("", "is missing", id="missing"),
        pytest.param("&et_digest=", "is not 64", id="empty"),
        pytest.param("&et_digest", "is not 64", id="without equals"),
        pytest.param(f"&et_digest={COLA_DIGEST[:-1]}", "is not 64", id="too short"),
        pytest.param(f"&et_digest={COLA_DIGEST}0", "is not 64", id="too long"),
        pytest.param(f"&et_digest={COLA_DIGEST[:-1]}g", "is not 64", id="no digit"),
        pytest.param(f"&et_digest=+{COLA_DIGEST[1:]}", "is not 64", id="a space"),
        pytest.param(f"&et_digest={COLA_DIGEST}%0A", "is not 64", id="a line break"),
        pytest.param(f"&et_digest={COLA_DIGEST[:-1]}\u0660", "is not 64", id="an Arabic digit"),
        pytest.param("&et_digest=" + "0" * 64, "does not match", id="zeros"),
        pytest.param(f"&et_digest={COLA_PERCENT_DIGEST}", "does not match", id="another's"),
        pytest.param(f"&ET_DIGEST={COLA_DIGEST}", "is missing", id="name in upper case"),
        pytest.param(f"&et_digest={COLA_DIGEST}" * 2, "is given twice", id="twice"),
    ],
)
def test_a_wrong_digest_is_refused(digest: str, problem: str) -> None:
    """By a phrase that says what is wrong and never what would be right."""
    with pytest.raises(BadHit) as caught:
        verify(COLA + digest, [_KEY])

    assert caught.value.reason.startswith(f"et_digest {problem}")
    assert COLA_DIGEST not in caught.value.reason


def test_every_change_is_noticed() -> None:
    """Each character changed, taken out or put in twice; only an empty pair is none."""
    for index, character in enumerate(COLA_SORTED):
        for forged in {"", chr(ord(character) ^ 1), character * 2} - {"&&"}:
            query = f"{COLA_SORTED[:index]}{forged}{COLA_SORTED[index + 1 :]}"
            with pytest.raises(BadHit, match="et_digest does not match"):
                verify(f"{query}&et_digest={COLA_DIGEST}", [_KEY])


@pytest.mark.parametrize("added", ["et_added=2026-11-21", "et_point_of_sale=x", "x", "=", "%26"])
def test_what_was_added_to_a_signed_query_is_noticed(added: str) -> None:
    """Whether or not it is one of the vendor's parameters."""
    for query in (f"{added}&{COLA}", f"{COLA}&{added}"):
        with pytest.raises(BadHit, match="et_digest does not match"):
            verify(f"{query}&et_digest={COLA_DIGEST}", [_KEY])


def test_digests_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the one function that was made for it, so that no digest can be guessed bit by bit."""
    compared: list[tuple[bytes, bytes]] = []

    def compare(ours: bytes, theirs: bytes) -> bool:
        compared.append((ours, theirs))
        return False

    monkeypatch.setattr(hmac, "compare_digest", compare)

    with pytest.raises(BadHit):
        verify(f"{COLA}&et_digest={COLA_DIGEST}", [_KEY])
    assert compared == [(bytes.fromhex(COLA_DIGEST), bytes.fromhex(COLA_DIGEST))]


@thorough(300)
@given(query=st.binary(max_size=200), key=st.binary(min_size=1, max_size=80))
def test_what_was_signed_is_verified(query: bytes, key: bytes) -> None:
    """Any bytes at all, under any key."""
    text = query.replace(b"et_digest", b"").decode("latin-1")

    verify(f"{text}&et_digest={sign(text, key)}", [key])
