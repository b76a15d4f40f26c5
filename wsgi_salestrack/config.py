"""The configuration: every key checked when it is given, so that no request meets a wrong one."""

from __future__ import annotations

import inspect
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from . import config_values as values
from . import places
from .errors import ConfigError
from .model import TRUST
from .tracking_codes import tracking_codes as checked_tracking_codes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from sqlalchemy import Engine

    from .stores.base import Store

_UNATTRIBUTED: Final = tuple(source for source in TRUST if source != "ecommerce_pixel")
_DAY: Final = 86400


class Config:
    """What a tracker needs to know; immutable by convention, shared by all threads.

    :param secret_keys: newest first; the first seals, all open. Each at least 32 bytes.
    :param database: a path (SQLite), an SQLAlchemy URL or Engine, a
        :class:`~wsgi_salestrack.stores.base.Store`, or None: store nothing, the receivers of the
        signals are the storage.
    :param site: whose rows; first in every unique key, bound into every token.
    :param base_url: ``https://shop.example`` plus the mount point if any; empty: links are paths.
    :param url_prefix: where our endpoints live; empty serves the vendors' own paths.
    :param protocols: which of ``click``, ``target``, ``ecommerce``, ``xmlrpc``, ``affiliate``,
        ``bluehornet`` and ``splio`` answer; None: all that are configured.
    :param currency: ISO 4217, where a hit names none.
    :param timezone: an IANA name; in which days are counted.
    :param targets: integer id -> title, or -> a mapping with ``title`` and ``scope``.
    :param tamper_keys: anti-tampering keys of ``/et/``; with one, unsigned hits are refused.
    :param xmlrpc_users: user -> password of ``/xmlrpc/`` (Basic); empty: off.
    :param bluehornet_keys: api_key -> shared_secret; empty: BlueHornet's API is off.
    :param universes: names of Splio's universes, or name -> a mapping with ``scope``; empty: off.
    :param tracking_codes: affiliate code -> a mapping with ``title``, ``thank_you_url``, ``tier1``
        and ``tier2`` (each ``["percent", "10"]`` or ``["fixed", "2.50"]``), ``allow_override`` and
        ``scope``; empty: off.
    :param window: look-back from conversion to touch, seconds or timedelta.
    :param cookie_name: without the ``__Host-`` that https adds.
    :param cookie_max_age: seconds or timedelta.
    :param cookie_samesite: ``Lax`` or ``Strict``.
    :param cookie_secure: None: where the request came by https.
    :param cookie_cross_site: for pixels inside other sites: ``SameSite=None; Secure``.
    :param landing_param: the query parameter that holds a click token on any page of the host;
        empty: off.
    :param fallback_url: where a click with a bad token lands.
    :param consent: ``callable(environ) -> bool``; False: no cookie and nobody is credited.
    :param honor_gpc: ``Sec-GPC: 1`` and ``DNT: 1`` count as consent refused.
    :param require_https: True: a hit over plain http is rejected; None: as its dialect asks.
    :param record_unattributed: sources that keep a conversion nobody is credited for.
    :raises ConfigError: naming the key and the values allowed.
    """

    def __init__(
        self,
        *,
        secret_keys: Sequence[str | bytes],
        database: str | os.PathLike[str] | Engine | Store | None = "salestrack.db",
        site: str = "default",
        base_url: str = "",
        url_prefix: str = "/salestrack",
        protocols: Iterable[str] | None = None,
        currency: str = "USD",
        timezone: str = "UTC",
        targets: Mapping[int | str, str | Mapping[str, str]] = MappingProxyType({}),
        tamper_keys: Sequence[str | bytes] = (),
        xmlrpc_users: Mapping[str, str] = MappingProxyType({}),
        bluehornet_keys: Mapping[str, str] = MappingProxyType({}),
        universes: Iterable[str] | Mapping[str, Mapping[str, str]] = (),
        tracking_codes: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
        window: float | timedelta = 30 * _DAY,
        cookie_name: str = "salestrack",
        cookie_max_age: float | timedelta = 400 * _DAY,
        cookie_samesite: str = "Lax",
        cookie_secure: bool | None = None,
        cookie_cross_site: bool = False,
        landing_param: str = "st_token",
        fallback_url: str = "/",
        consent: Callable[[WSGIEnvironment], bool] | None = None,
        honor_gpc: bool = True,
        require_https: bool | None = None,
        record_unattributed: Iterable[str] = _UNATTRIBUTED,
    ) -> None:
        self.secret_keys: Final = values.secrets(secret_keys)
        self.database: Final = values.database(database)
        self.site: Final = values.text("site", site)
        self.base_url: Final = values.base_url(base_url)
        self.url_prefix: Final = values.url_prefix(url_prefix)
        self.currency: Final = values.currency(currency)
        self.timezone: Final = values.timezone(timezone)
        self.targets: Final = places.targets(targets)
        self.tamper_keys: Final = values.keys("tamper_keys", tamper_keys)
        self.xmlrpc_users: Final = values.users("xmlrpc_users", xmlrpc_users)
        self.bluehornet_keys: Final = values.credentials("bluehornet_keys", bluehornet_keys)
        self.universes: Final = places.universes(universes)
        self.tracking_codes: Final = checked_tracking_codes(tracking_codes)
        needed = {
            "target": self.targets,
            "xmlrpc": self.xmlrpc_users,
            "affiliate": self.tracking_codes,
            "bluehornet": self.bluehornet_keys,
            "splio": self.universes,
        }
        off = [protocol for protocol, names in needed.items() if not names]
        self.protocols: Final = values.protocols(protocols, off)
        self.window: Final = values.duration("window", window)
        self.cookie_name: Final = values.word("cookie_name", cookie_name)
        self.cookie_max_age: Final = values.duration("cookie_max_age", cookie_max_age)
        self.cookie_samesite: Final = values.one_of(
            "cookie_samesite", cookie_samesite, ("Lax", "Strict")
        )
        self.cookie_secure: Final = values.flag_or_none("cookie_secure", cookie_secure)
        self.cookie_cross_site: Final = values.flag("cookie_cross_site", cookie_cross_site)
        self.landing_param: Final = values.landing_param(landing_param)
        self.fallback_url: Final = values.fallback_url(fallback_url)
        self.consent: Final = values.consent(consent)
        self.honor_gpc: Final = values.flag("honor_gpc", honor_gpc)
        self.require_https: Final = values.flag_or_none("require_https", require_https)
        self.record_unattributed: Final = values.some_of(
            "record_unattributed", record_unattributed, tuple(TRUST)
        )
        if self.cookie_cross_site and self.cookie_secure is False:
            raise ConfigError("cookie_secure", "is False, but cookie_cross_site needs https")

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Config:
        """Configuration from a mapping of lower-case keys, such as a parsed file.

        :raises ConfigError: for an unknown key too.
        """
        known = list(inspect.signature(cls).parameters)
        for key in mapping:
            if key not in known:
                raise ConfigError(str(key), f"is unknown; the keys are {', '.join(known)}")
        if "secret_keys" not in mapping:
            raise ConfigError("secret_keys", f"is missing; {values.HOW_TO_MAKE_A_SECRET}")
        return cls(**mapping)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Config:
        """Configuration from a TOML file of the same keys, as ``salestrack --config`` reads it.

        A relative path of the database counts from the file, wherever the process was started; by
        default it is ``salestrack.db`` beside the file.

        :raises ConfigError: as :meth:`from_mapping` does, and if the file is not TOML.
        :raises OSError: if it can't be read.
        """
        file = Path(path).absolute()
        try:
            keys = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError("the file", f"is not TOML: {error}") from None
        keys.setdefault("database", "salestrack.db")
        keys["database"] = values.below(file.parent, keys["database"])
        return cls.from_mapping(keys)
