"""The shop's own tables. Money is integer cents of a US dollar, times are ISO 8601 in UTC."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    event,
    text,
)
from sqlalchemy.schema import SchemaItem

__all__ = ["conversions", "metadata", "order_lines", "orders", "products", "subscribers"]

FIRST_ORDER_NUMBER = 1001

metadata = MetaData()


def _table(name: str, *items: SchemaItem, **options: Any) -> Table:
    """A table in which text is the same only where each character is, on MariaDB and MySQL too."""
    for dialect in ("mariadb", "mysql"):
        options |= {f"{dialect}_charset": "utf8mb4", f"{dialect}_collate": "utf8mb4_bin"}
    return Table(name, metadata, *items, **options)


products = _table(
    "products",
    Column("slug", String(100), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", String(100), nullable=False),
    Column("blurb", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("made_of", String(200), nullable=False),
    Column("cents", Integer, CheckConstraint("cents > 0"), nullable=False),
    Column("stock", Integer, CheckConstraint("stock >= 0"), nullable=False),
    # Which drawing, and its three colours.
    Column("motif", String(20), nullable=False),
    Column("ground", String(7), nullable=False),
    Column("main", String(7), nullable=False),
    Column("accent", String(7), nullable=False),
)

orders = _table(
    "orders",
    Column("number", Integer, Identity(start=FIRST_ORDER_NUMBER), primary_key=True),
    # In the order page's address; numbers can be guessed.
    Column("key", String(22), nullable=False, unique=True),
    # One filled form buys once, however often it is sent.
    Column("attempt", String(22), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("email", String(254), nullable=False),
    Column(
        "status",
        String(10),
        CheckConstraint("status IN ('placed', 'cancelled')"),
        nullable=False,
        server_default="placed",
    ),
    Column("placed_at", String(40), nullable=False),
    # What Identity says, for the databases that have none.
    mariadb_auto_increment=str(FIRST_ORDER_NUMBER),
    mysql_auto_increment=str(FIRST_ORDER_NUMBER),
    sqlite_autoincrement=True,
)


@event.listens_for(orders, "after_create")
def _count_from_first_number(_table: Table, connection: Connection, **_: Any) -> None:
    if connection.dialect.name == "sqlite":
        statement = text("INSERT INTO sqlite_sequence (name, seq) VALUES ('orders', :seq)")
        connection.execute(statement, {"seq": FIRST_ORDER_NUMBER - 1})


order_lines = _table(
    "order_lines",
    Column("order_number", ForeignKey(orders.c.number), primary_key=True),
    Column("slug", ForeignKey(products.c.slug), primary_key=True),
    # As sold: a product may be renamed or cost more later.
    Column("name", String(100), nullable=False),
    Column("quantity", Integer, CheckConstraint("quantity > 0"), nullable=False),
    Column("unit_cents", Integer, CheckConstraint("unit_cents > 0"), nullable=False),
)

subscribers = _table(
    "subscribers",
    # What the links in a mail carry instead of the address.
    Column("contact", String(100), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("email", String(254), nullable=False, unique=True),
)

# What salestrack's signals told the shop (tracking.py): the shop's own copy, to join with orders.
conversions = _table(
    "conversions",
    # The tracker's id: the same signal again is the same row.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("scope", String(100), nullable=False),
    Column("reference", String(255)),
    Column("order_number", ForeignKey(orders.c.number), index=True),
    Column("revenue_cents", BigInteger),
    Column("currency", String(3)),
    Column("quantity", BigInteger),
    Column("contact", String(100)),
    Column("newsletter", String(100)),
    Column("link", String(100)),
    Column("list", String(100)),
    Column("occurred_at", String(40), nullable=False),
)
