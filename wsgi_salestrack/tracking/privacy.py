"""What is kept of a person, being rid of it, and for how long it is kept at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Final

import msgspec

from ..checks import LONGEST_NAME, check_text, utc
from ..days import check_day_or_moment, first_moment, words_of
from ..errors import BadValue
from ..hits import KEPT_FOR
from ..personal_data import SECTIONS, PersonalItem
from ..privacy import Forgotten, Limits, Retained, Watch, unwatched
from .core import Core

# Decimals become text, for many a JSON reader would make a float of a number.
_JSON: Final = msgspec.json.Encoder(decimal_format="string")


class Privacy(Core):
    """What a tracker does for those whom it knows something of.

    A person is the contact, the customers that ``identify`` tied to it, the subscriptions that
    stand beside it alone, and the browsers of its clicks and orders. Of a browser that is somebody
    else's as well, only what names the contact is theirs.
    """

    def export(self, contact: str) -> Iterator[str]:
        """All that is stored of a contact: one JSON document, in pieces.

        Times are ISO 8601 in UTC, amounts are text with their currency, ids are text. There may be
        any number of clicks; only some at a time are in memory::

            with open("c81.json", "w") as file:
                file.writelines(tracker.export("c81"))

        :raises BadValue: if the contact is none.
        :raises StoreError: if the store can't be read, or there is none.
        """
        check_text("contact", contact, LONGEST_NAME)
        site = self.config.site
        names, items = self.store.personal_data(site, contact)
        head = {
            "contact": contact,
            "site": site,
            "exported_at": self.now(),
            **msgspec.structs.asdict(names),
        }
        return _document(head, items)

    def forget(
        self,
        contact: str,
        *,
        references: bool = False,
        scrub: bool = True,
        dry_run: bool = False,
        watch: Watch = unwatched,
    ) -> Forgotten:
        """Take a contact out of all that is stored; what counts goes on counting.

        Totals by newsletter, link, publisher, list, target, day and product stay to the cent, and
        so do commissions. A repeat of a hit that is stored, such as a page that is loaded again,
        does not bring the contact back; a new click or a new order does.

        If it fails half-way, call it again: it goes on with what is left.

        :param references: take out the numbers of orders and of refunds as well. From then on a
            repeat of such an order counts anew.
        :param scrub: overwrite the old bytes; no, where :meth:`scrub` is called after several.
        :param dry_run: only say what would be changed, and what left.
        :param watch: told how far it is.
        :raises BadValue: if the contact is none.
        :raises NotErased: if rows were changed, but a file may still hold old bytes.
        :raises StoreError: if it could not be written, or there is no store.
        """
        check_text("contact", contact, LONGEST_NAME)
        forgotten = self.store.forget(
            self.config.site, contact, references=references, dry_run=dry_run, watch=watch
        )
        if dry_run or not scrub:
            return forgotten
        return msgspec.structs.replace(forgotten, remains=self.scrub())

    def scrub(self, *, large: bool = False) -> str | None:
        """Overwrite the old bytes of what was changed or deleted, as far as we can.

        A SQLite file is written anew, and its log is emptied.

        :param large: even a file that takes so long that hits are refused meanwhile.
        :returns: what may still hold them, and how to be rid of it: a database server's own files.
        :raises NotErased: if a file may still hold them; says which, and why.
        """
        return self.store.scrub(large=large)

    def apply_retention(
        self,
        *,
        clicks_before: date | datetime | None = None,
        personal_before: date | datetime | None = None,
        dry_run: bool = False,
        watch: Watch = unwatched,
    ) -> Retained:
        """Be rid of what is too old to be kept; hits that recorded nothing, after 30 days.

        :param clicks_before: delete clicks from before that day in the shop's time zone, or that
            moment. What reports say of clicks and visitors begins there from then on, and so does
            what attribution models see.
        :param personal_before: of clicks and conversions from before, keep nothing that tells who
            it was: they count as before. Claims, and customers and separations that nothing newer
            is known of, are deleted.
        :param dry_run: only say how many rows that is.
        :param watch: told how far it is.
        :raises BadValue: naming the argument; also if it is within the window, for those clicks
            may still be credited.
        :raises StoreError: if it could not be written, or there is no store.
        """
        if clicks_before is None and personal_before is None:
            raise BadValue("clicks_before", "and personal_before are missing; give one of them")
        limits = Limits(
            clicks=self._limit("clicks_before", clicks_before),
            personal=self._limit("personal_before", personal_before),
            hits=self.now() - KEPT_FOR,
        )
        return self.store.retain(self.config.site, limits, dry_run=dry_run, watch=watch)

    def _limit(self, field: str, given: date | datetime | None) -> datetime | None:
        if given is None:
            return None
        check_day_or_moment(field, given)
        limit = utc(field, first_moment(given, self.config.timezone))
        if limit > self.now() - self.config.window:
            raise BadValue(
                field,
                f"is within the window of {words_of(self.config.window)}, in which clicks and "
                "sales still need each other",
            )
        return limit


def _document(head: dict[str, object], items: Iterable[PersonalItem]) -> Iterator[str]:
    """Pieces of a JSON object: what stands at its head, and a list for each kind of item.

    :param items: in the order of ``SECTIONS``.
    """
    yield _JSON.encode(head).decode().removesuffix("}")
    groups = groupby(items, key=type)
    kind, group = next(groups, (None, iter(())))
    for section, name in SECTIONS.items():
        yield f',\n"{name}": ['
        if kind is section:
            for number, item in enumerate(group):
                yield f"{',' if number else ''}\n  {_JSON.encode(item).decode()}"
            kind, group = next(groups, (None, iter(())))
        yield "]"
    yield "\n}\n"
