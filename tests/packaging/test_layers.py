"""The layers of the code: a module imports only from rows above its own."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from tests.packaging.modules import imports_of, modules_in_tree

# One row a line, the foundations first. Modules that share a row do not import each other, and a
# module that is on no row fails the test: a new one is placed on purpose. What a type checker
# alone imports counts as well.
ROWS = (
    # values
    ("wsgi_salestrack.errors", "wsgi_salestrack.identity"),
    ("wsgi_salestrack.money", "wsgi_salestrack.destinations", "wsgi_salestrack.days"),
    ("wsgi_salestrack.checks", "wsgi_salestrack.terms"),
    ("wsgi_salestrack.touches", "wsgi_salestrack.affiliates", "wsgi_salestrack.hits"),
    ("wsgi_salestrack.masking", "wsgi_salestrack.personal_data", "wsgi_salestrack.privacy"),
    ("wsgi_salestrack.crediting", "wsgi_salestrack.orders", "wsgi_salestrack.persons"),
    ("wsgi_salestrack.model", "wsgi_salestrack.parts"),
    ("wsgi_salestrack.adjustments", "wsgi_salestrack.commission", "wsgi_salestrack.payouts"),
    ("wsgi_salestrack.adjusting", "wsgi_salestrack.explaining"),
    ("wsgi_salestrack.buyers", "wsgi_salestrack.conditions", "wsgi_salestrack.segment_tokens"),
    ("wsgi_salestrack.segment_values", "wsgi_salestrack.selecting"),
    ("wsgi_salestrack.segments",),
    ("wsgi_salestrack.segment_text",),
    ("wsgi_salestrack.stores.execution",),
    ("wsgi_salestrack.stores.alchemy_transaction",),
    ("wsgi_salestrack.stores.host_transaction", "wsgi_salestrack.stores.journey_rows"),
    (
        "wsgi_salestrack.stores.base_ledger",
        "wsgi_salestrack.stores.base_news",
        "wsgi_salestrack.stores.base_privacy",
        "wsgi_salestrack.stores.base_reports",
        "wsgi_salestrack.stores.base_segments",
    ),
    ("wsgi_salestrack.stores.base_history",),
    ("wsgi_salestrack.stores.base",),  # what the domain knows of a store
    ("wsgi_salestrack.config_values",),
    ("wsgi_salestrack.places",),
    ("wsgi_salestrack.tracking_codes",),
    ("wsgi_salestrack.config",),
    # functions over the values
    ("wsgi_salestrack.tokens", "wsgi_salestrack.cookies", "wsgi_salestrack.urls"),
    ("wsgi_salestrack.attribution",),
    ("wsgi_salestrack.visitors", "wsgi_salestrack.precedence"),
    # files of past conversions
    (
        "wsgi_salestrack.importing.columns",
        "wsgi_salestrack.importing.lines",
        "wsgi_salestrack.importing.rows",
    ),
    (
        "wsgi_salestrack.importing.delimited",
        "wsgi_salestrack.importing.json_lines",
        "wsgi_salestrack.importing.querying",
        "wsgi_salestrack.importing.values",
    ),
    ("wsgi_salestrack.importing.products", "wsgi_salestrack.importing.reading"),
    ("wsgi_salestrack.importing.entries",),
    ("wsgi_salestrack.importing.results",),
    ("wsgi_salestrack.importing",),
    ("wsgi_salestrack.reconciling",),
    # storage
    (
        "wsgi_salestrack.stores.erasing_subject_statements",
        "wsgi_salestrack.stores.erasing_text_statements",
        "wsgi_salestrack.stores.identified",
        "wsgi_salestrack.stores.name_lists",
        "wsgi_salestrack.stores.spelling",
        "wsgi_salestrack.stores.totals_parts",
        "wsgi_salestrack.stores.unsent",
        "wsgi_salestrack.stores.whole_days",
    ),
    ("wsgi_salestrack.stores.totals_schema",),
    ("wsgi_salestrack.stores.schema", "wsgi_salestrack.stores.totals_statements"),
    ("wsgi_salestrack.stores.erasing_statements", "wsgi_salestrack.stores.retention_statements"),
    ("wsgi_salestrack.stores.report_columns",),
    (
        "wsgi_salestrack.stores.line_values",
        "wsgi_salestrack.stores.report_statements",
        "wsgi_salestrack.stores.segment_statements",
    ),
    (
        "wsgi_salestrack.stores.history_statements",
        "wsgi_salestrack.stores.hit_statements",
        "wsgi_salestrack.stores.order_statements",
        "wsgi_salestrack.stores.journey_statements",
        "wsgi_salestrack.stores.verifying_statements",
        "wsgi_salestrack.stores.ledger_statements",
        "wsgi_salestrack.stores.trail_statements",
        "wsgi_salestrack.stores.payout_statements",
        "wsgi_salestrack.stores.privacy_statements",
    ),
    ("wsgi_salestrack.stores.statements",),
    ("wsgi_salestrack.stores.transaction",),
    ("wsgi_salestrack.stores.sql_transactions",),
    (
        "wsgi_salestrack.stores.file_lock",
        "wsgi_salestrack.stores.forking",
        "wsgi_salestrack.stores.jobs",
        "wsgi_salestrack.stores.personal_values",
    ),
    ("wsgi_salestrack.stores.group_commit", "wsgi_salestrack.stores.rows"),
    ("wsgi_salestrack.stores.separations",),
    ("wsgi_salestrack.stores.erasing_file", "wsgi_salestrack.stores.erasing_subject"),
    ("wsgi_salestrack.stores.erasing_after",),
    ("wsgi_salestrack.stores.report_rows", "wsgi_salestrack.stores.totals_keeping"),
    (
        "wsgi_salestrack.stores.change_rows",
        "wsgi_salestrack.stores.erasing",
        "wsgi_salestrack.stores.erasing_texts",
        "wsgi_salestrack.stores.examination",
        "wsgi_salestrack.stores.hit_log",
        "wsgi_salestrack.stores.ledger_rows",
        "wsgi_salestrack.stores.retention",
    ),
    ("wsgi_salestrack.stores.publishers", "wsgi_salestrack.stores.sale_facts"),
    (
        "wsgi_salestrack.stores.line_totals",
        "wsgi_salestrack.stores.journeys",
        "wsgi_salestrack.stores.totals",
    ),
    ("wsgi_salestrack.stores.reading", "wsgi_salestrack.stores.segments"),
    ("wsgi_salestrack.stores.connected", "wsgi_salestrack.stores.ledger"),
    (
        "wsgi_salestrack.stores.adjusting",
        "wsgi_salestrack.stores.claims",
        "wsgi_salestrack.stores.history",
        "wsgi_salestrack.stores.payouts",
    ),
    (
        "wsgi_salestrack.stores.personal_rows",
        "wsgi_salestrack.stores.recording",
        "wsgi_salestrack.stores.trails",
        "wsgi_salestrack.stores.writable_file",
    ),
    ("wsgi_salestrack.stores.readers", "wsgi_salestrack.stores.totals_verifying"),
    ("wsgi_salestrack.stores.verifying",),
    (
        "wsgi_salestrack.stores.sql_history",
        "wsgi_salestrack.stores.sql_ledger",
        "wsgi_salestrack.stores.sql_news",
        "wsgi_salestrack.stores.sql_privacy",
        "wsgi_salestrack.stores.sql_reports",
        "wsgi_salestrack.stores.sql_segments",
        "wsgi_salestrack.stores.sql_retention",
    ),
    ("wsgi_salestrack.stores.snapshots",),
    ("wsgi_salestrack.stores.sql_store",),
    ("wsgi_salestrack.stores.sqlalchemy.columns", "wsgi_salestrack.stores.sqlalchemy.indexes"),
    ("wsgi_salestrack.stores.sqlalchemy.ledger_tables",),
    ("wsgi_salestrack.stores.sqlalchemy.tables", "wsgi_salestrack.stores.sqlalchemy.dialects"),
    ("wsgi_salestrack.stores.sqlalchemy.engines", "wsgi_salestrack.stores.sqlalchemy.versions"),
    (
        "wsgi_salestrack.stores.sqlalchemy.examination",
        "wsgi_salestrack.stores.sqlalchemy.remains",
        "wsgi_salestrack.stores.sqlalchemy.single",
    ),
    ("wsgi_salestrack.stores.sqlalchemy.connecting",),
    ("wsgi_salestrack.stores.sqlalchemy.store",),
    ("wsgi_salestrack.stores.sqlalchemy",),
    ("wsgi_salestrack.stores.sqlite",),
    ("wsgi_salestrack.stores.opening",),
    ("wsgi_salestrack.stores",),
    (
        "wsgi_salestrack.reports.journeys",
        "wsgi_salestrack.reports.ordering",
        "wsgi_salestrack.reports.rows",
        "wsgi_salestrack.reports.table",
    ),
    (
        "wsgi_salestrack.reports.credited_rows",
        "wsgi_salestrack.reports.listing",
        "wsgi_salestrack.reports.listings",
    ),
    ("wsgi_salestrack.reports.pieces",),
    ("wsgi_salestrack.reports.models",),
    ("wsgi_salestrack.reports.adding",),
    ("wsgi_salestrack.reports.before", "wsgi_salestrack.reports.gathering"),
    ("wsgi_salestrack.reports.query",),
    ("wsgi_salestrack.reports.segments",),
    ("wsgi_salestrack.reports.rendering",),
    ("wsgi_salestrack.reports",),
    # the wire
    ("wsgi_salestrack.bots", "wsgi_salestrack.protocols.xml"),
    ("wsgi_salestrack.protocols.answer", "wsgi_salestrack.protocols.limits"),
    (
        "wsgi_salestrack.protocols.form",
        "wsgi_salestrack.protocols.ubivox_digest",
        "wsgi_salestrack.protocols.ubivox_parameters",
        "wsgi_salestrack.protocols.xmlrpc",
    ),
    (
        "wsgi_salestrack.protocols.affiliate",
        "wsgi_salestrack.protocols.bluehornet",
        "wsgi_salestrack.protocols.click",
        "wsgi_salestrack.protocols.splio",
        "wsgi_salestrack.protocols.ubivox_methods",
        "wsgi_salestrack.protocols.ubivox_order",
        "wsgi_salestrack.protocols.ubivox_target",
    ),
    (
        "wsgi_salestrack.protocols.bluehornet_answer",
        "wsgi_salestrack.protocols.names",
        "wsgi_salestrack.protocols.ubivox_xmlrpc",
    ),
    ("wsgi_salestrack.protocols",),
    # the orchestrator
    ("wsgi_salestrack.signals",),
    ("wsgi_salestrack.announcing",),
    ("wsgi_salestrack.tracking.comparison", "wsgi_salestrack.tracking.core"),
    ("wsgi_salestrack.tracking.arriving",),
    (
        "wsgi_salestrack.tracking.adjusting",
        "wsgi_salestrack.tracking.affiliates",
        "wsgi_salestrack.tracking.clicks",
        "wsgi_salestrack.tracking.importing",
        "wsgi_salestrack.tracking.persons",
        "wsgi_salestrack.tracking.segments",
        "wsgi_salestrack.tracking.payouts",
        "wsgi_salestrack.tracking.privacy",
    ),
    (
        "wsgi_salestrack.tracking.conversions",
        "wsgi_salestrack.tracking.history",
        "wsgi_salestrack.tracking.reading",
        "wsgi_salestrack.tracking.verifying",
    ),
    ("wsgi_salestrack.tracking.snippets", "wsgi_salestrack.tracking.reconciling"),
    ("wsgi_salestrack.tracking",),
    ("wsgi_salestrack.tracker",),
    # what a host holds
    ("wsgi_salestrack.endpoints.hits",),
    ("wsgi_salestrack.endpoints.parameters",),
    (
        "wsgi_salestrack.endpoints.affiliate",
        "wsgi_salestrack.endpoints.bluehornet",
        "wsgi_salestrack.endpoints.click",
        "wsgi_salestrack.endpoints.ecommerce",
        "wsgi_salestrack.endpoints.splio",
        "wsgi_salestrack.endpoints.target",
        "wsgi_salestrack.endpoints.xmlrpc",
    ),
    ("wsgi_salestrack.endpoints.routes",),
    ("wsgi_salestrack.endpoints",),
    ("wsgi_salestrack.middleware",),
    ("wsgi_salestrack.doctor",),
    (
        "wsgi_salestrack.commands.ages",
        "wsgi_salestrack.commands.command",
        "wsgi_salestrack.commands.files",
    ),
    (
        "wsgi_salestrack.commands.adjusting",
        "wsgi_salestrack.commands.affiliates",
        "wsgi_salestrack.commands.commissions",
        "wsgi_salestrack.commands.explaining",
        "wsgi_salestrack.commands.importing",
        "wsgi_salestrack.commands.operating",
        "wsgi_salestrack.commands.persons",
        "wsgi_salestrack.commands.privacy",
        "wsgi_salestrack.commands.reading",
        "wsgi_salestrack.commands.segmenting",
        "wsgi_salestrack.commands.selling",
        "wsgi_salestrack.commands.watching",
    ),
    ("wsgi_salestrack.commands.payouts", "wsgi_salestrack.commands.reconciling"),
    ("wsgi_salestrack.commands",),
    ("wsgi_salestrack.cli",),
    ("wsgi_salestrack",),
    ("flask_salestrack.commands",),
    ("flask_salestrack.templating",),
    ("flask_salestrack.extension",),
    # the dashboard
    (
        "flask_salestrack.dashboard.access",
        "flask_salestrack.dashboard.dimensions",
        "flask_salestrack.dashboard.figures",
    ),
    (
        "flask_salestrack.dashboard.charts",
        "flask_salestrack.dashboard.columns",
        "flask_salestrack.dashboard.periods",
    ),
    ("flask_salestrack.dashboard.questions", "flask_salestrack.dashboard.series"),
    (
        "flask_salestrack.dashboard.addresses",
        "flask_salestrack.dashboard.asking",
        "flask_salestrack.dashboard.downloads",
        "flask_salestrack.dashboard.lists",
    ),
    ("flask_salestrack.dashboard.context", "flask_salestrack.dashboard.paying"),
    (
        "flask_salestrack.dashboard.overview",
        "flask_salestrack.dashboard.reporting",
        "flask_salestrack.dashboard.sales",
        "flask_salestrack.dashboard.segmenting",
        "flask_salestrack.dashboard.watching",
    ),
    ("flask_salestrack.dashboard.pages",),
    ("flask_salestrack.dashboard.blueprint",),
    ("flask_salestrack.dashboard.application",),
    ("flask_salestrack.dashboard",),
    ("flask_salestrack",),
)

MODULES = modules_in_tree()
ROW_OF = {module: number for number, row in enumerate(ROWS) for module in row}
NOT_LISTED = len(ROWS)


def _ours(imported: str) -> str | None:
    """The module of ours that an imported name is or comes from, or None."""
    return next((name for name in (imported, imported.rpartition(".")[0]) if name in MODULES), None)


def test_the_table_lists_every_module_once() -> None:
    """A module is placed when it is made, and its place goes when it goes."""
    listed = Counter(module for row in ROWS for module in row)
    assert listed == Counter(MODULES.keys()), sorted(listed.keys() ^ MODULES.keys())


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_only_from_rows_above_its_own(module: str) -> None:
    """Whatever goes the other way is either misplaced or the start of a circle."""
    row = ROW_OF.get(module, NOT_LISTED)
    ours = {_ours(imported) for imported in imports_of(module, MODULES[module])} - {module}
    wrong = sorted(name for name in ours if name and ROW_OF.get(name, NOT_LISTED) >= row)
    assert not wrong, f"{module} imports {wrong}, which the table puts on its row or below it"


@pytest.mark.parametrize("module", sorted(name for name in MODULES if name[:4] == "wsgi"))
def test_the_wsgi_package_never_imports_flask(module: str) -> None:
    """Other frameworks' users have no Flask running, and none of its state."""
    roots = {imported.partition(".")[0] for imported in imports_of(module, MODULES[module])}
    assert not roots & {"flask", "flask_salestrack"}


def test_nothing_that_the_wsgi_package_imports_imports_flask() -> None:
    """Every module of it is imported in a new interpreter, and Flask is still not loaded."""
    modules = sorted(name for name in MODULES if name[:4] == "wsgi")
    program = f"import sys, {', '.join(modules)}; sys.exit('flask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
