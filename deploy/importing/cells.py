"""What a cell says, however people and Excel write it; `Unusable` when it is not certain."""

import re
import unicodedata
from datetime import date

from deploy.importing.faults import (
    AMOUNT_FRACTION,
    AMOUNT_MALFORMED,
    AMOUNT_NEGATIVE,
    AMOUNT_ROUNDED,
    AMOUNT_TOO_LARGE,
    CONTROL_CHARACTER,
    DATE_IMPOSSIBLE,
    DATE_MALFORMED,
    DATE_SERIAL,
    EXCEL_ERROR,
    FORMULA,
    MEMBER_NUMBER,
    NO_NAME,
    NUMBER_DECIMAL,
    NUMBER_MALFORMED,
    NUMBER_ROUNDED,
    PHONE_MALFORMED,
    PHONE_ROUNDED,
    TEXT_LENGTH,
    UNREADABLE_TEXT,
    YEAR_TWO_DIGITS,
    Unusable,
)
from services.membership.commands.savings import MOST_RUPIAH
from shared.texts import like_a_formula

_LINE_IN_CELL = re.compile(r"[\t\r\n]")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')
_EXCEL_ERROR = re.compile(r"#+|#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)")
_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?E\+?\d{1,3}", re.IGNORECASE | re.ASCII)
_DASHES = ("-", "--", "\u2013", "\u2014")
"""What people write where there is nothing."""
_APOSTROPHES = "'`\u2018\u2019"
_MOST_NAME, _MOST_NUMBER = 200, 40
_MOST_CELL = 32_767
"""No cell of Excel holds more, and what a pattern is tried on has a bound."""
_FORMULA = ("=", "@", "\uff1d", "\uff20")
"""Whatever the column: no value begins so. A sign before a number is for its column to judge."""
_MEMBER_NUMBER = re.compile(rf"[0-9A-Za-z./-]{{1,{_MOST_NUMBER}}}")
_IDENTITY_NUMBER = re.compile(r"\d{16}", re.ASCII)
_ROUNDED = re.compile(r"\d{12}0000", re.ASCII)
_DECIMAL = re.compile(r"\d+[.,]0+", re.ASCII)
_NO_DIGIT = re.compile(r"\D", re.ASCII)
_PHONE = re.compile(r"\+?[\d ().\-/]+", re.ASCII)
_PHONE_DIGITS = range(6, 16)
_MOBILE_WITHOUT_ZERO = re.compile(r"8\d{8,11}", re.ASCII)
_RUPIAH = re.compile(r"^(rp|idr)\.?\s*", re.IGNORECASE)
_WHOLE = re.compile(r"\d+|\d{1,3}(\.\d{3})+", re.ASCII)
_NO_FRACTION = re.compile(r"(?P<whole>.+?),(-|0{1,2})", re.ASCII)
_PLAIN_FRACTION = re.compile(r"(?P<whole>\d{4,})\.(?P<part>\d{1,2})", re.ASCII)
_FRACTION = re.compile(r"[\d.]+,\d{1,2}", re.ASCII)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})([T ]00:00(:00(\.0+)?)?)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2}|[a-z]+)\.?[-/. ]+(\d{4}|\d{2})", re.ASCII)
_SERIAL = re.compile(r"\d{4,5}([.,]0+)?", re.ASCII)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari pebruari february feb peb",
            "maret march mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu agt ags aug",
            "september sep sept",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        1,
    )
    for name in names.split()
}


def cleaned(cell: str, column: str) -> str:
    """Return the text of *cell* as it was meant, with single blanks; empty when it says nothing."""
    if len(cell) > _MOST_CELL:
        raise Unusable(TEXT_LENGTH, column=column, least=0, most=_MOST_CELL)
    if "\ufffd" in cell:
        raise Unusable(UNREADABLE_TEXT, column=column)
    text = unicodedata.normalize("NFC", _LINE_IN_CELL.sub(" ", cell.replace("\ufeff", "")))
    if any(unicodedata.category(one) in _INVISIBLE for one in text):
        raise Unusable(CONTROL_CHARACTER, column=column)
    text = " ".join(text.split())
    if found := _QUOTED_FORMULA.fullmatch(text):
        text = found[1].strip()
    if text[:1] == "'" and like_a_formula(text[1:]):
        text = text[1:]  # as our own tables for Excel keep a text from being a formula
    if text in _DASHES:
        return ""
    if _EXCEL_ERROR.fullmatch(text):
        raise Unusable(EXCEL_ERROR, column=column)
    if text.startswith(_FORMULA):
        raise Unusable(FORMULA, column=column)
    return text


def text_of(text: str, column: str, least: int, most: int) -> str:
    """Return *text* if it is no formula, and neither too short nor too long."""
    if like_a_formula(text):
        raise Unusable(FORMULA, column=column)
    if not least <= len(text) <= most:
        raise Unusable(TEXT_LENGTH, column=column, least=least, most=most)
    return text


def name_of(text: str, column: str) -> str:
    """Return a name, which has a letter at least."""
    if not any(one.isalpha() for one in text):
        raise Unusable(NO_NAME, column=column)
    return text_of(text, column, 1, _MOST_NAME)


def member_number_of(text: str, column: str) -> str:
    """Return the number that a cooperative has given a member."""
    if like_a_formula(text):
        raise Unusable(FORMULA, column=column)
    if not _MEMBER_NUMBER.fullmatch(text):
        raise Unusable(MEMBER_NUMBER, column=column, most=_MOST_NUMBER)
    return text


def identity_number_of(text: str, column: str) -> str:
    """Return the sixteen digits of a national identity number."""
    if _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        raise Unusable(NUMBER_ROUNDED, column=column)
    bare = text.strip(_APOSTROPHES + " ")
    if _DECIMAL.fullmatch(bare):
        raise Unusable(NUMBER_DECIMAL, column=column)
    digits = re.sub(r"[ .\-]", "", bare)
    if _ROUNDED.fullmatch(digits):
        raise Unusable(NUMBER_ROUNDED, column=column)
    if not _IDENTITY_NUMBER.fullmatch(digits):
        raise Unusable(NUMBER_MALFORMED, column=column)
    return digits


def phone_of(text: str, column: str) -> str:
    """Return a telephone number; the zero that Excel takes away from in front is put back."""
    if _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        raise Unusable(PHONE_ROUNDED, column=column)
    bare = text.strip(_APOSTROPHES + " ")
    digits = _NO_DIGIT.sub("", bare)
    if not _PHONE.fullmatch(bare) or len(digits) not in _PHONE_DIGITS:
        raise Unusable(PHONE_MALFORMED, column=column)
    return f"0{digits}" if _MOBILE_WITHOUT_ZERO.fullmatch(bare) else bare


def day_of(text: str, column: str) -> date:
    """Return the day that *text* means: the day of the month comes first, or it is ISO 8601."""
    bare = text.strip(_APOSTROPHES + " ").casefold()
    if iso := _ISO.fullmatch(bare):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]), column)
    if _SERIAL.fullmatch(bare):
        raise Unusable(DATE_SERIAL, column=column)
    found = _DAY_FIRST.fullmatch(bare)
    month = None if found is None else _month(found[2])
    if found is None or month is None:
        raise Unusable(DATE_MALFORMED, column=column)
    if len(found[3]) == len("25"):
        raise Unusable(YEAR_TWO_DIGITS, column=column)
    return _day(int(found[3]), month, int(found[1]), column)


def _month(text: str) -> int | None:
    return int(text) if text.isdigit() else _MONTHS.get(text)


def _day(year: int, month: int, day: int, column: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unusable(DATE_IMPOSSIBLE, column=column) from None


def amount_of(text: str, column: str) -> int:
    """Return whole rupiah; a dash, as in a column of amounts, is none."""
    bare = _RUPIAH.sub("", text.strip(_APOSTROPHES + " ")).replace(" ", "")
    if not bare or bare in _DASHES:
        return 0
    if _SCIENTIFIC.fullmatch(bare):
        raise Unusable(AMOUNT_ROUNDED, column=column)
    if bare[0] in "-\u2013(":
        raise Unusable(AMOUNT_NEGATIVE, column=column)
    if plain := _PLAIN_FRACTION.fullmatch(bare):
        if plain["part"].strip("0"):
            raise Unusable(AMOUNT_FRACTION, column=column)
        bare = plain["whole"]
    elif (whole := _NO_FRACTION.fullmatch(bare)) and _WHOLE.fullmatch(whole["whole"]):
        bare = whole["whole"]
    elif _FRACTION.fullmatch(bare):
        raise Unusable(AMOUNT_FRACTION, column=column)
    if not _WHOLE.fullmatch(bare):
        raise Unusable(AMOUNT_MALFORMED, column=column)
    digits = bare.replace(".", "").lstrip("0") or "0"
    if len(digits) > len(str(MOST_RUPIAH)) or int(digits) > MOST_RUPIAH:
        raise Unusable(AMOUNT_TOO_LARGE, column=column, most=f"{MOST_RUPIAH:_}".replace("_", "."))
    return int(digits)
