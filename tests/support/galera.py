"""A MariaDB Galera cluster of three nodes on this machine.

It takes Debian's galera-4 and rsync: a node that joins, or comes back after it was killed, gets
all data from another through rsync.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.daemons import free_ports
from tests.support.databases import OWNER, database_of
from tests.support.mariadb import MariaDB, MariaDBInstallation
from tests.support.unprivileged import give_away, own_folder

_NODES = 3
LIBRARY = Path("/usr/lib/galera/libgalera_smm.so")

# What Galera asks for.
_SETTINGS = [
    "--wsrep-on=1",
    f"--wsrep-provider={LIBRARY}",
    "--wsrep-node-address=127.0.0.1",
    "--wsrep-sst-method=rsync",
    "--binlog-format=ROW",
    "--default-storage-engine=InnoDB",
    "--innodb-autoinc-lock-mode=2",
]
# Galera's own times until a node that is gone is given up: with shorter ones, three nodes on two
# busy cores now and then give up each other. Little is kept for one that comes back.
_PROVIDER = {
    "evs.keepalive_period": "PT0.3S",
    "evs.inactive_check_period": "PT0.3S",
    "evs.suspect_timeout": "PT5S",
    "evs.inactive_timeout": "PT15S",
    "gcache.size": "16M",
}


class GaleraNode(MariaDB):
    """One of the servers of a cluster."""

    def bootstrap(self) -> None:
        """Start it as the first of a new cluster."""
        self._start("--wsrep-new-cluster")

    def catch_up(self) -> None:
        """Wait until it has applied all that was committed on any node."""
        self.run("SET SESSION wsrep_sync_wait = 1", "SHOW DATABASES")

    def _ready(self) -> bool:
        states = self.run("SHOW STATUS LIKE 'wsrep_local_state_comment'")
        return states == [("wsrep_local_state_comment", "Synced")]


@dataclass(frozen=True)
class GaleraCluster:
    """Three nodes; any may be stopped, killed and started again while another runs."""

    nodes: list[GaleraNode]

    def start(self) -> None:
        """Start all, one after the other."""
        first, *others = self.nodes
        first.bootstrap()
        for node in others:
            node.start()

    def stop(self) -> None:
        """Stop all."""
        for node in reversed(self.nodes):
            node.stop()

    def kill(self, node: int) -> None:
        """End a node with SIGKILL; the others notice a few seconds later."""
        self.nodes[node].kill()

    def start_node(self, node: int) -> None:
        """Start a node again, and wait until it is synced."""
        self.nodes[node].start()

    def catch_up(self) -> None:
        """Wait until each running node has applied all that was committed on any."""
        for node in self._running:
            node.catch_up()

    @contextmanager
    def fresh_database(self) -> Iterator[list[str]]:
        """A URL per node of an empty database, which is there on each of them."""
        with self.nodes[0].fresh_database() as url:
            self.catch_up()
            yield [node.url(OWNER, database_of(url)) for node in self.nodes]

    @property
    def _running(self) -> list[GaleraNode]:
        return [node for node in self.nodes if node.daemon.running]


@dataclass(frozen=True)
class _Ports:
    """A node's: for clients, the group, the changes it missed, and a copy of all data."""

    clients: int
    group: int
    changes: int
    copy: int


@contextmanager
def galera_cluster(installation: MariaDBInstallation) -> Iterator[GaleraCluster]:
    """Run a cluster; nothing of it stays."""
    with own_folder() as folder:
        drawn = iter(free_ports(4 * _NODES))
        ports = [_Ports(*four) for four in zip(drawn, drawn, drawn, drawn, strict=True)]
        address = ",".join(f"127.0.0.1:{node.group}" for node in ports)
        nodes = []
        for number, node in enumerate(ports, start=1):
            own = folder / f"node{number}"
            own.mkdir()
            give_away(own)
            settings = [*_SETTINGS, f"--wsrep-cluster-address=gcomm://{address}", *_of_node(node)]
            daemon = installation.daemon(own, node.clients, *settings)
            nodes.append(GaleraNode(daemon, node.clients, installation.password))
        cluster = GaleraCluster(nodes)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


def _of_node(ports: _Ports) -> list[str]:
    options = {
        **_PROVIDER,
        "gmcast.listen_addr": f"tcp://127.0.0.1:{ports.group}",
        "ist.recv_addr": f"127.0.0.1:{ports.changes}",
    }
    joined = ";".join(f"{name}={value}" for name, value in options.items())
    return [
        f"--wsrep-provider-options={joined}",
        f"--wsrep-sst-receive-address=127.0.0.1:{ports.copy}",
    ]
