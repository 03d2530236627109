"""Telephone numbers and e-mail addresses.

The well-kept libraries judge (phonenumbers, email-validator); they take tens of microseconds a value, so the everyday shapes take a fast
path that the tests hold against them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from synchub.messages import Language
from synchub.model.kinds.base import Kind, Usual
from synchub.model.kinds.text import as_text, excerpt, fold_width
from synchub.model.values import Canonical, KindProblem

_MOBILE_RANGES = r"1(?:[38]\d|4[57]|[59][0-35-9]|6[25-7]|7[0-35-8])"
"""Numbers of these ranges are valid in every release of the library; newer ranges take the long way."""
_CHINESE_MOBILE = re.compile(rf"(?:\+86|0086|86)?({_MOBILE_RANGES}\d{{8}})")
_GROUPED_MOBILE = re.compile(rf"(?:\+86[ -]?)?({_MOBILE_RANGES})[ -]?(\d{{4}})[ -]?(\d{{4}})", re.ASCII)
_PUNCTUATION = {ord(mark): None for mark in " -()."}
_EXTENSION_WORDS = re.compile(r"\s*(?:转分机|轉分機|分机号?|分機號?|转|轉)\s*[:]?\s*(?=\d)")
_SEVERAL = re.compile(r"\d{7,}\s*[/;,、或]\s*\+?\d{7,}")


@dataclass(frozen=True)
class Phone(Kind):
    """A telephone number, canonical in E.164 (``+8613800138000``), an extension as ``+862188886666;ext=801``.

    `country` (ISO code) says how a number without country code is meant.
    """

    name: ClassVar[str] = "phone"
    country: str = "CN"

    @property
    def usual(self) -> Usual | None:
        return _usual_chinese if self.country == "CN" else None

    def parse(self, value: object) -> Canonical | None:
        text = fold_width(as_text(value))
        if not text:
            return None
        digits = text.translate(_PUNCTUATION)
        mobile = _CHINESE_MOBILE.fullmatch(digits)
        at_home = self.country == "CN"
        if mobile and (at_home or digits.startswith("+86")):
            return "+86" + mobile[1]
        if digits[:3] == "+86" or (at_home and digits[:1] == "0"):
            landline = digits[1 if digits[0] == "0" else 3 :]
            if landline.isascii() and _chinese_landlines().fullmatch(landline):
                return "+86" + landline
        return _parse_phone(text, self.country)

    def to_python(self, value: Canonical) -> object:
        return value

    def show(self, value: Canonical | None, language: Language) -> str:  # noqa: ARG002 - numbers read the same in both
        """In the national form within `country`, else in the international one."""
        if value is None:
            return ""
        import phonenumbers

        number = phonenumbers.parse(str(value), self.country)
        home = number.country_code == phonenumbers.country_code_for_region(self.country)
        forms = phonenumbers.PhoneNumberFormat
        return str(phonenumbers.format_number(number, forms.NATIONAL if home else forms.INTERNATIONAL))


def _usual_chinese(text: str) -> str | None:
    """A mobile number in its groups, or a landline with area code, as they are written in China; None for any other text."""
    mobile = _GROUPED_MOBILE.fullmatch(text)
    if mobile:
        return "+86" + "".join(mobile.groups())
    if text[:1] == "0":
        landline = text[1:].replace("-", "").replace(" ", "")
        if _chinese_landlines().fullmatch(landline):
            return "+86" + landline
    return None


@lru_cache(maxsize=1)
def _chinese_landlines() -> re.Pattern[str]:
    """Area code and number without the leading zero, as the library's own data has them; it takes a hundred times as long to say the same."""
    import phonenumbers

    region = phonenumbers.PhoneMetadata.metadata_for_region("CN")
    assert region is not None
    assert region.fixed_line is not None
    assert region.fixed_line.national_number_pattern is not None
    return re.compile(region.fixed_line.national_number_pattern, re.ASCII)


@lru_cache(maxsize=4096)
def _parse_phone(text: str, country: str) -> str:
    import phonenumbers

    if _SEVERAL.search(text):
        raise KindProblem("K112", {"value": excerpt(text)})
    problem = KindProblem("K111", {"value": excerpt(text)})
    try:
        number = phonenumbers.parse(_EXTENSION_WORDS.sub(" ext ", text), country)
    except phonenumbers.NumberParseException:
        raise problem from None
    if not phonenumbers.is_valid_number(number):
        raise problem
    canonical = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return f"{canonical};ext={number.extension}" if number.extension else canonical


_ATOM = r"[a-z0-9_+-]+"
_PLAIN_EMAIL = re.compile(
    rf"(?=[^@]{{1,64}}@)({_ATOM}(?:\.{_ATOM})*)@"
    r"((?:[a-z0-9](?:[a-z0-9]|-(?!-)){0,50}[a-z0-9]\.|[a-z0-9]\.){1,3}(?:com|cn|net|org))",
    re.IGNORECASE | re.ASCII,
)
_EVERYDAY_EMAIL = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]{1,50}\.){1,3}(?:com|cn|net|org)", re.ASCII
)


def _usual_email(text: str) -> str | None:
    return text if len(text) <= 64 and _EVERYDAY_EMAIL.fullmatch(text) else None


@dataclass(frozen=True)
class Email(Kind):
    """An e-mail address. Checked for its form only: whether mail arrives is not asked. Equal whatever the case."""

    name: ClassVar[str] = "email"

    @property
    def usual(self) -> Usual | None:
        return _usual_email

    def parse(self, value: object) -> Canonical | None:
        text = fold_width(as_text(value))
        if not text:
            return None
        plain = _PLAIN_EMAIL.fullmatch(text)
        if plain:
            return f"{plain[1]}@{plain[2].lower()}"
        return _parse_email(text)

    def key(self, value: Canonical) -> object:
        return str(value).casefold()

    def to_python(self, value: Canonical) -> object:
        return value


def _parse_email(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise KindProblem("K113", {"value": excerpt(text)}) from None
