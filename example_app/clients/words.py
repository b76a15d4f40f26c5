"""What came back, in plain words."""

import xml.etree.ElementTree as ET
from xmlrpc.client import Fault, ProtocolError

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from example_app.clients.reader import Answer

__all__ = [
    "of_call",
    "of_click",
    "of_form",
    "of_pixel",
    "of_roi_insert",
    "of_silent_pixel",
    "of_snippet",
]


def of_click(answer: Answer) -> str:
    """Say what a click on a tracked link was answered."""
    if answer.status != 302:
        return _unexpected(answer)
    remembered = "with a cookie that remembers the click" if answer.cookies else "without a cookie"
    return f"redirected to {_page(answer)}, {remembered}"


def of_pixel(answer: Answer) -> str:
    """Say what a pixel was answered that tells errors."""
    if not _is_image(answer):
        return _unexpected(answer)
    error: str | None = answer.headers["ST-Error"]
    if error is None:
        return "an image without ST-Error: saved"
    return f"an image, but not recorded: {error.removeprefix('not recorded: ')}"


def of_snippet(answer: Answer) -> str:
    """Say what the image of a sealed snippet was answered."""
    if not _is_image(answer) or answer.headers["ST-Error"]:
        return of_pixel(answer)
    return "an image without ST-Error: the reader is tied to the order, known or not"


def of_silent_pixel(answer: Answer) -> str:
    """Say what Splio's pixel was answered, which never tells."""
    if not _is_image(answer):
        return _unexpected(answer)
    return "an image, as always: this dialect never tells whether it was saved"


def of_form(answer: Answer) -> str:
    """Say what the affiliate network's form was answered."""
    if answer.status != 303:
        return _unexpected(answer)
    return f"saved or not, the buyer is led on to {_page(answer)}"


def of_roi_insert(answer: Answer) -> str:
    """Say what BlueHornet's API answered."""
    try:
        root: ET.Element = defusedxml.ElementTree.fromstring(answer.body)
    except (ET.ParseError, DefusedXmlException):
        return _unexpected(answer)
    code = root.findtext("item/responseCode") or root.findtext("item/responseData/responseCode")
    return " ".join(filter(None, (code, root.findtext("item/responseText"))))


def of_call(result: object) -> str:
    """Say what an XML-RPC call returned, or why it failed."""
    if isinstance(result, Fault):
        return f"fault {result.faultCode}: {result.faultString}"
    if isinstance(result, ProtocolError):
        return f"status {result.errcode} {result.errmsg}"
    return "true" if result is True else str(result)


def _page(answer: Answer) -> str:
    location: str = answer.headers["Location"]
    return location.partition("?")[0]


def _is_image(answer: Answer) -> bool:
    return answer.status == 200 and answer.headers["Content-Type"] == "image/gif"


def _unexpected(answer: Answer) -> str:
    return f"status {answer.status}, which is not expected here"
