"""The rules of what members pay: first the simpanan pokok, and what was no payment."""

from services.membership.commands.member import NoteArrears, Payment, Reversal
from services.membership.domain.cooperative import BEFORE_COOPERATIVE
from services.membership.domain.joining import apart
from services.membership.domain.standing import Approved, Former, Member
from services.membership.events.member import (
    MemberArrearsCleared,
    MemberEvent,
    MemberInArrears,
    MemberJoined,
    SavingsPaid,
    SavingsPaymentReversed,
)
from services.membership.events.savings import Savings
from shared.calendar import day_of
from shared.decider import Refusal, Refused

POKOK_FIRST = Refusal(
    "pokok_first",
    "Simpanan pokok dibayar lebih dulu, dan hanya sekali.",
    "The simpanan pokok is paid first, and only once.",
)
PAID_BEFORE_JOINING = Refusal(
    "paid_before_joining",
    "Pembayaran ini mendahului masuknya anggota pada {joined_at}.",
    "This payment is from before the member joined, which was {joined_at}.",
    "invalid",
)
NO_PAYMENT = Refusal(
    "payment_unknown",
    "Tidak ada pembayaran dengan nomor {payment} pada keanggotaan ini.",
    "There is no payment with the number {payment} in this membership.",
    "missing",
)
POKOK_STAYS = Refusal(
    "pokok_not_reversible",
    "Simpanan pokok seorang anggota tidak dapat dibatalkan selama ia anggota.",
    "The simpanan pokok of a member cannot be reversed while the membership lasts.",
)


def first_payment(command: Payment) -> list[MemberEvent]:
    """The simpanan pokok makes a member of who was approved; raises `Refused`."""
    asked = command.asked
    if asked.kind is not Savings.POKOK:
        raise Refused(POKOK_FIRST)
    day = day_of(command.at)
    if command.founded_on is not None and day < command.founded_on:
        raise Refused(BEFORE_COOPERATIVE, day=day, founded_on=command.founded_on)
    apart(command.at, None, command.others)
    return [SavingsPaid(asked.kind, asked.amount, asked.period), MemberJoined(command.at)]


def paying(command: Payment, member: Member) -> list[MemberEvent]:
    """Take a payment of a member, which may settle what is owed; raises `Refused`.

    The simpanan pokok is among them only where a paper register showed none.
    """
    asked = command.asked
    if asked.kind is Savings.POKOK and not member.lacks_pokok:
        raise Refused(POKOK_FIRST)
    if member.joined_at is not None and command.at < member.joined_at:
        raise Refused(PAID_BEFORE_JOINING, joined_at=member.joined_at.isoformat())
    paid = SavingsPaid(asked.kind, asked.amount, asked.period)
    settles = asked.kind is Savings.WAJIB and 0 < member.owed <= asked.amount
    return [paid, MemberArrearsCleared()] if settles else [paid]


def reversing(command: Reversal, person: Approved | Member | Former) -> list[MemberEvent]:
    """Say that a payment was none; raises `Refused`."""
    number = command.payment
    found = next((one for one in person.payments if one.version == number), None)
    if found is None:
        raise Refused(NO_PAYMENT, payment=number)
    if found.reversed:
        return []
    if found.kind is Savings.POKOK and isinstance(person, Member):
        raise Refused(POKOK_STAYS)
    return [SavingsPaymentReversed(number, found.kind, found.amount, command.asked.reason)]


def owing(command: NoteArrears, member: Member) -> list[MemberEvent]:
    """Note what is owed, when it is not what is known already.

    What was paid after it was counted is owed no longer.
    """
    paid_since = sum(
        one.amount
        for one in member.payments
        if one.version > command.version and one.kind is Savings.WAJIB and not one.reversed
    )
    owed = max(command.owed - paid_since, 0)
    if member.owed == owed:
        return []
    return [MemberInArrears(owed, command.since)]
