"""The file of the key-encryption keys: one a line, 64 hexadecimal digits, the current one first.

The others are still accepted, so that a change of keys can stop anywhere and go on later.
"""

import os
import stat
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

KEY_BYTES = 32
_ID_LENGTH = 16
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SecretMissing(Exception):  # noqa: N818 - the finding itself
    """There is no usable key-encryption key: nothing personal can be taken in."""


def key_id(key: bytes) -> str:
    """What a key-encryption key is called: it says nothing of the key."""
    return sha256(key).hexdigest()[:_ID_LENGTH]


def read_secrets(path: Path) -> dict[str, bytes]:
    """Return the keys in the file *path* by their ids, the current one first."""
    try:
        keys = [bytes.fromhex(line) for line in _owners_text(path).split()]
    except (OSError, ValueError) as error:
        raise SecretMissing(f"{path}: {_told(error)}") from error
    if not keys:
        raise SecretMissing(f"{path}: it holds no key")
    for key in keys:
        if len(key) != KEY_BYTES:
            raise SecretMissing(f"{path}: {len(key)} bytes, a key has {KEY_BYTES}")
    return {key_id(key): key for key in keys}


def _owners_text(path: Path) -> str:
    """Return what stands in the file *path*, which nobody but its owner may open."""
    with path.open() as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & _OTHERS:
            raise SecretMissing(
                f"{path}: others can open it (mode {mode:o}), so they may know the key. Run: "
                f"chmod 600 {path}; where they are not trusted, change the key too: "
                "kkmp secrets rotate"
            )
        return file.read()


def write_secrets(path: Path, keys: Iterable[bytes]) -> None:
    """Put *keys* into the file *path*, all at once or not at all, for its owner's eyes alone."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(handle, "w") as file:
                file.writelines(f"{key.hex()}\n" for key in keys)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise SecretMissing(f"{path}: {error}") from error


def _told(error: OSError | ValueError) -> str:
    """Say what is wrong without a digit of the key."""
    return str(error) if isinstance(error, OSError) else "not hexadecimal digits"
