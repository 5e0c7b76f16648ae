"""Errors as RFC 9457 problem details: a stable code, and a sentence in Indonesian or English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.bus import BusUnreachable
from shared.decider import Refusal, Refused
from shared.envelope import Unreadable
from shared.keyring import SecretMissing
from shared.log import LogRefused, LogUnreachable
from shared.projection import DATABASE_AWAY, ProjectionBehind
from shared.transact import CauseReused, Contended

MEDIA_TYPE = "application/problem+json"
_KIND_STATUS = {"conflict": 409, "invalid": 422, "missing": 404}
_log = structlog.get_logger()


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818 - the RFC's word
    """Something that is not as asked: a refusal, the status it has, and the values in its words."""

    refusal: Refusal
    status: int
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    errors: Sequence[Mapping[str, str]] = ()
    retry_after: int | None = None


NOT_FOUND = Refusal("not_found", "Tidak ditemukan: {what}.", "Not found: {what}.", "missing")
KEY_MISSING = Refusal(
    "idempotency_key_missing",
    "Setiap perintah memerlukan header Idempotency-Key, misalnya sebuah UUID.",
    "Every command needs the header Idempotency-Key, for instance a UUID.",
)
KEY_REUSED = Refusal(
    "idempotency_key_reused",
    "Idempotency-Key ini sudah dipakai untuk permintaan lain. Pakai kunci baru.",
    "This Idempotency-Key has stood for another request. Use a new one.",
)
FROM_THE_FUTURE = Refusal(
    "effective_time_in_future",
    "Waktu kejadian {effective_at} belum tiba.",
    "The time {effective_at} has not come yet.",
    "invalid",
)
INVALID = Refusal(
    "request_invalid",
    "Permintaan tidak sesuai bentuknya: lihat errors.",
    "The request has not the right form: see errors.",
    "invalid",
)
_HTTP = Refusal("http_{status}", "{reason}", "{reason}")
_UNREACHABLE = Refusal(
    "log_unreachable",
    "Log tidak menjawab. Belum pasti tercatat; ulangi dengan Idempotency-Key yang sama.",
    "The log does not answer. It may be recorded or not; repeat with the same Idempotency-Key.",
)
_REFUSED_BY_LOG = Refusal(
    "log_refused",
    "Log menolak mencatat: {why}. Tidak ada yang tercatat.",
    "The log refused to record it: {why}. Nothing was recorded.",
)
_UNREADABLE = Refusal(
    "log_unreadable",
    "Riwayatnya memuat peristiwa yang tidak terbaca: {why}. Hubungi pengelola sistem.",
    "Its history holds an event that cannot be read: {why}. Call the operators.",
)
_BEHIND = Refusal(
    "projection_behind",
    "Tabel belum sampai ke posisi yang diminta: {why}. Coba lagi.",
    "The tables are not yet at the position asked for: {why}. Try again.",
)
_DATABASE = Refusal(
    "database_unreachable",
    "Basis data tidak menjawab. Coba lagi.",
    "The database does not answer. Try again.",
)
_CONTENDED = Refusal(
    "contended",
    "Terlalu banyak perubahan serentak pada {why}. Coba lagi.",
    "Too many change {why} at once. Try again.",
)
_NO_SECRET = Refusal(
    "secret_missing",
    "Kunci data pribadi tidak tersedia: {why}.",
    "The key for personal data is not available: {why}.",
)
_INTERNAL = Refusal(
    "internal_error",
    "Terjadi kesalahan pada layanan ini. Laporkan correlation_id.",
    "This service has a fault. Report the correlation_id.",
)


def install(app: FastAPI) -> None:
    """Make every error of *app* a problem detail, the framework's own included."""

    @app.exception_handler(Problem)
    async def problem(request: Request, error: Problem) -> JSONResponse:
        return answer(request, error)

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> JSONResponse:
        status = _KIND_STATUS[error.refusal.kind]
        return answer(request, Problem(error.refusal, status, error.values))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [_pointed(found, language(request)) for found in error.errors()]
        return answer(request, Problem(INVALID, 422, errors=errors))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == HTTPStatus.NOT_FOUND:
            return answer(request, Problem(NOT_FOUND, 404, {"what": request.url.path}))
        values = {"reason": error.detail, "status": error.status_code}
        return answer(request, Problem(_HTTP, error.status_code, values))

    for kind, (refusal, status, retry_after) in _FAULTS.items():
        app.add_exception_handler(kind, _fault(refusal, status, retry_after))
    app.add_exception_handler(Exception, _fault(_INTERNAL, 500, None))


_FAULTS: dict[type[Exception], tuple[Refusal, int, int | None]] = {
    CauseReused: (KEY_REUSED, 422, None),
    LogUnreachable: (_UNREACHABLE, 503, 1),
    BusUnreachable: (_UNREACHABLE, 503, 1),
    LogRefused: (_REFUSED_BY_LOG, 507, None),
    Unreadable: (_UNREADABLE, 500, None),
    ProjectionBehind: (_BEHIND, 503, 1),
    Contended: (_CONTENDED, 503, 1),
    SecretMissing: (_NO_SECRET, 503, None),
    **dict.fromkeys(DATABASE_AWAY, (_DATABASE, 503, 1)),
}


def _fault(refusal: Refusal, status: int, retry_after: int | None) -> Any:  # noqa: ANN401 - Starlette's handler
    async def handler(request: Request, error: Exception) -> JSONResponse:
        _log.error(refusal.code, path=request.url.path, why=f"{type(error).__name__}: {error}")
        return answer(request, Problem(refusal, status, {"why": error}, retry_after=retry_after))

    return handler


def answer(request: Request, problem: Problem) -> JSONResponse:
    """Return *problem* as a response, in the language that *request* prefers."""
    refusal, tongue = problem.refusal, language(request)
    sentence = refusal.en if tongue == "en" else refusal.id
    code = refusal.code.format(**problem.values)
    body: dict[str, object] = {
        "type": f"urn:kkmp:problem:{code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": sentence.format(**problem.values),
        "instance": request.url.path,
        "code": code,
        "correlation_id": str(request.state.correlation),
    }
    if problem.errors:
        body["errors"] = list(problem.errors)
    headers = {"Content-Language": tongue}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    return JSONResponse(body, problem.status, headers, MEDIA_TYPE)


def language(request: Request) -> str:
    """`en` when the request prefers English to Indonesian, otherwise `id`."""
    preferred, most = "id", 0.0
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag, _, weight = part.partition(";")
        tongue, quality = tag.strip().split("-")[0], _quality(weight)
        if tongue in ("id", "en") and quality > most:
            preferred, most = tongue, quality
    return preferred


def _quality(weight: str) -> float:
    """Return how much a language is wanted, as its `q=` says; 1 when it says nothing."""
    try:
        return float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0


_WORDS = {
    "missing": "Wajib diisi.",
    "extra_forbidden": "Tidak dikenal di sini.",
    "json_invalid": "Bukan JSON yang benar.",
    "greater_than": "Harus lebih besar daripada {gt}.",
    "greater_than_equal": "Paling sedikit {ge}.",
    "less_than_equal": "Paling banyak {le}.",
    "string_too_short": "Paling sedikit {min_length} huruf.",
    "string_too_long": "Paling banyak {max_length} huruf.",
    "string_pattern_mismatch": "Bentuknya harus {pattern}.",
    "int_type": "Harus bilangan bulat.",
    "int_parsing": "Harus bilangan bulat.",
    "int_from_float": "Harus bilangan bulat.",
    "literal_error": "Pilihannya: {expected}.",
    "enum": "Pilihannya: {expected}.",
    "identity_number_malformed": "Bukan NIK: 16 angka, empat terakhir bukan 0000.",
    "timezone_aware": "Waktu harus menyebut selisihnya dari UTC, misalnya +07:00.",
    "datetime_parsing": "Bukan waktu, misalnya 2025-11-04T10:00:00+07:00.",
    "datetime_from_date_parsing": "Bukan waktu, misalnya 2025-11-04T10:00:00+07:00.",
    "date_from_datetime_parsing": "Bukan tanggal, misalnya 2025-11-04.",
    "date_parsing": "Bukan tanggal, misalnya 2025-11-04.",
    "uuid_parsing": "Bukan UUID.",
    "text_with_nul": "Teks tidak boleh memuat karakter NUL.",
    "region_code_bare": "Sepuluh angka tanpa titik cocok dengan dua sistem kode. "
    "Tulis kode Kemendagri: {dotted}?",
    "region_code_malformed": "Bukan kode Kemendagri, misalnya 31.72.02.1006.",
}


def _pointed(found: Mapping[str, Any], tongue: str) -> dict[str, str]:
    """Return one finding of the validation with a JSON pointer to where it is."""
    place, *path = found["loc"]
    words = _WORDS.get(found["type"]) if tongue == "id" else None
    return {
        "pointer": "#/" + "/".join(_escaped(part) for part in path),
        "in": str(place),
        "code": str(found["type"]),
        "detail": words.format(**found.get("ctx", {})) if words else str(found["msg"]),
    }


def _escaped(part: object) -> str:
    """Return one step of a JSON pointer (RFC 6901)."""
    return str(part).replace("~", "~0").replace("/", "~1")
