from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.example_app.customers import Customer
from tests.example_app.rows import rows


def test_the_newest_letter_comes_first(customer: Customer) -> None:
    """The address without a letter leads to the newest one."""
    assert customer.get("/newsletter").location == "/newsletter/2026-11"


@pytest.mark.parametrize("letter", ["2026-11", "2026-10"])
def test_a_mail_has_links_of_both_kinds(customer: Customer, letter: str) -> None:
    """Some redirect, at least one lands on its page at once."""
    links = [link.address for link in customer.read(f"/newsletter/{letter}").links]

    assert sum(link.startswith("/salestrack/r/") for link in links) >= 3
    assert sum("?st_token=" in link for link in links) == 1


def test_each_subscriber_has_links_of_their_own(customer: Customer) -> None:
    """The same letter to two subscribers differs in every tracked link."""
    (ada, grace) = (
        {
            link.address
            for link in customer.read(f"/newsletter/2026-11?to={contact}").links
            if "/r/" in link.address or "st_token" in link.address
        }
        for contact in ("c81", "c82")
    )

    assert len(ada) == len(grace) == 4
    assert not ada & grace


@pytest.mark.parametrize("words", ["Ridge socks", "a beanie", "Read about the blanket", "the shop"])
def test_every_link_of_the_mail_leads_somewhere(customer: Customer, words: str) -> None:
    """Following it ends on a page of the shop."""
    answer = customer.client.get(
        customer.read("/newsletter/2026-11").link(words), follow_redirects=True
    )

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/newsletter/1999-01", "/newsletter/2026-11?to=c999"])
def test_there_is_no_mail_that_was_never_sent(customer: Customer, path: str) -> None:
    """Neither an unknown letter nor an unknown subscriber."""
    assert customer.get(path).status_code == 404


def test_a_signup_is_counted_once(customer: Customer, shop: Flask) -> None:
    """The welcome page carries the pixel of target 2, and not again when it is loaded again."""
    answer = customer.send("/", "/subscribe", email="new@example.com")
    first = customer.read(answer.location)
    second = customer.read(answer.location)

    (pixel,) = first.images
    assert urlsplit(pixel).path == "/salestrack/target/2/"
    assert "ST-Error" not in customer.get(pixel).headers
    assert second.images == []
    assert rows(shop, "SELECT scope, reference, revenue_cents FROM conversions") == [
        ("target:2", None, None)
    ]


def test_a_new_subscriber_sees_their_own_mail_and_nobody_else_does(
    customer: Customer, shop: Flask
) -> None:
    """The mail's links are as good as the subscriber's name."""
    customer.send("/", "/subscribe", email="new@example.com")
    ((contact,),) = rows(shop, "SELECT contact FROM subscribers WHERE email = 'new@example.com'")

    assert "new@example.com" in customer.read("/newsletter/2026-11").words
    assert customer.get(f"/newsletter/2026-11?to={contact}").status_code == 200
    assert Customer(shop).get(f"/newsletter/2026-11?to={contact}").status_code == 404


def test_a_known_address_signs_up_to_nothing_new(customer: Customer, shop: Flask) -> None:
    """Whoever types another's address gets neither their mail nor a second signup."""
    answer = customer.send("/", "/subscribe", email="Grace@Example.com")

    assert customer.read(answer.location).images == []
    assert "ada@example.com" in customer.read("/newsletter/2026-11").words
    assert rows(shop, "SELECT COUNT(*) FROM subscribers") == [(3,)]


def test_a_wrong_address_is_shown_again(customer: Customer, shop: Flask) -> None:
    """The form comes back with the sentence at the field."""
    answer = customer.send("/", "/subscribe", email="nobody")

    assert answer.status_code == 422
    assert "does not look like an e-mail address" in answer.text
    assert 'value="nobody"' in answer.text
    assert rows(shop, "SELECT COUNT(*) FROM subscribers") == [(3,)]
