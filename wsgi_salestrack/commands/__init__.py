"""The commands of ``flask salestrack`` and ``salestrack``, by who uses them."""

from .adjusting import cancel, chargeback, refund, reinstate
from .affiliates import publisher
from .command import CALLED, Host
from .commissions import commission
from .explaining import explain
from .importing import import_
from .operating import examine, migrate, replay, verify
from .payouts import payout
from .persons import identify, join, separate
from .privacy import export, forget, retention
from .reading import report
from .reconciling import reconcile
from .segmenting import segment
from .selling import link
from .watching import tail

#: All of them.
COMMANDS = (
    *(migrate, link, report, segment, explain, tail),
    *(cancel, refund, chargeback, reinstate),
    *(identify, separate, join),
    *(export, forget, retention),
    *(import_, reconcile),
    *(publisher, commission, payout, replay, verify, examine),
)

__all__ = ["CALLED", "COMMANDS", "Host"]
