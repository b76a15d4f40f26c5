"""The SQL that looks for a name within other text, and puts a stand-in there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

_NAMES: Final = ("subscription", "list", "newsletter", "link")
_OF_TOUCH: Final = tuple(f"touch_{name}" for name in _NAMES)
_OF_BOTH: Final = (*_OF_TOUCH, *(f"referral_{name}" for name in _NAMES))
_PERSONS: Final = ("touch_contact", "referral_contact", "customer_ref")
_PUBLISHERS: Final = ("touch_publisher", "referral_publisher")


class TextTable(NamedTuple):
    """Where text is kept.

    :param key: what tells which row it is, beside the site.
    :param names: columns of what is counted by: the same name is the same wherever it stands.
    :param texts: columns that are each row's own.
    :param ids: columns of names by which rows belong together, and that none is changed in.
    :param persons: those of them that say, if they hold anything, that a row is somebody else's.
    :param sales: where the sales are that a row, ``here``, belongs to; it is somebody else's, if
        one of these is nobody's who was forgotten.
    :param copies: columns that hold, if anything, what another one does.
    """

    name: str
    key: tuple[str, ...]
    names: tuple[str, ...]
    texts: tuple[str, ...]
    ids: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    sales: str = ""
    copies: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns in which a name may stand."""
        return (*self.names, *self.texts, *self.ids)

    @property
    def searched(self) -> tuple[str, ...]:
        """Columns in which a name is looked for."""
        return tuple(name for name in self.columns if name not in self.copies)


class TextStatements:
    """All statements of it.

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str]) -> None:
        self._table = table
        conversions, bought = table("conversions"), table("lines")
        of_sale = (
            f"{conversions} sale WHERE sale.site = here.site "
            "AND sale.id = here.conversion AND sale.erased = 0"
        )
        sold = (
            f"{bought} bought JOIN {conversions} sale "
            "ON sale.site = bought.site AND sale.id = bought.conversion "
            "WHERE bought.site = here.site AND bought.product_id = here.product_id "
            "AND sale.erased = 0"
        )
        earned = (
            f"{table('commissions')} entry JOIN {conversions} sale "
            "ON sale.site = entry.site AND sale.id = entry.conversion "
            "WHERE entry.site = here.site AND entry.id = here.commission AND sale.erased = 0"
        )
        self.tables: Final = (
            TextTable(
                "clicks",
                ("id",),
                _OF_TOUCH,
                ("destination",),
                ids=("touch_contact", "touch_publisher"),
                persons=("touch_contact",),
            ),
            TextTable(
                "conversions",
                ("id",),
                (*_OF_BOTH, "target", "point_of_sale", "affiliate_link"),
                ("reference", "dedupe_key"),
                ids=(*_PERSONS, *_PUBLISHERS),
                persons=_PERSONS,
                copies=("dedupe_key",),
            ),
            TextTable(
                "claims",
                ("reference", "customer_ref", "visitor"),
                _OF_BOTH,
                (),
                ids=(*_PERSONS, *_PUBLISHERS),
                persons=_PERSONS,
            ),
            TextTable("adjustments", ("id", "conversion"), (), ("reference",), sales=of_sale),
            TextTable("conflicts", ("id", "conversion"), (), ("lost",), sales=of_sale),
            TextTable(
                "products",
                ("product_id",),
                (),
                ("name", "categories"),
                ids=("product_id",),
                sales=sold,
            ),
            _ids("identities", ("customer_ref",), "contact", "customer_ref"),
            _ids("separations", ("id",), "contact", "customer_ref"),
            TextTable("commission_states", ("id",), (), ("reason",), sales=earned),
            _ids("commissions", ("id",), "publisher"),
            TextTable(
                "publishers",
                ("publisher",),
                (),
                ("name",),
                ids=("publisher", "parent", "contact", "customer_ref"),
                persons=("publisher",),
            ),
            TextTable(
                "payouts", ("id",), (), ("name",), ids=("publisher",), persons=("publisher",)
            ),
        )

    def select(self, of: TextTable) -> str:
        """The query for the rows of a table that have a ``:pattern`` in one of its columns.

        A row is its key, the values of its columns, and whether one of its sales is not erased.
        """
        like = " OR ".join(f"LOWER({name}) LIKE LOWER(:pattern) ESCAPE '!'" for name in of.searched)
        is_sold = f"CASE WHEN EXISTS (SELECT 1 FROM {of.sales}) THEN 1 ELSE 0 END"
        return (
            f"SELECT {', '.join((*of.key, *of.columns))}, {is_sold if of.sales else '0'} "
            f"FROM {self._table(of.name)} here WHERE site = :site AND ({like})"
        )

    def select_sales(self, of: TextTable) -> str:
        """The query for ``:most`` ids of the sales that the row with a key belongs to."""
        sale, rest = of.sales.split(" WHERE ")
        key = " AND ".join(f"here.{name} = :{name}" for name in of.key)
        return (
            f"SELECT DISTINCT sale.id FROM {self._table(of.name)} here, {sale} "
            f"WHERE here.site = :site AND {key} AND {rest} LIMIT :most"
        )

    def update(self, of: TextTable, column: str) -> str:
        """The change of one column from ``:known`` to ``:masked``, in the row with a key."""
        key = " AND ".join(f"{name} = :{name}" for name in of.key)
        return (
            f"UPDATE {self._table(of.name)} SET {column} = :masked "
            f"WHERE site = :site AND {key} AND {column} = :known"
        )


def _ids(name: str, key: tuple[str, ...], *ids: str) -> TextTable:
    """A table that has nothing but names by which rows belong together."""
    return TextTable(name, key, (), (), ids=ids)
