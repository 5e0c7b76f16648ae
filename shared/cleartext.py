"""What would go over a network unencrypted. It is refused, unless somebody says that it may."""

import ipaddress
import os
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

ALLOWED = "KKMP_CLEARTEXT"
"""Set to `yes` it takes all that is refused here."""
_ENCRYPTED = ("require", "verify-ca", "verify-full")


def told(what: str, instead: str) -> str:
    """Return the sentence for *what* is refused: why, and what to do *instead*."""
    return (
        f"{what} is not on this machine, and what is sent there can be read on the way. "
        f"{instead}, or say {ALLOWED}=yes where the network itself is protected"
    )


def allowed() -> bool:
    """Whether whoever runs this has said that it may."""
    return os.environ.get(ALLOWED) == "yes"


def at_home(host: str) -> bool:
    """Whether *host* is this machine: a loopback address, or none at all."""
    if host in ("", "localhost") or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def why(check: Callable[[str], str], address: str) -> str:
    """Say what *check* has against *address*.

    It has nothing against one that cannot be read: nobody can speak to it, and what is wrong with
    it may be a part of a password.
    """
    try:
        return check(address)
    except ValueError:
        return ""


def clear_http(url: str) -> str:
    """Say why *url* may not be asked; "" when it may."""
    parts = urlsplit(url)
    if parts.scheme == "https" or at_home(parts.hostname or ""):
        return ""
    return told(str(parts.hostname), "Use https://")


def clear_nats(urls: str) -> str:
    """Say why one of the servers in *urls* may not be spoken to; "" when all may."""
    for url in urls.split(","):
        parts = urlsplit(url.strip() if "//" in url else f"nats://{url.strip()}")
        if parts.scheme not in ("tls", "wss") and not at_home(parts.hostname or ""):
            return told(str(parts.hostname), "Use tls://")
    return ""


def clear_postgres(dsn: str) -> str:
    """Say why the database at *dsn* may not be spoken to; "" when it may."""
    parts = urlsplit(dsn)
    said = parse_qs(parts.query)
    mode = said.get("sslmode", [os.environ.get("PGSSLMODE", "")])[-1]
    if mode in _ENCRYPTED:
        return ""
    given = parts.netloc.rpartition("@")[2] or os.environ.get("PGHOST", "")
    for one in ",".join([given, *said.get("host", [])]).split(","):
        host = unquote(one)
        if not host.startswith(("/", "@")):  # a socket of this machine
            place = urlsplit(f"//{host}")
            if not at_home(place.hostname or ""):
                there = f"{place.hostname}:{place.port or 5432}"  # raises, if that is no port
                return told(there, "Add sslmode=verify-full")
    return ""


def clear_serving(host: str) -> str:
    """Say why nothing is served on the address *host*; "" when it may be."""
    if host and at_home(host):
        return ""
    return told(f"whoever asks at {host or 'any address'}", "Serve on 127.0.0.1 behind a TLS proxy")
