"""Leaving, and dates that were recorded wrongly, over HTTP."""

from datetime import date, datetime

from services.membership.api.door import (
    HELPERS,
    PENGURUS,
    Person,
    beginning,
    board_of,
    door,
    founded_on,
    member_of,
)
from services.membership.api.member import identity_freed
from services.membership.api.others import others_of
from services.membership.commands.board import EndSeatOf
from services.membership.commands.member import (
    ConfirmDismissal,
    Correction,
    CorrectMembershipDates,
    Death,
    Dismissal,
    ProposeDismissal,
    RecordDeath,
    RecordDefence,
    Resignation,
    ResignMember,
    WithdrawDismissal,
)
from services.membership.domain.board import Board, board
from services.membership.domain.member import member
from services.membership.events.board import EndingCause
from shared.calendar import WIB
from shared.codes import KelurahanCode
from shared.http.asking import Ask, Asking, Editing, Receipt
from shared.transact import Part


@door.command(
    "/cooperatives/{code}/members/{person}/resignation", "members", may=HELPERS, at="code"
)
async def resign_member(
    code: KelurahanCode, person: Person, body: ResignMember, ask: Asking
) -> Receipt:
    """Record that a member leaves."""
    entity = member_of(code, person)
    held: Board = await ask.state(board_of(code), board)
    command = Resignation(body, held.seat_of(str(person)) is not None, ask.at(body))
    return await ask(entity, member, command, body, also=await identity_freed(ask, entity))


@door.command("/cooperatives/{code}/members/{person}/death", "members", may=HELPERS, at="code")
async def record_death(
    code: KelurahanCode, person: Person, body: RecordDeath, ask: Asking
) -> Receipt:
    """Record that a member died, which ends the membership and any seat on that day."""
    entity = member_of(code, person)
    _begun(ask, body.died_on)
    at = beginning(ask, body, body.died_on)
    also = [
        *await identity_freed(ask, entity),
        Part(board_of(code), board, EndSeatOf(entity.id, body.died_on, EndingCause.DECEASED)),
    ]
    return await ask(entity, member, Death(body, at), body, also=also, at=at)


@door.command(
    "/cooperatives/{code}/members/{person}/dismissal-proposal", "members", may=PENGURUS, at="code"
)
async def propose_dismissal(
    code: KelurahanCode, person: Person, body: ProposeDismissal, ask: Asking
) -> Receipt:
    """Propose to dismiss a member, who may then answer."""
    return await ask(member_of(code, person), member, body, body)


@door.command("/cooperatives/{code}/members/{person}/defence", "members", may=PENGURUS, at="code")
async def record_defence(
    code: KelurahanCode, person: Person, body: RecordDefence, ask: Asking
) -> Receipt:
    """Record what the member answered to the proposal, or that there was no answer."""
    return await ask(member_of(code, person), member, body, body)


@door.command(
    "/cooperatives/{code}/members/{person}/dismissal-withdrawal",
    "members",
    may=PENGURUS,
    at="code",
)
async def withdraw_dismissal(
    code: KelurahanCode, person: Person, body: WithdrawDismissal, ask: Asking
) -> Receipt:
    """Give up the proposal to dismiss a member."""
    return await ask(member_of(code, person), member, body, body)


@door.command("/cooperatives/{code}/members/{person}/dismissal", "members", may=PENGURUS, at="code")
async def confirm_dismissal(
    code: KelurahanCode, person: Person, body: ConfirmDismissal, ask: Asking
) -> Receipt:
    """Record that the members' meeting dismissed the member, who was heard: from any seat too."""
    entity = member_of(code, person)
    _begun(ask, body.decided_on)
    at = beginning(ask, body, body.decided_on)
    also = [
        *await identity_freed(ask, entity),
        Part(board_of(code), board, EndSeatOf(entity.id, body.decided_on, EndingCause.DISMISSED)),
    ]
    return await ask(entity, member, Dismissal(body, at), body, also=also, at=at)


@door.command(
    "/cooperatives/{code}/members/{person}/date-corrections", "members", may=HELPERS, at="code"
)
async def correct_membership_dates(
    code: KelurahanCode, person: Person, body: CorrectMembershipDates, ask: Editing
) -> Receipt:
    """Correct when a membership began or ended; say with If-Match which version you saw."""
    command = Correction(
        body,
        await founded_on(ask, code),
        _begun(ask, body.joined_on),
        _begun(ask, body.left_on),
        await others_of(ask, code, person),
    )
    return await ask(member_of(code, person), member, command, body)


def _begun(ask: Ask, day: date | None) -> datetime | None:
    """As *day* began in Jakarta; it is a problem when the day is still to come."""
    return day and ask.past(datetime.combine(day, datetime.min.time(), WIB)).astimezone(WIB)
