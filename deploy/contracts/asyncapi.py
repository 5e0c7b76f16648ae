"""One AsyncAPI 3 document of the whole log: who says what where, and who hears it."""

from collections.abc import Iterable, Sequence
from typing import Any

from deploy.contracts.catalogue import Version
from deploy.contracts.compatibility import Need
from deploy.contracts.golden import Golden
from deploy.contracts.schemas import english, named
from shared.messages import published
from shared.subjects import ROOT

type _Json = dict[str, Any]

_SPECIFICATION = "3.1.0"
_ABOUT = (
    "Log peristiwa koperasi kelurahan merah putih. Setiap peristiwa disimpan selamanya di NATS"
    " JetStream sebagai CloudEvents 1.0 (mode biner).\n\n"
    "The log of the neighbourhood cooperatives' events. NATS JetStream keeps each for ever, as"
    " CloudEvents 1.0 in binary mode: the attributes are `ce-` headers. A subject is a place: a"
    " wildcard over its tokens is a jurisdiction. A fact of the whole city is at 31.72.0.0. Fields"
    " that a reader does not know are to be ignored, because an event may gain optional ones;"
    " anything else is a new version of it."
)
_PARAMETERS: dict[str, tuple[str, str]] = {
    "province": ("Kode provinsi / province (Kemendagri).", "31"),
    "city": ("Kode kota atau kabupaten / city or regency.", "72"),
    "kecamatan": ("Kode kecamatan; 0 untuk seluruh kota / 0 for the whole city.", "02"),
    "kelurahan": ("Kode kelurahan; 0 untuk seluruh kota / 0 for the whole city.", "1006"),
    "entity": (
        "Id dari yang mengalami peristiwa / the id of what it happened to.",
        "0197a1f0-0000-7000-8000-000000000051",
    ),
}
_TEXT: _Json = {"type": "string"}
_ID: _Json = {"type": "string", "format": "uuid"}
_TIME: _Json = {"type": "string", "format": "date-time"}
_ENVELOPE: dict[str, tuple[_Json, str]] = {
    "ce-specversion": ({"const": "1.0"}, "The version of CloudEvents."),
    "ce-id": (_ID, "The event's own id; derived, so that a repeat has the same."),
    "ce-source": (_TEXT, "The service that says it."),
    "ce-type": (_TEXT, "Owner, name and version of the event."),
    "ce-subject": (_TEXT, "Kind and id of the entity."),
    "ce-time": (_TIME, "When it happened."),
    "ce-recordedtime": (_TIME, "When we learned of it."),
    "ce-sequence": (
        {"type": "string", "pattern": "^[0-9]{10}$"},
        "The entity's own count of events, from 1.",
    ),
    "ce-correlationid": (_ID, "What all consequences of one request share."),
    "ce-causationid": (_ID, "The request, or the event, that brought this about."),
    "ce-authtype": (_TEXT, "Which kind of principal asked."),
    "ce-authid": (_TEXT, "Who asked: an opaque id, never a name."),
    "ce-datacontenttype": ({"const": "application/json"}, "How the payload is written."),
    "ce-dataschema": (_TEXT, "The name of the payload's JSON Schema."),
    "Nats-Msg-Id": (_ID, "The same as ce-id: nats-server refuses it twice."),
}
_OPTIONAL: dict[str, tuple[_Json, str]] = {"traceparent": (_TEXT, "W3C Trace Context.")}


def document(
    versions: Sequence[Version], needs: Iterable[Need], goldens: Iterable[Golden]
) -> _Json:
    """Return the document of *versions*, which services read as *needs* say."""
    examples = {(golden.event, golden.version): golden for golden in goldens}
    events: dict[str, list[Version]] = {}
    for version in versions:
        events.setdefault(version.event, []).append(version)
    return {
        "asyncapi": _SPECIFICATION,
        "info": {"title": "kkmp", "version": "1", "description": _ABOUT},
        "defaultContentType": "application/json",
        "servers": {
            "cell": {
                "host": "{host}:4222",
                "protocol": "nats",
                "title": "Kota Administrasi Jakarta Utara (31.72)",
                "variables": {"host": {"default": "127.0.0.1"}},
            }
        },
        "channels": {event: _channel(found) for event, found in events.items()},
        "operations": dict(_sending(found) for found in events.values()) | _hearing(needs),
        "components": {
            "messages": {
                named(version.event, version.number): _message(
                    version, examples.get((version.event, version.number))
                )
                for version in versions
            },
            "schemas": {"Envelope": _envelope()}
            | {
                named(version.event, version.number): _payload(version.schema)
                for version in versions
            },
            "parameters": {
                name: {"description": meaning, "examples": [example]}
                for name, (meaning, example) in _PARAMETERS.items()
            },
        },
    }


def _channel(versions: Sequence[Version]) -> _Json:
    current = versions[0]
    place = ".".join(f"{{{name}}}" for name in list(_PARAMETERS)[:4])
    return {
        "address": f"{ROOT}.{current.service}.{place}.{current.stream}.{{entity}}.{current.token}",
        "title": current.token,
        **_said(current),
        "servers": [{"$ref": "#/servers/cell"}],
        "parameters": {name: {"$ref": f"#/components/parameters/{name}"} for name in _PARAMETERS},
        "messages": {
            f"v{version.number}": {
                "$ref": f"#/components/messages/{named(version.event, version.number)}"
            }
            for version in versions
        },
        "tags": [{"name": current.service}, {"name": current.stream}],
    }


def _sending(versions: Sequence[Version]) -> tuple[str, _Json]:
    """A service says an event in its current version alone; the earlier ones are in the log."""
    current = versions[0]
    return f"{current.service}.says.{current.token}", _operation(
        "send", current.event, (current.number,), f"{current.service} says {current.token}."
    )


def _hearing(needs: Iterable[Need]) -> _Json:
    heard: dict[str, list[Need]] = {}
    for need in needs:
        heard.setdefault(f"{need.reader}.hears.{need.event}", []).append(need)
    return {
        name: _operation(
            "receive",
            found[0].event,
            sorted(version for need in found for version in need.versions),
            f"{found[0].who} hears it.",
        )
        for name, found in heard.items()
    }


def _operation(action: str, event: str, versions: Iterable[int], summary: str) -> _Json:
    channel = f"#/channels/{event}"
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/v{version}"} for version in versions],
    }


def _message(version: Version, example: Golden | None) -> _Json:
    said = {"ce-type": {"const": version.type}, "ce-dataschema": {"const": version.schema["$id"]}}
    found: _Json = {
        "name": version.type,
        "title": f"{version.token} v{version.number}",
        **_said(version),
        "contentType": "application/json",
        "correlationId": {"location": "$message.header#/ce-correlationid"},
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/Envelope"},
                {"type": "object", "properties": said},
            ]
        },
        "payload": {"$ref": f"#/components/schemas/{named(version.event, version.number)}"},
    }
    if example is not None:
        found["examples"] = [
            {"name": "contoh", "headers": dict(example.headers), "payload": example.payload}
        ]
    return found


def _said(version: Version) -> _Json:
    return {"summary": published(version.said).indonesian, "description": english(version.said)}


def _payload(schema: _Json) -> _Json:
    """AsyncAPI has a dialect of its own, so the schema leaves its name and dialect behind."""
    return {key: value for key, value in schema.items() if key not in ("$id", "$schema")}


def _envelope() -> _Json:
    return {
        "type": "object",
        "description": "CloudEvents 1.0 and its documented extensions.",
        "required": list(_ENVELOPE),
        "properties": {
            name: form | {"description": meaning}
            for name, (form, meaning) in (_ENVELOPE | _OPTIONAL).items()
        },
    }
