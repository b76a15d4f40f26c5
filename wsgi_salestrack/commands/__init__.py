"""The commands of ``flask salestrack`` and ``salestrack``, by who uses them."""

from .adjusting import cancel, chargeback, identify, refund, reinstate
from .affiliates import commission, publisher
from .command import Host
from .operating import examine, migrate, replay
from .reading import report
from .selling import link
from .watching import tail

#: All of them.
COMMANDS = (
    *(migrate, link, report, tail),
    *(cancel, refund, chargeback, reinstate, identify),
    *(publisher, commission, replay, examine),
)

__all__ = ["COMMANDS", "Host"]
