"""A board, for tests: who sits on it since the founding day, and what is asked of it."""

from datetime import date, timedelta

from services.membership.commands.board import (
    AppointExOfficio,
    Appointment,
    AppointOfficer,
    Certification,
    CertifyBoard,
    CertifyOfficer,
    DeclareKinship,
    EndAppointment,
    Ending,
    ExOfficioAppointment,
    SucceedExOfficio,
    Succession,
)
from services.membership.domain.board import board
from services.membership.events.board import (
    BoardCertified,
    EndingCause,
    KinshipDeclared,
    OfficerAppointed,
    OfficerAppointmentEnded,
    OfficerCertified,
    Seat,
)
from shared.testing.scenario import Scenario

SITI = "0197a1f0-0000-7000-8000-000000000001"
BUDI = "0197a1f0-0000-7000-8000-000000000002"
LURAH = "839e11a4-21d3-80be-a8db-56fde67e9aad"
NEXT_LURAH = "839e11a4-21d3-80be-a8db-56fde67e9aae"
FROM = FOUNDED = date(2025, 5, 31)
UNTIL = date(2030, 5, 30)
MARCH, TODAY = date(2026, 3, 2), date(2026, 3, 15)
DAY = timedelta(days=1)
TRAINED, TRAINED_UNTIL = date(2025, 11, 4), date(2028, 11, 4)
PEOPLE = [SITI, BUDI, LURAH, *(f"0197a1f0-0000-7000-8000-0000000001{n:02}" for n in range(11))]


def appoint(
    person: str,
    seat: Seat,
    from_date: date = FROM,
    *,
    is_member: bool = True,
    until_date: date | None = UNTIL,
    founded_on: date | None = FOUNDED,
) -> Appointment:
    asked = AppointOfficer(seat=seat, person=person, from_date=from_date, until_date=until_date)
    return Appointment(asked, is_member, founded_on, TODAY)


def appointed(
    person: str, seat: Seat, from_date: date = FROM, until_date: date | None = UNTIL
) -> OfficerAppointed:
    return OfficerAppointed(seat, person, seat.organ, seat.ex_officio, from_date, until_date)


def seat_lurah(
    person: str = LURAH, from_date: date = FROM, *, founded_on: date | None = FOUNDED
) -> ExOfficioAppointment:
    return ExOfficioAppointment(AppointExOfficio(from_date=from_date), person, founded_on, TODAY)


def succeed(person: str = NEXT_LURAH, from_date: date = MARCH) -> Succession:
    return Succession(SucceedExOfficio(from_date=from_date), person, TODAY)


def end(seat: Seat, ended_on: date = MARCH, cause: EndingCause = EndingCause.RESIGNED) -> Ending:
    return Ending(EndAppointment(seat=seat, ended_on=ended_on, cause=cause), TODAY)


def ended(
    term: OfficerAppointed, on: date = MARCH, cause: EndingCause = EndingCause.RESIGNED
) -> OfficerAppointmentEnded:
    return OfficerAppointmentEnded(term.seat, term.person, term.from_date, on, cause)


def declare(person: str, *relatives: str) -> DeclareKinship:
    return DeclareKinship(person=person, relatives=relatives)


def certify(*left: str, on: date = TODAY) -> Certification:
    return Certification(CertifyBoard(), on, frozenset(left))


LURAH_SEATED = appointed(LURAH, Seat.KETUA_PENGAWAS, until_date=None)
SITI_SEATED = appointed(SITI, Seat.SEKRETARIS)
SITI_LEFT = ended(SITI_SEATED)
ELECTED = [seat for seat in Seat if seat.required and not seat.ex_officio]
FULL = [
    LURAH_SEATED,
    *(appointed(who, seat) for who, seat in zip(PEOPLE[3:10], ELECTED, strict=True)),
]
DECLARED = [KinshipDeclared(said.person, ()) for said in FULL[1:]]
HOLDERS = {said.seat: said.person for said in FULL}
SITI_TRAINED = CertifyOfficer((Seat.SEKRETARIS,), SITI, "KKMP-PLT-1", TRAINED, TRAINED_UNTIL)
SITI_CERTIFIED = OfficerCertified(Seat.SEKRETARIS, SITI, "KKMP-PLT-1", TRAINED_UNTIL)

vacant = Scenario(board)
with_siti = vacant.given(SITI_SEATED)
without_siti = with_siti.given(SITI_LEFT)
with_lurah = vacant.given(LURAH_SEATED)
complete = vacant.given(*FULL)
declared = complete.given(*DECLARED)
certified = declared.given(BoardCertified())
