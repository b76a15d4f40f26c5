"""Customers who buy as fast as the server lets them, and remember what it acknowledged."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import BadStatusLine, HTTPConnection, IncompleteRead
from threading import Event, Thread

from tests.durability.host import PIXEL
from tests.durability.wire import Request, ask_over


class Customer:
    """One browser; its references are its own."""

    def __init__(self, name: str, port: int) -> None:
        self.acknowledged: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self.unanswered: list[str] = []
        self._name = name
        self._connection = HTTPConnection("127.0.0.1", port)
        self._leaving = Event()
        self._thread = Thread(target=self._buy, daemon=True)

    def start(self) -> None:
        """Begin to buy."""
        self._thread.start()

    def leave(self) -> None:
        """Stop, whether an answer is still to come or not."""
        self._leaving.set()
        while self._thread.is_alive():
            connected: socket.socket | None = self._connection.sock
            if connected is not None:
                with suppress(OSError):  # it was closed just now
                    connected.shutdown(socket.SHUT_RDWR)
            self._thread.join(0.01)
        self._connection.close()

    def _buy(self) -> None:
        bought = 0
        while not self._leaving.is_set():
            bought += 1
            reference = f"{self._name}-{bought}"
            try:
                answer = ask_over(self._connection, Request(target=PIXEL + reference))
            except (OSError, BadStatusLine, IncompleteRead):
                self.unanswered.append(reference)
                self._connection.close()  # the next one connects anew
                continue
            error = answer.header("ST-Error")
            if answer.status == "200 OK" and error is None:
                self.acknowledged.append(reference)
            else:
                self.refused.append((reference, error or answer.status))
            if bought % 10 == 0:
                self._connection.close()  # so that every worker gets its share


@contextmanager
def buying(customers: int, port: int) -> Iterator[list[Customer]]:
    """Customers at work, until the end of the block."""
    group = [Customer(f"customer{number}", port) for number in range(customers)]
    try:
        for customer in group:
            customer.start()
        yield group
    finally:
        for customer in group:
            customer.leave()
