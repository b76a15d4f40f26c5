"""What stands in the shop's database after its first start."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from example_app.tables import products, subscribers

__all__ = ["SUBSCRIBERS", "fill"]

# slug, name, blurb, description, made of, cents, stock, motif, ground, main, accent
PRODUCTS = [
    (
        "ridge-socks",
        "Ridge socks",
        "Thick, striped, and never cold",
        "Knitted in one piece with a double heel, for boots by day and floors by night.",
        "80% lambswool, 20% nylon. Wash at 30°.",
        1800,
        240,
        "sock",
        "#f2d9c4",
        "#b4472e",
        "#f7ecdc",
    ),
    (
        "harbour-beanie",
        "Harbour beanie",
        "The hat that stays on in wind",
        "A deep ribbed brim to fold once or twice. The bobble comes off for the serious.",
        "100% merino. Wash by hand.",
        2750,
        120,
        "beanie",
        "#cfe0e6",
        "#1f4e66",
        "#e9b44c",
    ),
    (
        "lichen-mittens",
        "Lichen mittens",
        "Warm hands, lined twice",
        "A smooth inner mitten and a rough outer one, knitted together at the cuff.",
        "Outside wool, inside alpaca. Wash by hand.",
        2400,
        90,
        "mitten",
        "#e3e6c8",
        "#5d7434",
        "#f1efdc",
    ),
    (
        "drift-scarf",
        "Drift scarf",
        "Two metres of quiet",
        "Long enough to go round twice and still hang down. Light enough to forget.",
        "70% alpaca, 30% silk. Dry clean.",
        4200,
        60,
        "scarf",
        "#e4dcec",
        "#6d4c86",
        "#d9c3e6",
    ),
    (
        "hearth-blanket",
        "Hearth blanket",
        "For two, or for one and a dog",
        "Woven on a wide loom, 150 by 200 centimetres, with fringes tied by hand.",
        "100% new wool. Air it; it hardly needs washing.",
        12900,
        25,
        "blanket",
        "#f0e2bf",
        "#9a6a1f",
        "#f8f1df",
    ),
    (
        "moor-yarn",
        "Moor yarn, 100\N{NO-BREAK SPACE}g",
        "Knit the next pair yourself",
        "All our socks are made of it, in the colour of heather after rain. A ball makes a pair.",
        "100% wool, 210 metres. Needles 3.5 mm.",
        1495,
        300,
        "yarn",
        "#e8d5dc",
        "#93355b",
        "#d98fab",
    ),
    (
        "ember-slippers",
        "Ember slippers",
        "Felt soles, silent stairs",
        "Boiled wool on a felt sole, shaped on the last and dried on it.",
        "Wool and felt. Brush when dry.",
        3600,
        45,
        "slippers",
        "#ead8cd",
        "#7b3b22",
        "#e2a277",
    ),
    (
        "quarry-socks",
        "Quarry socks",
        "Last winter's favourite",
        "Grey as the hill behind the mill. They will be back when the grey flock is shorn.",
        "80% lambswool, 20% nylon. Wash at 30°.",
        1800,
        0,
        "sock",
        "#dcdedd",
        "#5a6468",
        "#c9cfd0",
    ),
]

# contact, name, email: the newsletter page shows the mail as one of these got it.
SUBSCRIBERS = [
    ("c81", "Ada", "ada@example.com"),
    ("c82", "Grace", "grace@example.com"),
    ("c83", "Mary", "mary@example.com"),
]


def fill(database: Session) -> None:
    """Put the catalogue and three subscribers into empty tables; leave filled ones alone.

    :param database: the running transaction.
    """
    if database.execute(select(products.c.slug).limit(1)).first() is not None:
        return
    names = [column.name for column in products.columns]
    database.execute(
        insert(products),
        [
            dict(zip(names, (slug, position, *rest), strict=True))
            for position, (slug, *rest) in enumerate(PRODUCTS, start=1)
        ],
    )
    database.execute(
        insert(subscribers),
        [
            {"contact": contact, "name": name, "email": email}
            for contact, name, email in SUBSCRIBERS
        ],
    )
