from __future__ import annotations

from unicodedata import normalize

import pytest

from tests.stores.values import all_of, arrival
from wsgi_salestrack.stores.base import Store

CAFE = "caf\N{LATIN SMALL LETTER E WITH ACUTE}"

# Two texts of each pair are different texts, however much alike a database may find them.
PAIRS = {
    "leading zeros": ("0012", "12"),
    "number and float": ("12", "12.0"),
    "exponent": ("1000", "1e3"),
    "case": ("Order-A", "order-a"),
    "trailing space": ("A12", "A12 "),
    "leading space": ("A12", " A12"),
    "space within": ("A 12", "A12"),
    "tab": ("A\t12", "A 12"),
    "composed and decomposed": (CAFE, normalize("NFD", CAFE)),
    "accent": (CAFE, "cafe"),
    "sharp s": ("stra\N{LATIN SMALL LETTER SHARP S}e", "strasse"),
    "dotless i": ("\N{LATIN SMALL LETTER DOTLESS I}1", "i1"),
    "full width": ("\N{FULLWIDTH DIGIT ONE}2", "12"),
    "invisible": ("A\N{ZERO WIDTH SPACE}12", "A12"),
    "beyond the basic plane": ("\N{PILE OF POO}", "\N{GRINNING FACE}"),
}
pairs = pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS.keys())


class ReferencesContract:
    """References, scopes and sites are texts exactly as they were sent."""

    @pytest.mark.parametrize(
        "reference",
        ["12345678", "0012", "1e5", "true", "NULL", "x" * 255, "\N{PILE OF POO}" * 255, "'\"\\%_;"],
        ids=lambda text: ascii(text)[:20],
    )
    def test_a_reference_stays_text(self, store: Store, site: str, reference: str) -> None:
        """Even the first one of all, from which a database may guess what a column holds."""
        first = store.record(site, arrival(reference))
        second = store.record(site, arrival(reference))

        assert second.id == first.id
        assert [found.conversion.reference for found in all_of(store, site)] == [reference]

    @pairs
    def test_references_that_look_alike_are_different(
        self, store: Store, site: str, pair: tuple[str, str]
    ) -> None:
        """Two orders, counted as two, and each of them once."""
        outcomes = [store.record(site, arrival(reference)).outcome for reference in pair * 2]

        assert outcomes == ["recorded", "recorded", "duplicate", "duplicate"]
        assert {found.conversion.reference for found in all_of(store, site)} == set(pair)

    @pairs
    def test_scopes_that_look_alike_are_different(
        self, store: Store, site: str, pair: tuple[str, str]
    ) -> None:
        """The same reference in two of them is two orders."""
        outcomes = [store.record(site, arrival(scope=scope)).outcome for scope in pair * 2]

        assert outcomes == ["recorded", "recorded", "duplicate", "duplicate"]

    @pairs
    def test_sites_that_look_alike_are_different(
        self, store: Store, site: str, pair: tuple[str, str]
    ) -> None:
        """One shop never sees another's sales."""
        sites = [f"{site}{name}." for name in pair]
        outcomes = [store.record(name, arrival()).outcome for name in sites * 2]

        assert outcomes == ["recorded", "recorded", "duplicate", "duplicate"]
        assert [len(all_of(store, name)) for name in sites] == [1, 1]

    def test_without_a_reference_every_arrival_counts(self, store: Store, site: str) -> None:
        """Nobody can tell whether it is the same again."""
        ids = {store.record(site, arrival(None)).id for _ in range(3)}

        assert len(ids) == len(all_of(store, site)) == 3

    def test_a_reference_may_be_kept_and_every_arrival_count(self, store: Store, site: str) -> None:
        """Where the dialect permits repeats, beside the one that counts once or without it."""
        arrivals = [arrival(deduped=deduped) for deduped in (False, True, False, True, False)]

        recorded = [store.record(site, coming) for coming in arrivals]

        outcomes = [found.outcome for found in recorded]
        assert outcomes == ["recorded", "recorded", "recorded", "duplicate", "recorded"]
        assert len({found.id for found in recorded}) == 4
        assert [found.conversion.reference for found in all_of(store, site)] == ["1001"] * 4

    @pytest.mark.parametrize(
        ("reference", "deduped"), [("1001", True), ("1001", False), (None, True), (None, False)]
    )
    def test_whether_it_counts_once_is_read_back(
        self, store: Store, site: str, *, reference: str | None, deduped: bool
    ) -> None:
        """A replay tells the same conversion as the first time."""
        recorded = store.record(site, arrival(reference, deduped=deduped))

        (found,) = all_of(store, site)
        assert found.conversion == recorded.conversion
        assert found.conversion.deduped == (deduped or reference is None)

    def test_sources_share_the_scope_they_name(self, store: Store, site: str) -> None:
        """The same order by pixel, API and call is one row."""
        for source in ("target", "xmlrpc", "api", "import"):
            store.record(site, arrival(source=source))

        assert len(all_of(store, site)) == 1
