-- The shop's own tables. Money is integer cents of a US dollar, times are ISO 8601 in UTC.

CREATE TABLE IF NOT EXISTS products (
    slug        TEXT PRIMARY KEY,
    position    INTEGER NOT NULL,
    name        TEXT NOT NULL,
    blurb       TEXT NOT NULL,
    description TEXT NOT NULL,
    made_of     TEXT NOT NULL,
    cents       INTEGER NOT NULL CHECK (cents > 0),
    stock       INTEGER NOT NULL CHECK (stock >= 0),
    motif       TEXT NOT NULL,   -- which drawing, and its three colours
    ground      TEXT NOT NULL,
    main        TEXT NOT NULL,
    accent      TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS orders (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    key          TEXT NOT NULL UNIQUE,   -- in the order page's address; numbers can be guessed
    attempt      TEXT NOT NULL UNIQUE,   -- one filled form buys once, however often it is sent
    name         TEXT NOT NULL,
    email        TEXT NOT NULL,
    status       TEXT NOT NULL DEFAULT 'placed' CHECK (status IN ('placed', 'cancelled')),
    placed_at    TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS order_lines (
    order_number INTEGER NOT NULL REFERENCES orders (number),
    slug         TEXT NOT NULL REFERENCES products (slug),
    name         TEXT NOT NULL,          -- as sold: a product may be renamed or cost more later
    quantity     INTEGER NOT NULL CHECK (quantity > 0),
    unit_cents   INTEGER NOT NULL CHECK (unit_cents > 0),
    PRIMARY KEY (order_number, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS subscribers (
    contact TEXT PRIMARY KEY,            -- what the links in a mail carry instead of the address
    name    TEXT NOT NULL,
    email   TEXT NOT NULL UNIQUE COLLATE NOCASE
) STRICT;

-- What salestrack's signals told the shop (tracking.py): the shop's own copy, to join with orders.
CREATE TABLE IF NOT EXISTS conversions (
    id            INTEGER PRIMARY KEY,   -- the tracker's id: the same signal again is the same row
    scope         TEXT NOT NULL,
    reference     TEXT,
    order_number  INTEGER REFERENCES orders (number),
    revenue_cents INTEGER,
    currency      TEXT,
    quantity      INTEGER,
    contact       TEXT,
    newsletter    TEXT,
    link          TEXT,
    list          TEXT,
    occurred_at   TEXT NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS conversions_of_an_order ON conversions (order_number);
