"""The names and keys that the vendors' clients have for this shop.

The keys are files beside the shop's own: made on the first start, the same ever after.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from example_app.keys import kept_key

__all__ = [
    "AFFILIATE_LINK",
    "BLUEHORNET_KEY",
    "BLUEHORNET_SECRET_FILE",
    "TRACKING_CODE",
    "UNIVERSE",
    "XMLRPC_PASSWORD_FILE",
    "XMLRPC_USER",
    "Credentials",
    "kept_credentials",
    "read_credentials",
]

XMLRPC_USER: Final = "shop"
BLUEHORNET_KEY: Final = "fell-and-fleece"
UNIVERSE: Final = "fellandfleece"
TRACKING_CODE: Final = "sale"
#: The free name in the address of the affiliate network's pixel.
AFFILIATE_LINK: Final = "shop"

TAMPER_KEY_FILE: Final = "tamper_key"
XMLRPC_PASSWORD_FILE: Final = "xmlrpc_password"
BLUEHORNET_SECRET_FILE: Final = "bluehornet_secret"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """The keys.

    :param tamper_key: signs Ubivox's e-commerce pixel.
    :param xmlrpc_password: of the user :data:`XMLRPC_USER`.
    :param bluehornet_secret: of the API key :data:`BLUEHORNET_KEY`.
    """

    tamper_key: str
    xmlrpc_password: str
    bluehornet_secret: str


def kept_credentials(instance: Path) -> Credentials:
    """Read the keys, and make those that are missing.

    :param instance: folder of the shop's files.
    :raises OSError: the folder cannot be written to.
    """
    return Credentials(
        tamper_key=kept_key(instance / TAMPER_KEY_FILE),
        xmlrpc_password=kept_key(instance / XMLRPC_PASSWORD_FILE),
        bluehornet_secret=kept_key(instance / BLUEHORNET_SECRET_FILE),
    )


def read_credentials(instance: Path) -> Credentials:
    """Read the keys of a shop, and make none.

    :param instance: folder of the shop's files.
    :raises OSError: there is no shop in it, or another user's.
    """
    return Credentials(
        tamper_key=(instance / TAMPER_KEY_FILE).read_text("ascii"),
        xmlrpc_password=(instance / XMLRPC_PASSWORD_FILE).read_text("ascii"),
        bluehornet_secret=(instance / BLUEHORNET_SECRET_FILE).read_text("ascii"),
    )
