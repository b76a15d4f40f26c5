"""The form at the checkout: who buys."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["AddressForm", "email_error"]

LONGEST_NAME = 80
LONGEST_EMAIL = 254
# Deliberately loose: only a mail that arrives proves an address. This catches slips of the hand.
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, kw_only=True)
class AddressForm:
    """What was typed, and what is wrong with it.

    :param name: without spaces around it.
    :param email: without spaces around it.
    :param errors: a sentence for each field that is wrong; empty when all is well.
    """

    name: str = ""
    email: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, sent: Mapping[str, str]) -> "AddressForm":
        """Read and check what a browser sent.

        :param sent: the form's fields, missing ones allowed.
        :returns: the form, to be shown again when it has errors.
        """
        name, email = sent.get("name", "").strip(), sent.get("email", "").strip()
        found = {"name": _name_error(name), "email": email_error(email)}
        return cls(
            name=name, email=email, errors={key: text for key, text in found.items() if text}
        )


def email_error(email: str) -> str | None:
    """Check a mail address.

    :param email: without spaces around it.
    :returns: a sentence for the visitor, or None when it looks right.
    """
    if not email:
        return "Please give an e-mail address, for the receipt."
    if len(email) > LONGEST_EMAIL or _has_control(email) or not EMAIL.fullmatch(email):
        return "This does not look like an e-mail address, such as you@example.com."
    return None


def _name_error(name: str) -> str | None:
    if not name:
        return "Please tell us your name."
    if len(name) > LONGEST_NAME:
        return f"Please shorten your name to {LONGEST_NAME} characters."
    if _has_control(name):
        return "Your name holds characters that cannot be printed."
    return None


def _has_control(text: str) -> bool:
    # Control characters, halves of characters, line and paragraph separators. A line break in a
    # name is how headers are smuggled into a mail. (Joiners stay: Persian names need them.)
    return any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text)
