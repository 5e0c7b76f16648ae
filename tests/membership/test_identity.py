"""One identity number stands for one person in one cooperative."""

from services.membership.commands.identity import (
    ClaimIdentity,
    ForgetIdentity,
    ReleaseIdentity,
    ResolveDuplicate,
    SuspectDuplicate,
)
from services.membership.domain.identity import (
    CLAIMED_ELSEWHERE,
    CLAIMED_HERE,
    NO_DUPLICATE,
    identity,
)
from services.membership.events.identity import (
    DuplicateIdentitySuspected,
    DuplicateResolved,
    IdentityClaimed,
    IdentityEvent,
    IdentityForgotten,
    IdentityReleased,
    Resolution,
)
from shared.testing.scenario import Scenario

SUNTER_AGUNG, PAPANGGO, ANCOL = "31.72.02.1006", "31.72.02.1005", "31.72.05.1003"
SITI, SITI_AGAIN, BUDI = "siti", "siti-again", "budi"

NUMBER = Scenario(identity)
SITI_CLAIMS = ClaimIdentity(SITI, SUNTER_AGUNG)
SITI_CLAIMED = IdentityClaimed(SITI, SUNTER_AGUNG)
SUSPECTED = DuplicateIdentitySuspected(PAPANGGO, SUNTER_AGUNG, SITI)


def resolve(resolution: Resolution) -> ResolveDuplicate:
    return ResolveDuplicate(cooperative=PAPANGGO, resolution=resolution, reason="KTP diperiksa")


def resolved(resolution: Resolution) -> IdentityEvent:
    return DuplicateResolved(PAPANGGO, resolution, SITI, "KTP diperiksa")


def test_a_number_that_nobody_holds_is_claimed() -> None:
    NUMBER.given().when(SITI_CLAIMS).then(SITI_CLAIMED)


def test_claiming_for_the_same_person_twice_changes_nothing() -> None:
    NUMBER.given(SITI_CLAIMED).when(SITI_CLAIMS).then()


def test_one_number_is_not_two_persons_in_one_cooperative() -> None:
    NUMBER.given(SITI_CLAIMED).when(ClaimIdentity(BUDI, SUNTER_AGUNG)).then_refused(CLAIMED_HERE)


def test_one_number_is_not_held_by_two_cooperatives() -> None:
    given = NUMBER.given(SITI_CLAIMED)
    given.when(ClaimIdentity(BUDI, PAPANGGO)).then_refused(CLAIMED_ELSEWHERE)


def test_the_refusal_says_neither_where_nor_who() -> None:
    for sentence in (CLAIMED_ELSEWHERE.id, CLAIMED_ELSEWHERE.en):
        assert "{" not in sentence


def test_a_number_is_given_free_by_whoever_holds_it() -> None:
    released = IdentityReleased(SITI, SUNTER_AGUNG)
    NUMBER.given(SITI_CLAIMED).when(ReleaseIdentity(SITI, SUNTER_AGUNG)).then(released)
    given = NUMBER.given(SITI_CLAIMED, released)
    given.when(ClaimIdentity(BUDI, PAPANGGO)).then(IdentityClaimed(BUDI, PAPANGGO))


def test_giving_free_what_one_does_not_hold_or_twice_changes_nothing() -> None:
    NUMBER.given(SITI_CLAIMED).when(ReleaseIdentity(BUDI, SUNTER_AGUNG)).then()
    NUMBER.given(SITI_CLAIMED).when(ReleaseIdentity(SITI, PAPANGGO)).then()
    given = NUMBER.given(SITI_CLAIMED, IdentityReleased(SITI, SUNTER_AGUNG))
    given.when(ReleaseIdentity(SITI, SUNTER_AGUNG)).then()


def test_whoever_returns_is_known_by_the_last_former_id_of_each_cooperative() -> None:
    known = identity.fold(
        [
            SITI_CLAIMED,
            IdentityReleased(SITI, SUNTER_AGUNG),
            IdentityClaimed(SITI_AGAIN, SUNTER_AGUNG),
            IdentityReleased(SITI_AGAIN, SUNTER_AGUNG),
        ]
    )
    assert known.former == {SUNTER_AGUNG: SITI_AGAIN}
    assert known.held == {}


def test_a_number_does_not_lead_back_to_whoever_was_erased() -> None:
    forget, forgotten = ForgetIdentity(SITI, SUNTER_AGUNG), IdentityForgotten(SITI, SUNTER_AGUNG)
    released = IdentityReleased(SITI, SUNTER_AGUNG)
    NUMBER.given(SITI_CLAIMED, released).when(forget).then(forgotten)
    NUMBER.given(SITI_CLAIMED).when(forget).then(forgotten)
    NUMBER.given(SITI_CLAIMED, released, forgotten).when(forget).then()
    NUMBER.given().when(forget).then()
    known = identity.fold([SITI_CLAIMED, released, forgotten])
    assert (known.held, known.former) == ({}, {})
    again = IdentityClaimed(SITI_AGAIN, SUNTER_AGUNG)
    assert identity.fold([SITI_CLAIMED, released, again, forgotten]).held == {
        SUNTER_AGUNG: SITI_AGAIN
    }


def test_a_duplicate_is_suspected_while_another_cooperative_holds_the_number() -> None:
    NUMBER.given(SITI_CLAIMED).when(SuspectDuplicate(PAPANGGO)).then(SUSPECTED)
    NUMBER.given(SITI_CLAIMED).when(SuspectDuplicate(SUNTER_AGUNG)).then()
    NUMBER.given().when(SuspectDuplicate(PAPANGGO)).then()


def test_a_duplicate_is_suspected_once_for_each_cooperative() -> None:
    given = NUMBER.given(SITI_CLAIMED, SUSPECTED)
    given.when(SuspectDuplicate(PAPANGGO)).then()
    ancol = DuplicateIdentitySuspected(ANCOL, SUNTER_AGUNG, SITI)
    given.when(SuspectDuplicate(ANCOL)).then(ancol)
    given.given(resolved(Resolution.SAME_PERSON)).when(SuspectDuplicate(PAPANGGO)).then()


def test_a_number_that_was_mistyped_is_suspected_again_when_it_is_given_again() -> None:
    given = NUMBER.given(SITI_CLAIMED, SUSPECTED, resolved(Resolution.MISTYPED))
    given.when(SuspectDuplicate(PAPANGGO)).then(SUSPECTED)


def test_the_agency_says_what_a_duplicate_is_and_may_correct_itself() -> None:
    given = NUMBER.given(SITI_CLAIMED, SUSPECTED)
    mistyped = resolved(Resolution.MISTYPED)
    given.when(resolve(Resolution.MISTYPED)).then(mistyped)
    given.given(mistyped).when(resolve(Resolution.MISTYPED)).then()  # said twice
    permitted = resolved(Resolution.PERMITTED)
    given.given(mistyped).when(resolve(Resolution.PERMITTED)).then(permitted)


def test_a_duplicate_that_nobody_suspects_cannot_be_resolved() -> None:
    NUMBER.given(SITI_CLAIMED).when(resolve(Resolution.MISTYPED)).then_refused(NO_DUPLICATE)


def test_with_the_agencys_permission_both_cooperatives_hold_the_number() -> None:
    given = NUMBER.given(SITI_CLAIMED, SUSPECTED, resolved(Resolution.PERMITTED))
    given.when(ClaimIdentity(BUDI, PAPANGGO)).then(IdentityClaimed(BUDI, PAPANGGO))
    given.when(ClaimIdentity(BUDI, ANCOL)).then_refused(CLAIMED_ELSEWHERE)


def test_a_duplicate_that_is_no_permitted_one_stays_refused() -> None:
    for found in (Resolution.SAME_PERSON, Resolution.MISTYPED):
        given = NUMBER.given(SITI_CLAIMED, SUSPECTED, resolved(found))
        given.when(ClaimIdentity(BUDI, PAPANGGO)).then_refused(CLAIMED_ELSEWHERE)
