"""Golden files: one event of each version as it was stored when that version was current."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.envelope import Draft, Stored, Unreadable, Vocabulary
from shared.subjects import parse


@dataclass(frozen=True)
class Golden:
    """An event as the log holds it."""

    subject: str
    headers: Mapping[str, str]
    payload: Any

    @property
    def event(self) -> str:
        """Owner and name: `membership.MemberLeft`."""
        address = parse(self.subject)
        return f"{address.service}.{address.type}"

    @property
    def version(self) -> int:
        """The version that it was written in."""
        return int(self.headers["ce-type"].rpartition(".v")[2])

    def stored(self, position: int = 1) -> Stored:
        """Return it as the log would answer it from *position*."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        block = f"NATS/1.0\r\n{lines}\r\n".encode()
        return Stored(position, self.subject, block, _bytes(self.payload))


def _bytes(payload: object) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def load(folder: Path) -> tuple[Golden, ...]:
    """Return the golden files of *folder*."""
    return tuple(Golden(**json.loads(path.read_text())) for path in sorted(folder.glob("*.json")))


def keep(folder: Path, draft: Draft) -> Path | None:
    """Write *draft* as a golden file, unless its version has one: that is never overwritten."""
    golden = Golden(draft.subject, draft.headers, json.loads(draft.payload))
    path = folder / f"{golden.event}.v{golden.version}.json"
    if path.exists():
        return None
    document = {"subject": golden.subject, "headers": golden.headers, "payload": golden.payload}
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return path


def unreadable(goldens: Iterable[Golden], vocabularies: Iterable[Vocabulary]) -> Iterator[str]:
    """Say which golden file its owner, or a service that listens to it, cannot read."""
    listening = tuple(vocabularies)
    for golden in goldens:
        for vocabulary in listening:
            try:
                vocabulary.read(golden.stored())
            except Unreadable as finding:
                said = f"{golden.event} v{golden.version}"
                yield f"{vocabulary.service} cannot read {said} as it was recorded: {finding.why}"
