"""The SQL that looks for a name within other text, and puts a stand-in there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

_NAMES: Final = ("subscription", "list", "newsletter", "link")
_OF_TOUCH: Final = tuple(f"touch_{name}" for name in _NAMES)
_OF_BOTH: Final = (*_OF_TOUCH, *(f"referral_{name}" for name in _NAMES))
# A link may be called as its page's address is.
_LINKS: Final = ("touch_link", "referral_link")
_PERSONS: Final = ("touch_contact", "referral_contact", "customer_ref")
_NAMED: Final = (
    "touch_contact IS NOT NULL OR referral_contact IS NOT NULL OR customer_ref IS NOT NULL"
)


class TextTable(NamedTuple):
    """Where text is kept.

    :param key: what tells which row it is, beside the site.
    :param names: columns of what is counted by: the same name is the same wherever it stands.
    :param texts: columns that are each row's own.
    :param encoded: those of them in which a name may be spelled as in an address or in JSON.
    :param copies: those that hold, if anything, what another one does.
    :param is_others: whether a row is somebody else's, once the person was taken out of theirs.
    :param ids: columns of names by which rows belong together, and that none is changed in.
    """

    name: str
    key: tuple[str, ...]
    names: tuple[str, ...]
    texts: tuple[str, ...]
    is_others: str
    encoded: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    @property
    def searched(self) -> tuple[str, ...]:
        """Columns in which a name is looked for as it is."""
        searched = (*self.names, *self.texts, *self.ids)
        return tuple(name for name in searched if name not in self.copies)


class TextStatements:
    """All statements of it.

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str]) -> None:
        self._table = table
        conversions, bought = table("conversions"), table("lines")
        of_others = (
            f"EXISTS (SELECT 1 FROM {conversions} sale WHERE sale.site = here.site "
            "AND sale.id = here.conversion AND sale.erased = 0)"
        )
        sold_to_others = (
            f"EXISTS (SELECT 1 FROM {bought} bought JOIN {conversions} sale "
            "ON sale.site = bought.site AND sale.id = bought.conversion "
            "WHERE bought.site = here.site AND bought.product_id = here.product_id "
            "AND sale.erased = 0)"
        )
        earned_on_others = (
            f"EXISTS (SELECT 1 FROM {table('commissions')} entry JOIN {conversions} sale "
            "ON sale.site = entry.site AND sale.id = entry.conversion "
            "WHERE entry.site = here.site AND entry.id = here.commission AND sale.erased = 0)"
        )
        self.tables: Final = (
            TextTable(
                "clicks",
                ("id",),
                _OF_TOUCH,
                ("destination",),
                "touch_contact IS NOT NULL",
                encoded=("touch_link", "destination"),
                ids=("touch_contact",),
            ),
            TextTable(
                "conversions",
                ("id",),
                (*_OF_BOTH, "target", "point_of_sale", "affiliate_link"),
                ("reference", "dedupe_key"),
                _NAMED,
                encoded=_LINKS,
                copies=("dedupe_key",),
                ids=_PERSONS,
            ),
            TextTable(
                "claims",
                ("reference", "customer_ref", "visitor"),
                _OF_BOTH,
                (),
                _NAMED,
                encoded=_LINKS,
                ids=_PERSONS,
            ),
            TextTable("adjustments", ("id",), (), ("reference",), of_others),
            TextTable("conflicts", ("id",), (), ("lost",), of_others, encoded=("lost",)),
            TextTable(
                "products",
                ("product_id",),
                (),
                ("name", "categories"),
                sold_to_others,
                encoded=("categories",),
                ids=("product_id",),
            ),
            TextTable(
                "identities", ("customer_ref",), (), (), "1 = 1", ids=("contact", "customer_ref")
            ),
            TextTable("commission_states", ("id",), (), ("reason",), earned_on_others),
            TextTable(
                "publishers",
                ("publisher",),
                (),
                ("name",),
                "publisher IS NOT NULL",
                ids=("publisher", "contact", "customer_ref"),
            ),
            TextTable("payouts", ("id",), (), ("name",), "publisher IS NOT NULL"),
        )

    def select(self, of: TextTable, searched: Sequence[str]) -> str:
        """The query for the rows of a table that have a ``:pattern`` in one of some columns.

        A row is its key, the values of its names, texts and ids, and whether it is somebody else's.
        """
        columns = (*of.names, *of.texts, *of.ids)
        like = " OR ".join(f"LOWER({name}) LIKE LOWER(:pattern) ESCAPE '!'" for name in searched)
        return (
            f"SELECT {', '.join((*of.key, *columns))}, "
            f"CASE WHEN {of.is_others} THEN 1 ELSE 0 END "
            f"FROM {self._table(of.name)} here WHERE site = :site AND ({like})"
        )

    def update(self, of: TextTable, column: str) -> str:
        """The change of one column from ``:known`` to ``:masked``, in the row with a key."""
        key = " AND ".join(f"{name} = :{name}" for name in of.key)
        return (
            f"UPDATE {self._table(of.name)} SET {column} = :masked "
            f"WHERE site = :site AND {key} AND {column} = :known"
        )
