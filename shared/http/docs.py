"""The manual of an API as one page: made from its OpenAPI document, without any script."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

from shared.http.markup import page as whole
from shared.http.markup import table, words

_JSON = "application/json"
_INTRODUCTION = """
<section lang="id"><ul>
<li>Setiap permintaan memerlukan <code>Authorization: Bearer</code> dengan token atau kunci API.
Tanpa kredensial: <code>/livez</code>, <code>/readyz</code>, <code>/metrics</code>,
<code>/docs</code>, <code>/problems</code> dan berkas di bawah ini.
<li>Setiap perintah (POST) memerlukan <code>Idempotency-Key</code>: dikirim ulang dengan kunci yang
sama, perintah tidak berakibat dua kali dan mendapat jawaban pertama.
<li>Setiap pertanyaan (GET) dijawab sebagai JSON; dengan <code>.csv</code> di akhir alamatnya
sebagai CSV, dan dengan <code>dialect=excel-id</code> sebagai CSV untuk Excel di Indonesia.
<li><code>min_position</code> menunggu sampai jawaban memuat posisi log itu. <code>as_of</code>:
yang telah terjadi sampai saat itu; <code>as_of_position</code>: yang diketahui pada posisi itu.
Tanda + di dalam URL ditulis <code>%2B</code>: <code>as_of=2025-11-04T10:00:00%2B07:00</code>.
<li>Umpan peristiwa: <code>/v1/events</code> per halaman, <code>/v1/events/stream</code>
tanpa henti.
<li>Dalam contoh, <code>$URL</code> adalah alamat layanan ini dan <code>$KEY</code> token atau kunci
API. Isinya DATA CONTOH: tidak ada orang sungguhan di dalamnya.
</ul></section>
<section lang="en"><ul>
<li>Every request needs <code>Authorization: Bearer</code> with a token or an API key. No credential
is needed for <code>/livez</code>, <code>/readyz</code>, <code>/metrics</code>, <code>/docs</code>,
<code>/problems</code> and the files below.
<li>Every command (POST) needs <code>Idempotency-Key</code>: sent again with the same key, it has no
second effect and gets the first answer.
<li>Every question (GET) is answered as JSON; with <code>.csv</code> at the end of its path as CSV,
and with <code>dialect=excel-id</code> as CSV for Excel in Indonesia.
<li><code>min_position</code> waits until the answer includes that position of the log.
<code>as_of</code>: what had happened by that instant; <code>as_of_position</code>: what was known
at that position. A + in a URL is written <code>%2B</code>:
<code>as_of=2025-11-04T10:00:00%2B07:00</code>.
<li>The feed of events: <code>/v1/events</code> by pages, <code>/v1/events/stream</code> without
end.
<li>In the examples, <code>$URL</code> is the address of this service and <code>$KEY</code> a token
or an API key. Nobody in them is a real person.
</ul></section>
<p><a href="/docs/events">Peristiwa / events</a> · <a href="/problems">Kesalahan / errors</a> ·
<a href="/openapi.json">openapi.json</a> · <a href="/asyncapi.json">asyncapi.json</a></p>
"""

type Schema = Mapping[str, Any]


def page(document: Mapping[str, Any]) -> str:
    """Return the HTML page that describes *document*, an OpenAPI 3.1 document."""
    information = document["info"]
    manual = _Manual(document["components"]["schemas"])
    groups: dict[str, str] = {}
    for path, operations in document["paths"].items():
        for verb, operation in operations.items():
            tag = operation["tags"][0]
            groups[tag] = groups.get(tag, "") + manual.operation(verb.upper(), path, operation)
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    contents = " · ".join(f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in tags)
    body = "".join(
        f'<h2 id="{escape(tag)}">{escape(tag)}</h2><p>{words(said)}</p>{groups[tag]}'
        for tag, said in tags.items()
    )
    title = escape(information["title"])
    summary = escape(information.get("summary", ""))
    return whole(
        information["title"],
        f"<h1>{title}</h1><p>{summary}</p>{_INTRODUCTION}<p>{contents}</p>{body}",
        lang="en",
    )


class _Manual:
    """Says what stands in a document whose parts are named by *schemas*."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def operation(self, verb: str, path: str, operation: Mapping[str, Any]) -> str:
        """Return all about one operation, folded away behind one line."""
        parameters = operation.get("parameters", [])
        body = self._resolved(_json(operation.get("requestBody", {})))
        rows = [
            self._row(one["name"], one["schema"], one, place=one["in"], must=one.get("required"))
            for one in parameters
        ]
        rows += [
            self._row(name, field, field, place="body", must=must)
            for name, field, must in self._fields(body)
        ]
        responses = operation["responses"]
        done = self._resolved(_json(responses.get("201") or responses["200"]))
        answer = [self._row(name, field, field) for name, field, _ in self._fields(done)]
        statuses = (
            [escape(status), words(responses[status]["description"])] for status in responses
        )
        more = operation.get("description")
        roles = operation.get("x-kkmp-roles")
        return (
            f'<details id="{operation["operationId"]}"><summary><span class="verb {verb}">{verb}'
            f"</span> <code>{escape(path)}</code> {words(operation['summary'])}</summary>"
            + (f"<p>{words(more)}</p>" if more else "")
            + f"<p>Who may: {escape(', '.join(roles)) if roles else 'anybody, no credential'}.</p>"
            + _headed("Parameters", table(("field", "in", "form", "meaning"), rows))
            + _headed("Example", self._example(verb, path, operation, body))
            + _headed("Answer", table(("field", "form", "meaning"), answer))
            + _headed("Statuses", table(("status", "meaning"), sorted(statuses)))
            + "</details>"
        )

    def _row(
        self,
        name: str,
        schema: Schema,
        described: Mapping[str, Any],
        *,
        place: str = "",
        must: bool | None = None,
    ) -> list[str]:
        meaning = described.get("description") or self._resolved(schema).get("description", "")
        name = f"<code>{escape(name)}</code>{' *' if must else ''}"
        return [name, *([place] if place else []), escape(self._form(schema)), words(meaning)]

    def _fields(self, schema: Schema) -> Iterator[tuple[str, Schema, bool]]:
        """Yield what *schema* holds and what that holds itself, and whether it must be there."""
        for name, field in schema.get("properties", {}).items():
            yield name, field, name in schema.get("required", ())
            held, mark = (field["items"], "[]") if "items" in field else (field, "")
            inside = self._resolved(held)
            for inner, part in inside.get("properties", {}).items():
                yield f"{name}{mark}.{inner}", part, inner in inside.get("required", ())

    def _form(self, schema: Schema) -> str:
        """Say in a few words what a value looks like."""
        found = self._resolved(schema)
        if "anyOf" in found:
            forms = (self._form(one) for one in found["anyOf"] if one.get("type") != "null")
            return " or ".join(dict.fromkeys(forms))
        if "enum" in found:
            return " | ".join(str(value) for value in found["enum"])
        if "const" in found:
            return str(found["const"])
        if "items" in found:
            return f"list of {self._form(found['items'])}"
        return str(found.get("format") or found.get("type") or "")

    def _example(self, verb: str, path: str, operation: Mapping[str, Any], body: Schema) -> str:
        """Return a line for a shell that asks for this."""
        parameters = operation.get("parameters", [])
        for one in parameters:
            if one["in"] == "path":
                value = quote(self._value(one["schema"]))
                path = path.replace(f"{{{one['name']}}}", value)
        query = {
            one["name"]: self._value(one["schema"])
            for one in parameters
            if one["in"] == "query" and one.get("required")
        }
        url = f"$URL{path}?{urlencode(query)}" if query else f"$URL{path}"
        lines = [f'curl -X POST "{url}"' if verb == "POST" else f'curl "{url}"']
        if operation["security"]:
            lines.append('-H "Authorization: Bearer $KEY"')
        if verb == "POST":
            lines.append(f"-H 'Idempotency-Key: {operation['operationId']}-1'")
            if any(one["name"] == "If-Match" for one in parameters):
                lines.append("-H 'If-Match: \"1\"'")
            example = body["examples"][0]
            shown = {name: example[name] for name in body["properties"] if name in example}
            text = json.dumps(shown, ensure_ascii=False).replace("'", "'\\''")
            lines += ["-H 'Content-Type: application/json'", f"-d '{text}'"]
        return f"<pre>{escape(' \\\n  '.join(lines), quote=False)}</pre>"

    def _value(self, schema: Schema) -> str:
        """Return what may stand for a parameter; a UUID where its form says no more."""
        found = self._resolved(schema)
        return str(found.get("examples", ["3f6d2c1e-8a4b-5c7d-9e0f-1a2b3c4d5e6f"])[0])

    def _resolved(self, schema: Schema) -> Schema:
        """Follow the names of schemas; what is said beside a name holds before what it says."""
        while reference := schema.get("$ref"):
            named = self._schemas[reference.rsplit("/", 1)[-1]]
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**named, **beside}
        return schema


def _json(said: Mapping[str, Any]) -> Schema:
    return said.get("content", {}).get(_JSON, {}).get("schema", {})


def _headed(heading: str, part: str) -> str:
    return f"<h4>{heading}</h4>{part}" if part else ""
