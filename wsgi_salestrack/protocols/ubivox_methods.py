"""The methods of Ubivox's XML-RPC API: their names, what they take, and the codes of its faults."""

from __future__ import annotations

from typing import Final, NamedTuple

from .xmlrpc import Fault, Value

# The codes of faults [doc].
INVALID_FIELD: Final = 1004
INVALID_MOMENT: Final = 5001
INVALID_REFERENCE: Final = 5004
NO_SUCH_METHOD: Final = 6002
INVALID_CLIENT: Final = 7001
INVALID_MULTICALL: Final = 9992
RECURSIVE_MULTICALL: Final = 9993

#: Calls in one ``system.multicall``; each may be an order to be committed.
MOST_CALLS: Final = 50


class Method(NamedTuple):
    """A method of the API.

    :param name: what :mod:`wsgi_salestrack.endpoints.xmlrpc` knows it by, whatever its alias.
    :param signatures: of each, the types of what it returns and takes.
    :param help: for people.
    """

    name: str
    signatures: tuple[tuple[str, ...], ...]
    help: str


_SYSTEM: Final = (
    Method("system.listMethods", (("array",),), "The names of all methods."),
    Method("system.methodHelp", (("string", "string"),), "What a method does. Takes its name."),
    Method(
        "system.methodSignature",
        (("array", "string"),),
        "The types of what a method returns and takes. Takes its name.",
    ),
    Method(
        "system.multicall",
        (("array", "array"),),
        f"Makes up to {MOST_CALLS} calls, structs of methodName and params. Returns for each an "
        "array of its one result, or a struct of faultCode and faultString.",
    ),
)
_OWN: Final = (
    Method(
        "ecommerce_tracking_new_order",
        (("boolean", "struct"),),
        "Records an order. Takes a struct of et_products, et_currency, et_customer_ref, "
        "et_order_ref, and for each product i from 0 et_prod_i_id, et_prod_i_quantity, "
        "et_prod_i_name, et_prod_i_category and et_prod_i_unit_price; optionally "
        "et_point_of_sale and et_added. Returns true; the same order may be sent again.",
    ),
    Method(
        "ecommerce_tracking_html",
        (("string", "string", "string"), ("string", "struct")),
        "The image to print on the order's confirmation page. Takes customer_ref and order_ref, "
        "or a struct of et_customer_ref and et_order_ref.",
    ),
    Method(
        "ecommerce_tracking_cancel_order",
        (("boolean", "string"), ("boolean", "struct")),
        "Marks an order as cancelled. Takes order_ref, or a struct of et_order_ref. Returns true; "
        "an order may be cancelled again.",
    ),
    Method("ping", (("boolean",),), "Returns true."),
    Method("list_targets", (("array",),), "The targets, structs of id and title."),
    Method("get_maillists", (("array",),), "Always empty: there are no mailing lists here."),
    Method("list_maillists", (("array",),), "Always empty: there are no mailing lists here."),
)

#: All methods by their names. The documentation's ``mailer.`` is ``ubivox.`` in the vendor's own
#: plugin for WordPress [client].
METHODS: Final = {method.name: method for method in _SYSTEM} | {
    f"{namespace}.{method.name}": method for namespace in ("mailer", "ubivox") for method in _OWN
}


def method_of(params: list[Value]) -> Method:
    """The method that is asked about.

    :raises Fault: if there is none of that name.
    """
    (name,) = params if len(params) == 1 else ("",)
    return method_named(name if isinstance(name, str) else "")


def method_named(name: str) -> Method:
    """The method of that name.

    :raises Fault: if there is none.
    """
    if name not in METHODS:
        raise Fault(NO_SUCH_METHOD, "no such method")
    return METHODS[name]
