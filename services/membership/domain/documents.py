"""The forms of legal documents: what a number must look like, and when it may have been issued."""

import re
from datetime import date

from services.membership.commands.cooperative import RecordLegalDocument
from services.membership.events.cooperative import DocumentKind, LegalDocumentRecorded
from shared.decider import Refusal, Refused

NUMBER_MALFORMED = Refusal(
    "document_number_malformed",
    "Nomor {kind} terdiri atas {digits} angka.",
    "The number of {kind} has {digits} digits.",
    "invalid",
)
NPWP_OF_A_PERSON = Refusal(
    "npwp_of_a_person",
    "NPWP 16 angka ini berbentuk NIK seseorang, bukan NPWP koperasi.",
    "This NPWP of 16 digits has the form of a person's NIK: it is not a cooperative's.",
    "invalid",
)
DOCUMENT_BACKWARDS = Refusal(
    "document_backwards",
    "Dokumen tidak dapat berakhir sebelum tanggal terbitnya.",
    "A document does not run out before the day on which it was issued.",
    "invalid",
)

_SEPARATORS = re.compile(r"[.\-\s]")
_NIB = re.compile(r"\d{13}", re.ASCII)
_NPWP = re.compile(r"\d{15,16}", re.ASCII)
_LIKE_A_PERSONS = re.compile(r"(1[1-9]|[2-9]\d)\d{14}", re.ASCII)
"""A resident's NPWP of 16 digits is the NIK (PMK 112/2022), which begins with a province's code,
the lowest 11. It must not come into the log in clear; a cooperative's begins with 0 or 10."""


def document(asked: RecordLegalDocument) -> LegalDocumentRecorded:
    """Return the document as it is recorded; raises `Refused` when it cannot be one."""
    if asked.valid_until is not None and asked.valid_until < asked.issued_on:
        raise Refused(DOCUMENT_BACKWARDS)
    return LegalDocumentRecorded(
        asked.kind, _number(asked.kind, asked.number), asked.issued_on, asked.valid_until
    )


def precedes(document: LegalDocumentRecorded, founded_on: date) -> bool:
    """Whether the document is older than its cooperative, and cannot be.

    A cooperative that was developed out of an older one keeps that one's papers; an account of the
    programme's own system is the programme's.
    """
    return document.kind is DocumentKind.AKUN_SIMKOPDES and document.issued_on < founded_on


def same_place(one: LegalDocumentRecorded, other: LegalDocumentRecorded) -> bool:
    """Whether *one* stands in the place of *other*, instead of beside it."""
    return one.kind is other.kind and (not one.kind.several or one.number == other.number)


def _number(kind: DocumentKind, written: str) -> str:
    match kind:
        case DocumentKind.NIB:
            return _digits(kind, written, _NIB, "13")
        case DocumentKind.NPWP:
            number = _digits(kind, written, _NPWP, "15/16")
            if _LIKE_A_PERSONS.fullmatch(number):
                raise Refused(NPWP_OF_A_PERSON)
            return number
        case (
            DocumentKind.AKTA
            | DocumentKind.AKTA_PERUBAHAN
            | DocumentKind.BADAN_HUKUM
            | DocumentKind.NOMOR_INDUK_KOPERASI
            | DocumentKind.AKUN_SIMKOPDES
            | DocumentKind.REKENING_BANK
            | DocumentKind.IZIN_SIMPAN_PINJAM
            | DocumentKind.IZIN_LAIN
        ):
            return written


def _digits(kind: DocumentKind, written: str, form: re.Pattern[str], digits: str) -> str:
    number = _SEPARATORS.sub("", written)
    if not form.fullmatch(number):
        raise Refused(NUMBER_MALFORMED, kind=kind.value.upper(), digits=digits)
    return number
