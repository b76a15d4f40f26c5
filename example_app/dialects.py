"""The dialects of the hosted trackers, all switched on.

A shop that leaves one vendor needs the two or three keys of that vendor's only; the pages
``docs/moving-from-*.md`` say which.
"""

from pathlib import Path

from flask import Flask

from example_app.credentials import (
    BLUEHORNET_KEY,
    TRACKING_CODE,
    UNIVERSE,
    XMLRPC_USER,
    kept_credentials,
)

__all__ = ["configure"]


def configure(app: Flask, instance: Path) -> None:
    """Say by which names and keys the vendors' clients may come.

    :param app: the application, its own settings loaded.
    :param instance: folder of the shop's files.
    """
    credentials = kept_credentials(instance)
    # Ubivox: the e-commerce pixel's signature, and the users of its XML-RPC API.
    app.config.setdefault("SALESTRACK_TAMPER_KEYS", [credentials.tamper_key])
    app.config.setdefault("SALESTRACK_XMLRPC_USERS", {XMLRPC_USER: credentials.xmlrpc_password})
    app.config.setdefault(
        "SALESTRACK_BLUEHORNET_KEYS", {BLUEHORNET_KEY: credentials.bluehornet_secret}
    )
    # By the scope of the checkout's own call an order counts once, by whichever dialect it comes.
    app.config.setdefault("SALESTRACK_UNIVERSES", {UNIVERSE: {"scope": "order"}})
    app.config.setdefault(
        "SALESTRACK_TRACKING_CODES",
        {
            TRACKING_CODE: {
                "title": "Sale",
                "tier1": ["percent", "10"],
                "tier2": ["percent", "5"],
                "thank_you_url": "/",
                "scope": "order",
            }
        },
    )
    # Splio's dialect asks for https, and this shop is tried over plain http on one's own machine.
    # Where it is open to others, leave this line out.
    app.config.setdefault("SALESTRACK_REQUIRE_HTTPS", False)
