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
from .commission_states import CommissionStatesContract
from .erasing import ErasingContract
from .erasing_shared import ErasedFromOthersContract
from .erasing_spelled import ErasedSpellingsContract
from .erasing_texts import ErasedTextsContract
from .history import HistoryContract
from .hits import HitsContract
from .journeys import JourneysContract
from .ledger import LedgerContract
from .life import LifeContract
from .news import NewsContract
from .orders import OrdersContract
from .other_clocks import OtherClocksContract
from .payout_balance import PayoutBalanceContract
from .payout_races import PayoutRacesContract
from .payouts import PayoutsContract
from .publishers import PublishersContract
from .recording import RecordingContract
from .references import ReferencesContract
from .repeats import RepeatsContract
from .reports import ReportsContract
from .retention import RetentionContract
from .segments import SegmentsContract
from .self_referral import SelfReferralContract
from .sites import SitesContract
from .snapshots import SnapshotsContract
from .together import TogetherContract
from .totals import TotalsContract
from .trails import TrailsContract


class StoreContract(
    RecordingContract,
    ReferencesContract,
    RepeatsContract,
    TogetherContract,
    OrdersContract,
    ClicksContract,
    TotalsContract,
    ReportsContract,
    ChangesContract,
    NewsContract,
    SnapshotsContract,
    SitesContract,
    AdjustmentsContract,
    IdentitiesContract,
    ClaimsContract,
    JourneysContract,
    TrailsContract,
    SegmentsContract,
    LedgerContract,
    PublishersContract,
    CommissionStatesContract,
    PayoutsContract,
    PayoutRacesContract,
    PayoutBalanceContract,
    SelfReferralContract,
    OtherClocksContract,
    HitsContract,
    ErasingContract,
    ErasedFromOthersContract,
    ErasedSpellingsContract,
    ErasedTextsContract,
    RetentionContract,
    HistoryContract,
    LifeContract,
):
    """All of it."""
