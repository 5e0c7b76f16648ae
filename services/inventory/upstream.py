"""What inventory reads of membership's facts: that they happened, and where."""

from shared.messages import event


@event
class MemberJoined:
    """One more active member in the cooperative of that place."""


@event
class MemberLeft:
    """One fewer, whatever the cause."""


MEMBERSHIP: tuple[type, ...] = (MemberJoined, MemberLeft)
