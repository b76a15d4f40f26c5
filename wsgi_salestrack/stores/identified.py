"""The SQL of whose contact a customer is: as ``identify`` said, unless the two were separated."""

from __future__ import annotations

from collections.abc import Callable


def identity_join(table: Callable[[str], str], conversions: str) -> str:
    """The join, as ``identity``, of what is known of a conversion's customer.

    :param table: the name of a table of ours in the database.
    """
    return (
        f"LEFT JOIN {table('identities')} identity ON identity.site = {conversions}.site "
        f"AND identity.customer_ref = {conversions}.customer_ref "
        f"AND {is_one_person(table, 'identity')}"
    )


def is_one_person(table: Callable[[str], str], identity: str) -> str:
    """The condition that nobody has said, as the last word, that it is two persons.

    :param identity: the alias of the table of identities.
    """
    return (
        f"COALESCE((SELECT said.apart FROM {table('separations')} said "
        f"WHERE said.site = {identity}.site AND said.visitor IS NULL "
        f"AND said.contact = {identity}.contact "
        f"AND said.customer_ref = {identity}.customer_ref ORDER BY said.id DESC LIMIT 1), 0) = 0"
    )
