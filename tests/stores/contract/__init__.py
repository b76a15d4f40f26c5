"""What every store must do, whatever database it is.

A store's test module defines a fixture ``open_store``, which gives a function that opens the test's
own database, each time with a store of its own as another process would, and inherits the
contract::

    class TestMyStore(StoreContract):
        '''It holds the contract.'''
"""

from __future__ import annotations

from .changes import ChangesContract
from .clicks import ClicksContract
from .life import LifeContract
from .orders import OrdersContract
from .recording import RecordingContract
from .references import ReferencesContract
from .repeats import RepeatsContract
from .sites import SitesContract
from .totals import TotalsContract


class StoreContract(
    RecordingContract,
    ReferencesContract,
    RepeatsContract,
    OrdersContract,
    ClicksContract,
    TotalsContract,
    ChangesContract,
    SitesContract,
    LifeContract,
):
    """All of it."""
