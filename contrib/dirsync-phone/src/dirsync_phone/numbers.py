"""One phone number in one form: E.164, and behind it the extension as RFC 3966 writes it."""

import re

from phonenumbers import (
    CountryCodeSource,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    is_valid_number,
    national_significant_number,
    parse,
)

_LETTERS = re.compile(r"[^\W\d_]+")
_AROUND = frozenset({"tel"})
_BEFORE_EXTENSION = frozenset({"ext", "extn", "extension", "xtn", "x", "int", "anexo", "доб"})


def one_form(written: str, region: str | None) -> str | None:
    """Give `+4790011222`, or `+4790011222;ext=12`; None where the text is not one number for certain.

    `region` is that of a number which is written as one dials it at home; without it only those are read that carry
    their country's code.
    """
    try:
        number = parse(written, region, keep_raw_input=True)
    except NumberParseException:
        return None
    if not _is_certain(number) or not _is_all_of(written, number):
        return None
    extension = f";ext={number.extension}" if number.extension else ""
    return format_number(number, PhoneNumberFormat.E164) + extension


def _is_certain(number: PhoneNumber) -> bool:
    """A country's code was meant as one; without it the number must be one that its country gives out."""
    if number.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY:
        return is_valid_number(number)
    return is_possible_number(number)


def _is_all_of(written: str, number: PhoneNumber) -> bool:
    """Say whether nothing of the text is lost: the library passes over words, and over a second number."""
    words = {word.casefold() for word in _LETTERS.findall(written)}
    known = _AROUND | _BEFORE_EXTENSION if number.extension else _AROUND
    digits = "".join(str(int(sign)) for sign in written if sign.isdecimal())
    return words <= known and digits.endswith(national_significant_number(number) + (number.extension or ""))
