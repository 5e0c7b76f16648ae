"""Errors as RFC 9457 problem details: a stable code, and a sentence in Indonesian or English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import Match

from shared.bus import BusRefused, BusUnreachable
from shared.credentials import IssuerUnreachable, TokenRefused
from shared.decider import Refusal, Refused
from shared.envelope import Unreadable
from shared.keyring import SecretMissing
from shared.log import LogRefused, LogUnreachable
from shared.past import PastInPreparation, PositionAhead
from shared.projection import DATABASE_AWAY, ProjectionBehind
from shared.reader import LogBroken
from shared.transact import CauseReused, Contended, VersionMismatch

MEDIA_TYPE = "application/problem+json"
KIND_STATUS = {"conflict": 409, "invalid": 422, "missing": 404}
_log = structlog.get_logger()


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818 - the RFC's word
    """Something that is not as asked: a refusal, the status it has, and the values in its words."""

    refusal: Refusal
    status: int
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    errors: Sequence[Mapping[str, str]] = ()
    retry_after: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


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
    "Waktu peristiwa {effective_at} belum tiba.",
    "The time {effective_at} has not come yet.",
    "invalid",
)
INVALID = Refusal(
    "request_invalid",
    "Permintaan tidak sesuai bentuknya: lihat errors.",
    "The request has not the right form: see errors.",
    "invalid",
)
NO_PAST = Refusal(
    "no_past",
    "Pertanyaan ini tidak dapat dijawab untuk saat lampau: as_of dan as_of_position tidak berlaku.",
    "This question cannot be asked of the past: as_of and as_of_position do not apply.",
    "invalid",
)
NOT_ACCEPTABLE = Refusal(
    "not_acceptable",
    "Jawaban hanya tersedia sebagai {forms}.",
    "The answer is to be had as {forms} alone.",
    "invalid",
)
OUTSIDE = Refusal(
    "outside_jurisdiction",
    "Wilayah {place} di luar kewenangan Anda: {places}.",
    "The place {place} is outside your jurisdiction: {places}.",
)
BODY_TOO_LARGE = Refusal(
    "body_too_large",
    "Isi permintaan paling besar {most} byte.",
    "The body of a request has {most} bytes at most.",
    "invalid",
)
HEAD_TOO_LARGE = Refusal(
    "head_too_large",
    "Baris pertama dan header permintaan terlalu panjang atau terlalu banyak.",
    "The request line and the headers are too long, or too many.",
    "invalid",
)
MESSAGE_TOO_LARGE = Refusal(
    "message_too_large",
    "Permintaan terlalu panjang.",
    "The request is too long.",
    "invalid",
)
MESSAGE_TOO_SLOW = Refusal(
    "message_too_slow",
    "Permintaan tidak lengkap pada waktunya. Tidak ada yang tercatat.",
    "The request was not complete in time. Nothing was recorded.",
)
MESSAGE_MALFORMED = Refusal(
    "message_malformed",
    "Ini bukan permintaan HTTP/1.1 yang benar.",
    "This is not a request in HTTP/1.1.",
    "invalid",
)
HOST_MISSING = Refusal(
    "host_missing",
    "Permintaan HTTP/1.1 memerlukan tepat satu header Host.",
    "A request in HTTP/1.1 needs one header Host.",
    "invalid",
)
TOO_MANY_STRANGERS = Refusal(
    "too_many_from_address",
    "Terlalu banyak permintaan tanpa kredensial dari alamat Anda. Coba lagi dalam {seconds} detik.",
    "Too many requests without a credential from your address. Try again in {seconds} seconds.",
)
NO_ROOM = Refusal(
    "no_room",
    "Terlalu banyak koneksi yang sedang dilayani. Coba lagi.",
    "Too many connections are being served. Try again.",
)
TOOK_TOO_LONG = Refusal(
    "took_too_long",
    "Tidak selesai dalam {seconds} detik. Belum pasti tercatat; ulangi dengan kunci yang sama.",
    "Not done within {seconds} seconds. It may be recorded or not; repeat it with the same key.",
)
_HTTP = Refusal("http_{status}", "{reason}", "{reason}")
_METHOD = Refusal(
    "method_not_allowed",
    "Metode {method} tidak berlaku di sini.",
    "The method {method} does not apply here.",
    "invalid",
)
_CREDENTIAL_MISSING = Refusal(
    "credential_missing",
    "Sertakan header Authorization: Bearer dengan token atau kunci API.",
    "Send the header Authorization: Bearer with a token or an API key.",
)
_CREDENTIAL_REFUSED = Refusal(
    "credential_refused",
    "Token atau kunci API ditolak: {why}.",
    "The token or API key is refused: {why}.",
)
_ISSUER = Refusal(
    "issuer_unreachable",
    "Penerbit token tidak menjawab, sehingga token belum dapat diperiksa. Coba lagi.",
    "The issuer of the token does not answer, so the token cannot be checked yet. Try again.",
)
_VERSION = Refusal(
    "version_mismatch",
    "Sudah berubah: Anda melihat versi {expected}, sekarang versi {found}. Lihat lagi.",
    "It has changed: you saw version {expected}, it is at version {found}. Look again.",
)
_POSITION_AHEAD = Refusal(
    "position_ahead",
    "Log belum sampai ke posisi {asked}: posisi terakhirnya {head}.",
    "The log has not come to position {asked}: its last one is {head}.",
    "invalid",
)
_PAST_IN_PREPARATION = Refusal(
    "past_in_preparation",
    "Keadaan saat itu sedang disusun dari log ({done} dari {of} peristiwa). Coba lagi.",
    "The past is being folded from the log ({done} of {of} events). Try again.",
)
_UNREACHABLE = Refusal(
    "log_unreachable",
    "Log tidak menjawab. Belum pasti tercatat; ulangi dengan Idempotency-Key yang sama.",
    "The log does not answer. It may be recorded or not; repeat with the same Idempotency-Key.",
)
_REFUSED_BY_LOG = Refusal(
    "log_refused",
    "Log menolak mencatat. Tidak ada yang tercatat. Hubungi pengelola sistem.",
    "The log refused to record it: {why}. Nothing was recorded.",
)
_UNREADABLE = Refusal(
    "log_unreadable",
    "Riwayatnya memuat peristiwa yang tidak terbaca. Hubungi pengelola sistem.",
    "Its history holds an event that cannot be read: {why}. Call the operators.",
)
_BEHIND = Refusal(
    "projection_behind",
    "Tabel baru sampai posisi {position}, belum sampai {asked} yang diminta. Coba lagi.",
    "The tables are not yet where they are asked for: {why}. Try again.",
)
_DATABASE = Refusal(
    "database_unreachable",
    "Basis data tidak menjawab. Coba lagi.",
    "The database does not answer. Try again.",
)
_CONTENDED = Refusal(
    "contended",
    "Terlalu banyak perubahan serentak pada data ini. Coba lagi.",
    "Too many change {why} at once. Try again.",
)
_NO_SECRET = Refusal(
    "secret_missing",
    "Kunci data pribadi tidak tersedia. Hubungi pengelola sistem.",
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
        status = KIND_STATUS[error.refusal.kind]
        return answer(request, Problem(error.refusal, status, error.values))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [_pointed(found, language(request)) for found in error.errors()]
        return answer(request, Problem(INVALID, 422, errors=errors))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == HTTPStatus.NOT_FOUND:
            return answer(request, Problem(NOT_FOUND, 404, {"what": request.url.path}))
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers = {"Allow": ", ".join(_methods(app, request))}
            found = Problem(_METHOD, 405, {"method": request.method}, headers=headers)
            return answer(request, found)
        if error.status_code == HTTPStatus.BAD_REQUEST:  # a body that no parser takes
            found = {"loc": ("body",), "type": "json_invalid", "msg": "This is not JSON."}
            errors = [_pointed(found, language(request))]
            return answer(request, Problem(INVALID, 422, errors=errors))
        values = {"reason": error.detail, "status": error.status_code}
        return answer(request, Problem(_HTTP, error.status_code, values))

    @app.exception_handler(TokenRefused)
    async def unknown(request: Request, error: TokenRefused) -> JSONResponse:
        given = "authorization" in request.headers
        refusal = _CREDENTIAL_REFUSED if given else _CREDENTIAL_MISSING
        challenge = 'Bearer error="invalid_token"' if given else "Bearer"
        headers = {"WWW-Authenticate": challenge}
        why = error.reason.en if language(request) == "en" else error.reason.id
        return answer(request, Problem(refusal, 401, {"why": why}, headers=headers))

    @app.exception_handler(VersionMismatch)
    async def changed(request: Request, error: VersionMismatch) -> JSONResponse:
        values = {"expected": error.expected, "found": error.found}
        headers = {"ETag": f'"{error.found}"'} if error.found else {}
        return answer(request, Problem(_version(error), 412, values, headers=headers))

    @app.exception_handler(PastInPreparation)
    async def preparing(request: Request, error: PastInPreparation) -> JSONResponse:
        values = {"done": error.done, "of": error.of}
        return answer(request, Problem(_PAST_IN_PREPARATION, 503, values, retry_after=2))

    for kind, (refusal, status, retry_after) in _FAULTS.items():
        app.add_exception_handler(kind, _fault(refusal, status, retry_after))
    app.add_exception_handler(Exception, _fault(_INTERNAL, 500, None))


def _version(error: VersionMismatch) -> Refusal:
    """Say which of the three it is: there is one already, there is none yet, or it has changed."""
    if not error.expected:
        return replace(
            _VERSION, id="Sudah ada, versi {found}.", en="It exists already, at version {found}."
        )
    if not error.found:
        return replace(
            _VERSION,
            id="Belum ada; pakai If-None-Match: *.",
            en="There is none yet; use If-None-Match: *.",
        )
    return _VERSION


def _methods(app: FastAPI, request: Request) -> list[str]:
    """Return the methods of all routes of this path: each route alone knows only its own."""
    matching = (
        context.original_route
        for context in iter_route_contexts(app.routes)
        if context.original_route.matches(request.scope)[0] is not Match.NONE
    )
    return sorted({method for route in matching for method in getattr(route, "methods", ())})


_FAULTS: dict[type[Exception], tuple[Refusal, int, int | None]] = {
    CauseReused: (KEY_REUSED, 422, None),
    IssuerUnreachable: (_ISSUER, 503, 10),
    PositionAhead: (_POSITION_AHEAD, 422, None),
    LogBroken: (_UNREADABLE, 500, None),
    LogUnreachable: (_UNREACHABLE, 503, 1),
    BusRefused: (_UNREACHABLE, 503, 1),
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
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error(refusal.code, exc_info=error)
        values = {"why": error} | vars(error)
        return answer(request, Problem(refusal, status, values, retry_after=retry_after))

    return handler


def answer(request: Request, problem: Problem) -> JSONResponse:
    """Return *problem* as a response, in the language that *request* prefers."""
    refusal, tongue = problem.refusal, language(request)
    request.state.refusal = refusal.code
    sentence = refusal.en if tongue == "en" else refusal.id
    code = refusal.code.format(**problem.values)
    body: dict[str, object] = {
        "type": f"{_pages(request)}/problems/{code}",
        "title": _title(problem.status, tongue),
        "status": problem.status,
        "detail": sentence.format(**problem.values),
        "instance": request.url.path,
        "code": code,
        "correlation_id": str(request.state.correlation),
    }
    if problem.errors:
        body["errors"] = list(problem.errors)
    headers = {"Content-Language": tongue, "Cache-Control": "no-store"} | dict(problem.headers)
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    return JSONResponse(body, problem.status, headers, MEDIA_TYPE)


def bare(refusal: Refusal, status: int, retry_after: int | None = None) -> bytes:
    """Return *refusal* as a whole HTTP message that ends the connection.

    It is for what is no request yet: no language is known, nor by what name the outside knows us.
    """
    body = {
        "type": f"/problems/{refusal.code}",
        "title": _title(status, "id"),
        "status": status,
        "detail": f"{refusal.id} / {refusal.en}",
        "code": refusal.code,
    }
    headers = {"Content-Language": "id, en", "Cache-Control": "no-store", "Connection": "close"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    response = JSONResponse(body, status, headers, MEDIA_TYPE)
    lines = [b"HTTP/1.1 %d %s" % (status, HTTPStatus(status).phrase.encode())]
    lines += [name + b": " + value for name, value in response.raw_headers]
    return b"\r\n".join([*lines, b"", bytes(response.body)])


def _pages(request: Request) -> str:
    """Where the pages about problems are: at the address that the outside knows us by."""
    running = getattr(request.app.state, "running", None) if "app" in request.scope else None
    return running.settings.public_url.rstrip("/") if running else ""


def _title(status: int, tongue: str) -> str:
    indonesian, english = _TITLES.get(status, (HTTPStatus(status).phrase,) * 2)
    return english if tongue == "en" else indonesian


_TITLES = {
    400: ("Permintaan tidak lengkap", "Something is missing from the request"),
    401: ("Belum dikenali", "Who asks is not known"),
    403: ("Tidak berwenang", "Not allowed to whoever asks"),
    404: ("Tidak ditemukan", "Not found"),
    405: ("Metode tidak berlaku", "The method does not apply"),
    406: ("Bentuk tidak tersedia", "The answer does not have this form"),
    408: ("Terlalu lambat", "Too slow"),
    409: ("Bertentangan dengan keadaan", "Conflicts with the state of things"),
    412: ("Versinya lain", "The version is another"),
    413: ("Terlalu besar", "Too large"),
    415: ("Bentuk isi tidak dikenal", "The form of the body is not known"),
    422: ("Permintaan tidak sesuai", "The request is not right"),
    428: ("Versi harus disebut", "The version must be given"),
    429: ("Terlalu banyak permintaan", "Too many requests"),
    431: ("Header terlalu besar", "The headers are too large"),
    500: ("Kesalahan layanan", "A fault of this service"),
    503: ("Untuk sementara tidak tersedia", "Not available for the moment"),
    507: ("Log tidak dapat mencatat", "The log cannot record"),
}


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


_WHOLE = "Harus bilangan bulat."
_NUMBER = "Harus angka; pecahan ditulis dengan titik, misalnya 0.5."
_DIGITS = "Terlalu banyak angka: paling banyak {max_digits}."
_TIME = "Bukan waktu, misalnya 2025-11-04T10:00:00+07:00."
_DAY = "Bukan tanggal, misalnya 2025-11-04."
_LIST = "Harus daftar, di antara kurung siku."
_OBJECT = "Harus objek JSON, di antara kurung kurawal."
_CHOICE = "Pilihannya: {expected}."
_OTHERWISE = "Nilainya tidak sesuai."
_WORDS = {
    "missing": "Wajib diisi.",
    "extra_forbidden": "Tidak dikenal di sini.",
    "json_invalid": "Bukan JSON yang benar.",
    "greater_than": "Harus lebih besar daripada {gt}.",
    "greater_than_equal": "Minimal {ge}.",
    "less_than": "Harus lebih kecil daripada {lt}.",
    "less_than_equal": "Maksimal {le}.",
    "string_type": "Harus teks, di antara tanda kutip.",
    "string_unicode": "Harus teks UTF-8.",
    "string_too_short": "Paling sedikit {min_length} karakter.",
    "string_too_long": "Paling banyak {max_length} karakter.",
    "string_pattern_mismatch": "Bentuknya harus {pattern}.",
    "too_short": "Paling sedikit {min_length} isian.",
    "too_long": "Paling banyak {max_length} isian.",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_max_digits": _DIGITS,
    "decimal_max_places": "Paling banyak {decimal_places} angka di belakang titik.",
    "decimal_whole_digits": "Paling banyak {whole_digits} angka di depan titik.",
    "bool_type": "Harus true atau false.",
    "bool_parsing": "Harus true atau false.",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "literal_error": _CHOICE,
    "enum": _CHOICE,
    "identity_number_malformed": "Bukan NIK: 16 angka, empat terakhir bukan 0000.",
    "timezone_aware": "Waktu harus menyebut selisihnya dari UTC, misalnya "
    "2025-11-04T10:00:00+07:00.",
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "uuid_type": "Bukan UUID.",
    "uuid_parsing": "Bukan UUID.",
    "text_with_nul": "Teks tidak boleh memuat karakter NUL.",
    "text_with_control_characters": "Teks tidak boleh memuat karakter kendali atau tersembunyi.",
    "identifies_somebody": "Sepuluh angka berturut-turut dapat berupa NIK atau nomor telepon.",
    "text_like_a_formula": "Teks tidak boleh diawali =, +, - atau @, karena dapat dijalankan "
    "sebagai rumus.",
    "month_malformed": "Bulan ditulis seperti 2026-01.",
    "case_number_malformed": "Nomor surat atau perkara tanpa spasi, misalnya 12/XI/2026.",
    "region_code_bare": "Angka tanpa titik cocok dengan dua sistem kode. "
    "Tulis kode Kemendagri: {dotted}?",
    "region_code_malformed": "Bukan kode Kemendagri, misalnya 31.72.02.1006.",
}


def _pointed(found: Mapping[str, Any], tongue: str) -> dict[str, str]:
    """Return one finding of the validation, and where in the body or which parameter it is."""
    place, *path = found["loc"]
    values = dict(found.get("ctx", {}))
    if "expected" in values:  # 'a', 'b' or 'c'
        values["expected"] = " atau ".join(values["expected"].rsplit(" or ", 1))
    indonesian = _WORDS.get(found["type"], _OTHERWISE).format(**values)
    if place != "body":
        where = {"parameter": str(path[0])}
    elif found["type"] == "json_invalid":  # its path counts characters
        where = {"pointer": "#"}
    else:
        where = {"pointer": "".join(["#", *(f"/{_escaped(part)}" for part in path)])}
    return where | {
        "in": str(place),
        "code": str(found["type"]),
        "detail": indonesian if tongue == "id" else str(found["msg"]),
    }


def _escaped(part: object) -> str:
    """Return one step of a JSON pointer (RFC 6901)."""
    return str(part).replace("~", "~0").replace("/", "~1")
