"""What every store must do, whatever database it is.

A store's test module defines a fixture ``open_store``, which gives a function that opens the test's
own database, each time with a store of its own as another process would, and inherits the
contract::

    class TestMyStore(StoreContract):
        '''It holds the contract.'''
"""

from __future__ import annotations

from .adjustments import AdjustmentsContract, IdentitiesContract
from .changes import ChangesContract
from .claims import ClaimsContract
from .clicks import ClicksContract
from .hits import HitsContract
from .journeys import JourneysContract
from .ledger import LedgerContract, PublishersContract
from .life import LifeContract
from .orders import OrdersContract
from .payouts import PayoutsContract, SelfReferralContract
from .recording import RecordingContract
from .references import ReferencesContract
from .repeats import RepeatsContract
from .sites import SitesContract
from .together import TogetherContract
from .totals import TotalsContract


class StoreContract(
    RecordingContract,
    ReferencesContract,
    RepeatsContract,
    TogetherContract,
    OrdersContract,
    ClicksContract,
    TotalsContract,
    ChangesContract,
    SitesContract,
    AdjustmentsContract,
    IdentitiesContract,
    ClaimsContract,
    JourneysContract,
    LedgerContract,
    PublishersContract,
    PayoutsContract,
    SelfReferralContract,
    HitsContract,
    LifeContract,
):
    """All of it."""
