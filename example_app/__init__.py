"""A small but real shop that shows how salestrack is mounted and what it tells.

Start it with ``python -m example_app`` or ``flask --app example_app run``. The lines that a shop of
your own would copy stand in :mod:`example_app.tracking`; everything else is an ordinary Flask shop.
"""

from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from example_app import (
    checkout,
    csrf,
    database,
    explained,
    newsletter,
    pages,
    partners,
    report,
    settings,
    shop,
    snippets,
    staff,
    tracking,
)

__all__ = ["create_app"]


def create_app(config: Mapping[str, object] | None = None) -> Flask:
    """Build the shop.

    :param config: settings that win over the environment; :mod:`example_app.settings` lists them.
    :returns: the application; its database exists and holds the catalogue.
    """
    app = Flask(__name__, instance_path=str(settings.instance_folder(config)))
    settings.load(app, config)
    database.init_app(app)
    csrf.init_app(app)
    pages.init_app(app)
    for part in (shop, checkout, snippets, newsletter, partners, report, explained, staff):
        app.register_blueprint(part.blueprint)
    instance = Path(app.instance_path)
    if app.config["BREAK_TRACKING"]:
        tracking.break_on_purpose(app, instance)
    tracking.mount(app, instance)
    staff.password(instance)  # made now, so that whoever starts the shop finds it
    if app.config["TRUST_PROXY"]:
        # After the tracker was mounted: the outermost wrapper runs first, so salestrack sees the
        # visitor's address, scheme and prefix, and not the proxy's.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1
        )
    return app
