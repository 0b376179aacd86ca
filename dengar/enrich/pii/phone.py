"""Phone numbers, by phonenumbers' strict validity: mobiles in any grouping, `+…` of any country, land lines where they are named.

Short codes and service numbers (171, 129, 1500-299, 0800-…) are public information and stay. E-wallet accounts are phone numbers.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dengar.enrich.pii.lexicon import listed
from dengar.enrich.pii.numbers import Number

_SERVICE = re.compile(r"(?:0|62)?(?:800|804|809)|(?:0\d{2,3}|62\d{2,3})?1500\d{3}\Z|14\d")
_AREA = re.compile(r"\(?0\d{2,3}\)?\s?-?\s?\d{3,4}[\s-]?\d{3,4}")
_LINKED = re.compile(r"(?:wa\.me|phone=|whatsapp\.com|tel:|wa\.link)[^\s]{0,20}\Z")


@lru_cache(maxsize=4096)
def valid(number: str) -> bool:
    """Whether phonenumbers takes it for a person's or an office's number (no service numbers)."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, "ID")
    except phonenumbers.NumberParseException:
        return False
    kinds = phonenumbers.PhoneNumberType
    if not phonenumbers.is_valid_number(parsed):
        return False
    return phonenumbers.number_type(parsed) not in (
        kinds.TOLL_FREE, kinds.PREMIUM_RATE, kinds.SHARED_COST, kinds.UAN, kinds.VOICEMAIL,
    )  # fmt: skip


def judge(number: Number) -> float:
    """How sure it is that the number is somebody's phone."""
    digits = number.digits
    if not 9 <= len(digits) <= 15 or _SERVICE.match(digits):
        return 0.0
    international = number.plus or digits.startswith("00")
    mobile = digits.startswith(("08", "628", "6208"))
    named = number.near("phone")
    bracketed = digits[0] == "0" and _AREA.fullmatch(number.view.text[number.start - 1 : number.end]) is not None
    dashed = _AREA.fullmatch(number.written) is not None and ("-" in number.written or ")" in number.written)
    if not (international or mobile or named or bracketed or dashed):
        return 0.0
    if (number.priced and not mobile) or number.dated:
        return 0.0
    if number.in_link and not _LINKED.search(number.view.lower[: number.start]):
        return 0.0
    if not number.plus and (_of_a_code(number) or _named_a_code(number)):
        return 0.0
    if not (international or mobile) and digits[0] not in "08":
        return 0.0
    if digits.startswith("6208"):
        digits = "62" + digits[3:]
    abroad = valid("+" + digits.removeprefix("00")) if international or digits.startswith("62") else False
    if not abroad and (digits.startswith("62") or not valid(digits)):
        return 0.0
    if number.near("account", "bank", "card"):
        return 0.6
    spaced_out = mobile and len(number.groups) > 8
    return 0.95 if named or international else 0.9 if mobile and not spaced_out else 0.8


def _named_a_code(number: Number) -> bool:
    """Behind "resi", "invoice" and the like; words of two letters are too little to leave a phone number in the open."""
    label = number.before[0] if number.before else None
    return number.near("code") and not (label and label.end - label.start < 3)


def _of_a_code(number: Number) -> bool:
    """Glued to letters that name no phone: INV-0812…, ORD/0812…, JX0812…"""
    glued = number.glued.lower()
    if not glued:
        return False
    head = glued.rstrip("-/_.")
    if (
        head in listed("phone_labels")
        or head.rpartition("/")[2] in listed("phone_labels")
        or head.endswith(("wa.me", "wa", "hp"))
    ):
        return False
    return glued[-1] in "-/_" or number.glued.isupper() or any(c.isdigit() for c in head)
