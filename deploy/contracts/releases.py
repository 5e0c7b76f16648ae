"""Released schemas: each may gain optional fields and better words, and changes in nothing else."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from deploy.contracts.compatibility import Schema, changed

type Released = Mapping[str, list[str]]
"""By file, the SHA-256 of each text that was ever released under its name, the last one last."""


def as_text(document: Mapping[str, Any]) -> str:
    """Write *document* as it is kept: people read it, and a line changes when a line changes."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def unlawful(
    released: Released, kept: Mapping[str, str], current: Mapping[str, Schema]
) -> Iterator[str]:
    """Say where what is *kept*, or what the *current* code says, goes against what was released."""
    for path, digests in released.items():
        text = kept.get(path)
        if text is None or digest(text) != digests[-1]:
            state = "is missing" if text is None else "is not what was released"
            yield f"schemas/{path} {state}: restore it from the repository's history"
        elif path not in current:
            yield (
                f"schemas/{path} was released, and the code knows that version no more: the log"
                " does, so its class stays, superseded by the next version"
            )
        else:
            for change in changed(json.loads(text), current[path]):
                yield (
                    f"schemas/{path} was released, and now {change}: leave that class as it was"
                    " and let a new version supersede it, with an upcast"
                )


def release(released: Released, texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Return *released* with what *texts* adds to it."""
    grown = {path: list(digests) for path, digests in released.items()}
    for path, text in texts.items():
        digests = grown.setdefault(path, [])
        if digest(text) not in digests[-1:]:
            digests.append(digest(text))
    return dict(sorted(grown.items()))


def digest(text: str) -> str:
    """The SHA-256 of a file's text, in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()
