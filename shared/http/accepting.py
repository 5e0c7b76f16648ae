"""What an `Accept` header asks for."""


def preferences(accept: str) -> dict[str, float]:
    """Return how much each media type of the header is wanted; empty when it says nothing.

    A weight that cannot be read counts as 0 (RFC 9110, section 12.4.2, gives 1 when it is absent).
    """
    found: dict[str, float] = {}
    for part in accept.lower().split(","):
        kind, *parameters = (word.strip() for word in part.split(";"))
        weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        try:
            quality = float(weight)
        except ValueError:
            quality = 0.0
        if kind:
            found[kind] = quality
    return found
