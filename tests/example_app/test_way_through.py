"""All of it real: a server process, HTTP, two databases, and the command line beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.example_app.http_visitor import HttpVisitor
from tests.example_app.processes import flask_command, running_shop, sales_by


def test_from_the_click_to_the_report(tmp_path: Path) -> None:
    """Click, sealed cookie, redirect, cart, checkout, pixel: one credited sale is reported."""
    instance = tmp_path / "instance"
    with running_shop(instance) as address:
        visitor = HttpVisitor(address)
        click = visitor.get(visitor.read("/newsletter/2026-11?to=c82").link("Ridge socks"))
        pixel = visitor.buy("ridge-socks", 2)

    assert (click.status, click.headers["Location"]) == (302, "/p/ridge-socks")
    for name in ("c82", "2026-11", "hero"):
        assert name not in visitor.cookies["salestrack"]
    assert (pixel.status, pixel.error) == (200, None)
    assert sales_by("newsletter", instance) == {"2026-11": ("USD", "1", "36.00")}
    assert sales_by("link", instance) == {"hero": ("USD", "1", "36.00")}
    assert sales_by("contact", instance) == {"c82": ("USD", "1", "36.00")}
    printed = flask_command(instance, "salestrack", "report", "--by", "newsletter")
    assert "2026-11" in printed
    assert "36.00" in printed


def test_a_landing_link_credits_without_a_redirect(tmp_path: Path) -> None:
    """The page itself sets the cookie, and looks as it does without the token."""
    instance = tmp_path / "instance"
    with running_shop(instance) as address:
        visitor = HttpVisitor(address)
        link = visitor.read("/newsletter/2026-10?to=c83").link("Read about the mittens")
        landed = visitor.get(link)
        plain = visitor.get("/p/lichen-mittens")
        visitor.buy("lichen-mittens", 1)

    assert link.startswith("/p/lichen-mittens?st_token=")
    assert landed.status == 200
    assert landed.body == plain.body
    assert sales_by("newsletter", instance) == {"2026-10": ("USD", "1", "24.00")}
    assert sales_by("link", instance) == {"mittens": ("USD", "1", "24.00")}


def test_both_records_of_a_sale_came_and_one_counted(tmp_path: Path) -> None:
    """The tracker's own table holds one conversion, though checkout and pixel both told of it."""
    instance = tmp_path / "instance"
    with running_shop(instance) as address:
        visitor = HttpVisitor(address)
        visitor.buy("moor-yarn", 3)
        pixel = visitor.get(
            "/salestrack/target/1/?st_revenue=44.85&st_quantity=3&st_currency=USD&st_reference=1001"
        )

    assert pixel.error is None
    with closing(sqlite3.connect(instance / "salestrack.db")) as database:
        found = database.execute("SELECT source, reference FROM conversions").fetchall()
    assert found == [("api", "1001")]
    assert sales_by("newsletter", instance) == {"": ("USD", "1", "44.85")}


def test_a_restarted_shop_knows_its_visitors(tmp_path: Path) -> None:
    """Keys are kept: neither a cart nor the click in the cookie is lost by a restart."""
    instance = tmp_path / "instance"
    with running_shop(instance) as address:
        visitor = HttpVisitor(address)
        visitor.get(visitor.read("/newsletter/2026-11").link("a beanie"))
        visitor.send("/p/harbour-beanie", "/cart/add")
    with running_shop(instance) as address:
        visitor.go_to(address)
        visitor.check_out()

    assert sales_by("link", instance) == {"beanie": ("USD", "1", "27.50")}


def test_a_shop_with_broken_tracking_keeps_selling(tmp_path: Path) -> None:
    """Started with EXAMPLE_BREAK_TRACKING=1, it says so, sells, and the pixel names the failure."""
    instance = tmp_path / "instance"
    with running_shop(instance, BREAK_TRACKING="1") as address:
        visitor = HttpVisitor(address)
        click = visitor.get(visitor.read("/newsletter/2026-11").link("Ridge socks"))
        pixel = visitor.buy("ridge-socks", 1)
        report = visitor.read("/report")

    assert click.status == 302
    assert (pixel.status, pixel.headers["Content-Type"]) == (200, "image/gif")
    assert pixel.error == "not recorded: the store failed"
    assert "Tracking is broken on purpose." in report.words
    assert report.tables["orders"][1][:3] == ["1001", "placed", "$18.00"]
