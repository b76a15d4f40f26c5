"""Receivers that remember what the signals brought."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blinker import NamedSignal

from wsgi_salestrack import Adjustment, Click, Conversion, Recorded, signals

Listen = Callable[..., "Receivers"]

SIGNALS: tuple[NamedSignal, ...] = (
    signals.click_recorded,
    signals.conversion_recorded,
    signals.conversion_enriched,
    signals.conversion_duplicated,
    signals.conversion_adjusted,
    signals.hit_rejected,
)


class Receivers:
    """One receiver on every signal of one sender.

    :param sender: the tracker, or the Flask application.
    """

    def __init__(self, sender: object) -> None:
        self.calls: list[tuple[NamedSignal, Any, dict[str, Any]]] = []
        self._sender = sender
        self._connected: list[tuple[NamedSignal, Callable[..., None]]] = []
        for signal in SIGNALS:
            self._connect(signal)

    def _connect(self, signal: NamedSignal) -> None:
        def receive(sender: Any, **keywords: Any) -> None:
            self.calls.append((signal, sender, keywords))

        signal.connect(receive, sender=self._sender)
        self._connected.append((signal, receive))

    def disconnect(self) -> None:
        """Hear no more."""
        for signal, receive in self._connected:
            signal.disconnect(receive)

    def keywords(self, signal: NamedSignal) -> list[dict[str, Any]]:
        """What each call of a signal brought."""
        return [keywords for sent, _, keywords in self.calls if sent is signal]

    @property
    def clicks(self) -> list[Click]:
        """Those stored."""
        return [call["click"] for call in self.keywords(signals.click_recorded)]

    @property
    def recorded(self) -> list[Recorded]:
        """Conversions that are new."""
        return [call["recorded"] for call in self.keywords(signals.conversion_recorded)]

    @property
    def enriched(self) -> list[Recorded]:
        """Conversions that changed."""
        return [call["recorded"] for call in self.keywords(signals.conversion_enriched)]

    @property
    def duplicated(self) -> list[Recorded]:
        """Conversions that came again, conflicts among them."""
        return [call["recorded"] for call in self.keywords(signals.conversion_duplicated)]

    @property
    def adjusted(self) -> list[tuple[Adjustment, Conversion]]:
        """Adjustments, each with what it changed."""
        calls = self.keywords(signals.conversion_adjusted)
        return [(call["adjustment"], call["conversion"]) for call in calls]

    @property
    def rejected(self) -> list[tuple[str, str]]:
        """Protocol and reason of hits that were refused."""
        return [(call["protocol"], call["reason"]) for call in self.keywords(signals.hit_rejected)]
