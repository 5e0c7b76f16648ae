"""The rules of gerai, and of the list of their kinds."""

from datetime import date, timedelta

import pytest

from services.membership.commands.cooperative import CloseGerai, Closure, OpenGerai, Opening
from services.membership.commands.policy import DefineGeraiKind
from services.membership.domain.cooperative import (
    BEFORE_COOPERATIVE,
    DAY_AHEAD,
    NOT_REGISTERED,
    cooperative,
)
from services.membership.domain.gerai import (
    CLOSED_BEFORE_OPENED,
    GERAI_CLOSED,
    GERAI_MISSING,
    GERAI_OPEN,
    GERAI_OVERLAPS,
    KIND_UNKNOWN,
)
from services.membership.domain.policy import GERAI_KINDS, KIND_FIXED, gerai_kinds, known
from services.membership.events.cooperative import (
    CooperativeRegistered,
    GeraiClosed,
    GeraiOpened,
)
from services.membership.events.policy import GeraiKindDefined
from shared.decider import Refused
from shared.testing.scenario import Scenario

FOUNDED, AUGUST = date(2025, 5, 31), date(2025, 8, 4)
OCTOBER, TODAY = date(2025, 10, 1), date(2025, 11, 4)
DAY = timedelta(days=1)
REGISTERED = CooperativeRegistered("KKMP Sunter Agung", "Tanjung Priok", FOUNDED)
OPENED = GeraiOpened("sembako", "sembako", "Gerai Sembako Contoh", AUGUST)
CLOSED = GeraiClosed("sembako", AUGUST, OCTOBER, "pindah lokasi")
SAMPAH = GeraiKindDefined("bank-sampah", "Bank sampah")

sunter_agung = Scenario(cooperative)
registered = sunter_agung.given(REGISTERED)
trading = registered.given(OPENED)
closed = trading.given(CLOSED)
the_list = Scenario(gerai_kinds)


def opening(
    opened_on: date = AUGUST,
    kind: str = "sembako",
    name: str = OPENED.name,
    today: date = TODAY,
) -> Opening:
    asked = OpenGerai(gerai="sembako", kind=kind, name=name, opened_on=opened_on)
    return Opening(asked, known(frozenset()), today)


def closing(
    closed_on: date = OCTOBER, gerai: str = "sembako", reason: str = CLOSED.reason
) -> Closure:
    return Closure(gerai, CloseGerai(closed_on=closed_on, reason=reason), TODAY)


def test_a_gerai_opens() -> None:
    registered.when(opening()).then(OPENED)


def test_opening_a_gerai_twice_changes_nothing() -> None:
    trading.when(opening()).then()
    closed.when(opening()).then()


def test_the_id_of_an_open_gerai_stands_for_no_other() -> None:
    trading.when(opening(name="Gerai Lain Contoh")).then_refused(GERAI_OPEN)
    trading.when(opening(OCTOBER)).then_refused(GERAI_OPEN)


def test_a_kind_that_nobody_defined_is_refused_naming_those_that_are() -> None:
    asked = opening(kind="bengkel")
    registered.when(asked).then_refused(KIND_UNKNOWN)
    with pytest.raises(Refused, match="apotek, cold-storage, kantor, klinik, logistik, sembako"):
        cooperative.decide(asked, cooperative.fold([REGISTERED]))


def test_a_gerai_does_not_open_in_the_future_or_before_its_cooperative() -> None:
    registered.when(opening(TODAY + DAY)).then_refused(DAY_AHEAD)
    registered.when(opening(FOUNDED - DAY)).then_refused(BEFORE_COOPERATIVE)
    registered.when(opening(FOUNDED)).then(GeraiOpened("sembako", "sembako", OPENED.name, FOUNDED))


def test_a_gerai_is_of_a_cooperative_that_is_registered() -> None:
    sunter_agung.when(opening()).then_refused(NOT_REGISTERED)
    sunter_agung.when(closing()).then_refused(NOT_REGISTERED)


def test_a_gerai_closes_and_says_which_opening_ended() -> None:
    trading.when(closing()).then(CLOSED)


def test_closing_a_gerai_twice_changes_nothing() -> None:
    closed.when(closing()).then()


def test_a_gerai_that_is_closed_is_not_closed_otherwise() -> None:
    closed.when(closing(TODAY)).then_refused(GERAI_CLOSED)
    closed.when(closing(reason="renovasi")).then_refused(GERAI_CLOSED)


def test_what_was_never_opened_is_not_closed() -> None:
    trading.when(closing(gerai="apotek")).then_refused(GERAI_MISSING)


def test_a_gerai_does_not_close_before_it_opened_or_in_the_future() -> None:
    trading.when(closing(AUGUST - DAY)).then_refused(CLOSED_BEFORE_OPENED)
    trading.when(closing(TODAY + DAY)).then_refused(DAY_AHEAD)
    same_day = GeraiClosed("sembako", AUGUST, AUGUST, CLOSED.reason)
    trading.when(closing(AUGUST)).then(same_day)


def test_a_gerai_opens_again_from_the_day_on_which_it_closed() -> None:
    again = GeraiOpened("sembako", "sembako", OPENED.name, OCTOBER)
    closed.when(opening(OCTOBER)).then(again)
    closed.when(opening(OCTOBER - DAY)).then_refused(GERAI_OVERLAPS)
    closed.given(again).when(closing(TODAY)).then(
        GeraiClosed("sembako", OCTOBER, TODAY, CLOSED.reason)
    )


def test_the_list_of_kinds_begins_with_the_seven_and_is_open() -> None:
    assert len(GERAI_KINDS) == 7
    the_list.when(DefineGeraiKind(kind=SAMPAH.kind, label=SAMPAH.label)).then(SAMPAH)
    assert SAMPAH.kind in known(gerai_kinds.fold([SAMPAH]))


def test_defining_a_kind_twice_changes_nothing_and_another_label_corrects_it() -> None:
    defined = the_list.given(SAMPAH)
    defined.when(DefineGeraiKind(kind=SAMPAH.kind, label=SAMPAH.label)).then()
    corrected = GeraiKindDefined(SAMPAH.kind, "Bank sampah kelurahan")
    defined.when(DefineGeraiKind(kind=SAMPAH.kind, label=corrected.label)).then(corrected)
    defined.given(corrected).when(DefineGeraiKind(kind=SAMPAH.kind, label=SAMPAH.label)).then(
        SAMPAH
    )


def test_the_seven_keep_their_names() -> None:
    the_list.when(DefineGeraiKind(kind="klinik", label=GERAI_KINDS["klinik"])).then()
    the_list.when(DefineGeraiKind(kind="klinik", label="Klinik lain")).then_refused(KIND_FIXED)
