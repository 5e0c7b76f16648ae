"""What inventory reads of membership's facts: that they happened, and where."""

from shared.messages import event


@event
class MemberJoined:
    """One more active member in the cooperative of that place."""


@event(reads=(1, 2))
class MemberLeft:
    """One fewer, whatever the cause and however it is said."""


@event
class SubjectErased:
    """The person with this entity's id is forgotten."""


MEMBERSHIP: tuple[type, ...] = (MemberJoined, MemberLeft, SubjectErased)
