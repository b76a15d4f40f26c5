"""The tables in SQLite, as numbered steps: a step that was released is never changed."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from sqlite_utils import Database, Migrations

from ..errors import SchemaError
from .totals_schema import totals_ddl

MIGRATIONS: Final = Migrations("salestrack")

# Explicit and STRICT: an inferred schema makes a first reference "0012" an integer.
_TOUCH = """
    {0}_at INTEGER,
    {0}_contact TEXT,
    {0}_subscription TEXT,
    {0}_list TEXT,
    {0}_newsletter TEXT,
    {0}_link TEXT,
    {0}_publisher TEXT"""


@MIGRATIONS()
def clicks_and_conversions(database: Database) -> None:
    """The first tables. Times are microseconds since 1970 in UTC, money is minor units."""
    for statement in (
        f"""CREATE TABLE clicks (
            id INTEGER PRIMARY KEY,
            site TEXT NOT NULL,
            day TEXT NOT NULL,
            visitor INTEGER,
            verdict TEXT NOT NULL,
            destination TEXT NOT NULL,
            {_TOUCH.format("touch")}
        ) STRICT""",
        "CREATE INDEX clicks_by_contact ON clicks (site, touch_contact, touch_at)",
        "CREATE INDEX clicks_by_visitor ON clicks (site, visitor) WHERE visitor IS NOT NULL",
        f"""CREATE TABLE conversions (
            id INTEGER PRIMARY KEY,
            site TEXT NOT NULL,
            scope TEXT NOT NULL,
            dedupe_key TEXT,
            source TEXT NOT NULL,
            signed INTEGER NOT NULL,
            target TEXT,
            reference TEXT,
            revenue INTEGER,
            currency TEXT,
            exponent INTEGER,
            quantity INTEGER,
            named_by INTEGER NOT NULL,
            customer_ref TEXT,
            point_of_sale TEXT,
            occurred_at INTEGER NOT NULL,
            day TEXT NOT NULL,
            recorded_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            visitor INTEGER,
            unsent TEXT,
            cancelled INTEGER NOT NULL,
            refunded INTEGER NOT NULL,
            erased INTEGER NOT NULL,
            affiliate_link TEXT,
            terms TEXT,
            {_TOUCH.format("touch")},
            {_TOUCH.format("referral")},
            UNIQUE (site, scope, dedupe_key),
            CHECK ((revenue IS NULL) = (currency IS NULL)),
            CHECK ((revenue IS NULL) = (exponent IS NULL))
        ) STRICT""",
        "CREATE INDEX conversions_by_time ON conversions (site, occurred_at)",
        "CREATE INDEX conversions_unsent ON conversions (site, id) WHERE unsent IS NOT NULL",
        # Of those alone that say whose browser it was: a hit without has no index to keep up.
        """CREATE INDEX conversions_by_visitor ON conversions (site, visitor)
            WHERE visitor IS NOT NULL AND COALESCE(customer_ref, '') <> ''""",
        """CREATE INDEX conversions_by_customer ON conversions (site, customer_ref)
            WHERE customer_ref IS NOT NULL""",
        """CREATE TABLE products (
            site TEXT NOT NULL,
            product_id TEXT NOT NULL,
            name TEXT NOT NULL,
            categories TEXT NOT NULL,
            PRIMARY KEY (site, product_id)
        ) STRICT""",
        # In the order of their keys: the lines of a sale lie beside each other.
        """CREATE TABLE lines (
            site TEXT NOT NULL,
            conversion INTEGER NOT NULL REFERENCES conversions (id),
            position INTEGER NOT NULL,
            product_id TEXT NOT NULL,
            quantity INTEGER NOT NULL,
            unit_price INTEGER NOT NULL,
            is_first INTEGER NOT NULL,
            returned INTEGER NOT NULL,
            PRIMARY KEY (site, conversion, position)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE conflicts (
            id INTEGER PRIMARY KEY,
            site TEXT NOT NULL,
            conversion INTEGER NOT NULL REFERENCES conversions (id),
            at INTEGER NOT NULL,
            lost TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX conflicts_by_conversion ON conflicts (site, conversion)",
        # What becomes of a conversion later, whose it is, and who earns on it.
        """CREATE TABLE adjustments (
            id INTEGER PRIMARY KEY,
            site TEXT NOT NULL,
            conversion INTEGER NOT NULL REFERENCES conversions (id),
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            reference TEXT,
            amount INTEGER,
            currency TEXT,
            exponent INTEGER,
            returned TEXT NOT NULL,
            unsent TEXT,
            UNIQUE (site, conversion, reference)
        ) STRICT""",
        "CREATE INDEX adjustments_unsent ON adjustments (site, id) WHERE unsent IS NOT NULL",
        f"""CREATE TABLE claims (
            site TEXT NOT NULL,
            reference TEXT NOT NULL,
            customer_ref TEXT NOT NULL,
            visitor INTEGER NOT NULL,
            at INTEGER NOT NULL,
            {_TOUCH.format("touch")},
            {_TOUCH.format("referral")},
            PRIMARY KEY (site, reference, customer_ref, visitor)
        ) STRICT""",
        """CREATE TABLE identities (
            site TEXT NOT NULL,
            customer_ref TEXT NOT NULL,
            contact TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (site, customer_ref)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX identities_by_contact ON identities (site, contact)",
        # Links between two of the three that were taken out, or put back; the latest row counts.
        """CREATE TABLE separations (
            id INTEGER PRIMARY KEY,
            site TEXT NOT NULL,
            visitor INTEGER,
            contact TEXT,
            customer_ref TEXT,
            apart INTEGER NOT NULL,
            at INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX separations_by_customer ON separations (site, customer_ref)",
        """CREATE TABLE publishers (
            site TEXT NOT NULL,
            publisher TEXT NOT NULL,
            name TEXT,
            parent TEXT,
            rules TEXT NOT NULL,
            contact TEXT,
            customer_ref TEXT,
            PRIMARY KEY (site, publisher)
        ) STRICT""",
        """CREATE TABLE commissions (
            id INTEGER PRIMARY KEY,
            site TEXT NOT NULL,
            conversion INTEGER NOT NULL REFERENCES conversions (id),
            publisher TEXT NOT NULL,
            tier INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            currency TEXT NOT NULL,
            exponent INTEGER NOT NULL,
            rule TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX commissions_by_conversion ON commissions (site, conversion)",
        "CREATE INDEX commissions_by_publisher ON commissions (site, publisher)",
        """CREATE TABLE commission_states (
            id INTEGER PRIMARY KEY,
            site TEXT NOT NULL,
            commission INTEGER NOT NULL REFERENCES commissions (id),
            state TEXT NOT NULL,
            reason TEXT,
            at INTEGER NOT NULL,
            UNIQUE (site, commission, state)
        ) STRICT""",
        """CREATE TABLE payouts (
            id INTEGER PRIMARY KEY,
            site TEXT NOT NULL,
            publisher TEXT NOT NULL,
            name TEXT,
            currency TEXT NOT NULL,
            exponent INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            sales INTEGER NOT NULL,
            at INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX payouts_by_publisher ON payouts (site, publisher)",
        """CREATE TABLE payout_states (
            id INTEGER PRIMARY KEY,
            site TEXT NOT NULL,
            payout INTEGER NOT NULL REFERENCES payouts (id),
            state TEXT NOT NULL,
            at INTEGER NOT NULL,
            UNIQUE (site, payout, state)
        ) STRICT""",
        # An entry is held by at most one payout; of one that was dropped, ``held`` is NULL.
        """CREATE TABLE payout_entries (
            site TEXT NOT NULL,
            payout INTEGER NOT NULL REFERENCES payouts (id),
            commission INTEGER NOT NULL REFERENCES commissions (id),
            held INTEGER,
            PRIMARY KEY (site, payout, commission),
            UNIQUE (site, commission, held),
            CHECK (held = 1)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE hits (
            id INTEGER PRIMARY KEY,
            site TEXT NOT NULL,
            at INTEGER NOT NULL,
            protocol TEXT NOT NULL,
            outcome TEXT NOT NULL,
            reason TEXT NOT NULL,
            parameters TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX hits_by_time ON hits (site, at)",
        *totals_ddl(),
    ):
        database.execute(statement)


# What an empty database lacks is all that there is.
with closing(Database(memory=True)) as _empty:
    _KNOWN: Final = frozenset(step.name for step in MIGRATIONS.pending(_empty))


def pending_steps(database: Database) -> list[str]:
    """The names of the steps that are still to be taken.

    :raises SchemaError: if the database has steps that this code does not know.
    """
    unknown = {step.name for step in MIGRATIONS.applied(database)} - _KNOWN
    if unknown:
        raise SchemaError(
            f"the database was made by a newer salestrack (it has the step {min(unknown)}); "
            "upgrade this one with: pip install --upgrade flask-salestrack"
        )
    return [step.name for step in MIGRATIONS.pending(database)]
