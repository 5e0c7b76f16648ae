"""The rules of leaving, by wish, death or dismissal; and of dates that were recorded wrongly."""

from datetime import date, datetime

from services.membership.commands.member import Correction, Death, Dismissal, Resignation
from services.membership.domain.cooperative import BEFORE_COOPERATIVE
from services.membership.domain.joining import apart
from services.membership.domain.standing import Former, Member, Proposal
from services.membership.events.member import (
    LeavingCause,
    MemberDeceased,
    MemberDismissed,
    MemberEvent,
    MemberLeft,
    MemberResigned,
    MembershipDatesCorrected,
)
from shared.calendar import day_of
from shared.decider import Refusal, Refused

IN_OFFICE = Refusal(
    "resigning_in_office",
    "Lepaskan dulu jabatan di koperasi, baru mengundurkan diri.",
    "Hand over the office in the cooperative before resigning.",
)
LEFT_BEFORE_JOINING = Refusal(
    "left_before_joining",
    "Keanggotaan tidak dapat berakhir sebelum dimulai, yaitu {joined_at}.",
    "A membership cannot end before it began, which was {joined_at}.",
    "invalid",
)
NO_PROPOSAL = Refusal(
    "dismissal_not_proposed",
    "Belum ada usulan pemberhentian untuk anggota ini.",
    "Nobody has proposed to dismiss this member.",
)
NO_DEFENCE = Refusal(
    "defence_not_heard",
    "Anggota ini belum diberi kesempatan membela diri.",
    "This member has not been heard yet.",
)
STILL_A_MEMBER = Refusal(
    "still_a_member",
    "Keanggotaan ini belum berakhir, jadi tidak ada tanggal keluar yang dapat diperbaiki.",
    "This membership has not ended, so there is no end to correct.",
)
NOTHING_CORRECTED = Refusal(
    "nothing_to_correct",
    "Sebutkan tanggal masuk, tanggal keluar, atau keduanya.",
    "Say the day of joining, that of leaving, or both.",
    "invalid",
)


def resigning(command: Resignation, member: Member) -> list[MemberEvent]:
    """End a membership as the member wants; raises `Refused`."""
    if command.in_office:
        raise Refused(IN_OFFICE)
    left = _left(LeavingCause.RESIGNED, member, command.at)
    return [MemberResigned(command.asked.reason), left]


def dying(command: Death, member: Member) -> list[MemberEvent]:
    """End the membership of somebody who died; raises `Refused`."""
    _not_before(member, command.asked.died_on)
    left = _left(LeavingCause.DECEASED, member, command.at)
    return [MemberDeceased(command.asked.died_on), left]


def dismissing(command: Dismissal, member: Member) -> list[MemberEvent]:
    """End a membership against the member's will, who was heard; raises `Refused`."""
    match member.proposal:
        case Proposal.NONE:
            raise Refused(NO_PROPOSAL)
        case Proposal.MADE:
            raise Refused(NO_DEFENCE)
        case Proposal.ANSWERED:
            _not_before(member, command.asked.decided_on)
            left = _left(LeavingCause.DISMISSED, member, command.at)
            return [MemberDismissed(command.asked.decided_on), left]


def correcting(command: Correction, person: Member | Former) -> list[MemberEvent]:
    """Say that a membership began or ended at another instant; raises `Refused`."""
    if command.joined_at is None and command.left_at is None:
        raise Refused(NOTHING_CORRECTED)
    joined_at = command.joined_at or person.joined_at
    left_at, left_version = None, 0
    if isinstance(person, Former):
        left_at, left_version = command.left_at or person.left_at, person.left_version
    elif command.left_at is not None:
        raise Refused(STILL_A_MEMBER)
    if joined_at is None:
        raise Refused(NOTHING_CORRECTED)  # an old fact without its instant: say both
    if command.founded_on is not None and day_of(joined_at) < command.founded_on:
        raise Refused(BEFORE_COOPERATIVE, day=day_of(joined_at), founded_on=command.founded_on)
    if left_at is not None:
        _in_order(joined_at, left_at)
    corrects = tuple(
        version
        for version, old, new in (
            (person.joined_version, person.joined_at, command.joined_at),
            (left_version, person.left_at if isinstance(person, Former) else None, left_at),
        )
        if new is not None and new != old
    )
    if not corrects:
        return []
    apart(joined_at, left_at, command.others)
    return [MembershipDatesCorrected(corrects, joined_at, left_at, command.asked.reason)]


def _left(cause: LeavingCause, member: Member, at: datetime) -> MemberLeft:
    if member.joined_at is not None:
        _in_order(member.joined_at, at)
    return MemberLeft(cause, left_at=at)


def _not_before(member: Member, day: date) -> None:
    if member.joined_at is not None and day < day_of(member.joined_at):
        raise Refused(LEFT_BEFORE_JOINING, joined_at=member.joined_at.isoformat())


def _in_order(joined_at: datetime, left_at: datetime) -> None:
    if left_at < joined_at:
        raise Refused(LEFT_BEFORE_JOINING, joined_at=joined_at.isoformat())
