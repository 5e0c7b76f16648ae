"""The story of Jakarta Utara tells what it promises, before any service has heard it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import ceil
from typing import Literal

import pytest

from deploy.seeds.__main__ import main
from deploy.seeds.ask import Ask
from deploy.seeds.catalogue import (
    CAPTURE_PERCENT,
    CEILING_DAYS,
    HOUSEHOLD_SIZE,
    LOW_DAYS,
    RECOVERY_MARGIN_DAYS,
    use_of,
)
from deploy.seeds.facts import price_ceilings
from deploy.seeds.gerai import BREACH_ON, NO_BREACH_ON
from deploy.seeds.jakarta_utara import STORY, tell

BUDGET = 3_750
SUNTER_AGUNG = STORY.expected.cooperative
BLEND_DAYS = 28
ADULT = 17


def ending(text: str, asks: Iterable[Ask] = STORY.asks) -> list[Ask]:
    return [ask for ask in asks if ask.path.endswith(text)]


def of(code: str) -> list[Ask]:
    return [ask for ask in STORY.asks if ask.path.startswith(f"/cooperatives/{code}/")]


def members(code: str, as_of: datetime) -> int:
    joined = sum(ask.at <= as_of for ask in ending("/savings", of(code)))
    return joined - sum(ask.at <= as_of for ask in ending("/resignation", of(code)))


def members_in_the_end(code: str) -> int:
    return members(code, datetime.max.replace(tzinfo=STORY.expected.as_of.tzinfo))


def number(ask: Ask, name: str) -> int:
    value = ask.body[name]
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def text(ask: Ask, name: str) -> str:
    value = ask.body[name]
    if not isinstance(value, str):
        raise TypeError(value)
    return value


@dataclass(frozen=True)
class Turn:
    kind: Literal["low", "recovered"]
    on_day: date


@dataclass(frozen=True)
class Told:
    turns: list[Turn]
    highest_cover: Fraction
    left: int


def told(stock: tuple[Ask, ...]) -> Told:
    """Play one stock through the formula of adequacy, with the members of the end."""
    code, commodity = stock[0].path.split("/")[2], stock[0].path.split("/")[5]
    heads = members_in_the_end(code) * HOUSEHOLD_SIZE * Fraction(CAPTURE_PERCENT, 100)
    model = heads * (use_of(commodity).a_year or 0) / 365
    on_hand = sold = 0
    low, turns, highest = False, list[Turn](), Fraction(0)
    for ask in stock:
        quantity = number(ask, "quantity") * 1000
        match ask.path.rsplit("/", 1)[1]:
            case "receipts":
                on_hand += quantity
            case "sales":
                on_hand, sold = on_hand - quantity, sold + quantity
            case _:
                on_hand = quantity
        assert on_hand >= 0
        days = (ask.at.date() - stock[0].at.date()).days + 1
        weight = min(Fraction(1), Fraction(days, BLEND_DAYS))
        cover = Fraction(on_hand, ceil((1 - weight) * model + weight * Fraction(sold, days)))
        highest = max(highest, cover)
        if not low and cover < LOW_DAYS:
            low = True
            turns.append(Turn("low", ask.at.date()))
        elif low and cover >= LOW_DAYS + RECOVERY_MARGIN_DAYS:
            low = False
            turns.append(Turn("recovered", ask.at.date()))
    return Told(turns, highest, on_hand)


STOCKS = {
    chain[0].path.rsplit("/", 1)[0]: chain
    for phase in STORY.phases
    for chain in phase.chains
    if "/stocks/" in chain[0].path
}
RICE = f"/cooperatives/{SUNTER_AGUNG}/stocks/sembako/beras-medium"


def test_the_story_is_the_same_each_time() -> None:
    assert tell() == STORY


def test_the_story_can_be_loaded_in_seconds() -> None:
    assert len(STORY.asks) <= BUDGET


def test_no_two_asks_share_a_key() -> None:
    repeated = [key for key, times in Counter(ask.key for ask in STORY.asks).items() if times > 1]
    assert repeated == []
    assert all(ask.key.isascii() and len(ask.key) <= 100 for ask in STORY.asks)


def test_a_chain_follows_the_clock() -> None:
    for phase in STORY.phases:
        for chain in phase.chains:
            assert list(chain) == sorted(chain, key=lambda ask: ask.at), chain[0].key


def test_what_a_person_would_edit_is_said_to_be_new() -> None:
    new = [ask for ask in STORY.asks if ask.new]
    assert new == [*ending("/adequacy-policy"), *ending("/commodities")]


def test_the_loader_asks_for_its_key_in_the_environment_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KKMP_KEY", raising=False)
    urls = [f"--{name}=http://127.0.0.1:1" for name in ("membership", "training", "inventory")]
    with pytest.raises(SystemExit) as ended:
        main(["jakarta-utara", *urls])
    assert ended.value.code == 2
    assert "KKMP_KEY" in capsys.readouterr().err


def test_an_entity_is_kept_before_it_is_spoken_of() -> None:
    known = set[str]()
    for phase in STORY.phases:
        fresh = set[str]()
        for chain in phase.chains:
            here = set[str]()
            for ask in chain:
                words = [ask.path.split("{")[1].split("}")[0]] if "{" in ask.path else []
                values = [value for value in ask.body.values() if isinstance(value, str)]
                words += [value[1:-1] for value in values if value.startswith("{")]
                assert set(words) <= known | here, ask.key
                if ask.keep is not None:
                    here.add(ask.keep)
            assert not here & (fresh | known)
            fresh |= here
        known |= fresh


def test_thirty_one_cooperatives_are_founded_in_may() -> None:
    founded = ending("/cooperatives")
    assert len(founded) == STORY.expected.cooperatives == 31
    assert {text(ask, "founded_on") for ask in founded} == {"2025-05-31"}


def test_eight_seats_a_board_make_248() -> None:
    filled = len(ending("/board/appointments")) + len(ending("/board/ex-officio"))
    assert filled == STORY.expected.required == 248
    assert len(ending("/board/certification")) == STORY.expected.cooperatives


def test_a_gerai_is_opened_before_it_trades() -> None:
    opened = {ask.path.split("/")[2]: ask.at for ask in ending("/gerai")}
    traded = {chain[0].path.split("/")[2]: chain[0].at for chain in STOCKS.values()}
    assert opened.keys() == traded.keys()
    assert all(opened[code] < traded[code] for code in traded)


def test_the_curriculum_is_there_before_anybody_is_appointed() -> None:
    published = ending("/curricula")[0]
    assert published.at < min(ask.at for ask in ending("/board/appointments"))
    assert published in [ask for chain in STORY.phases[0].chains for ask in chain]


def test_two_officers_of_each_cooperative_are_certified() -> None:
    for path in ("/participants", "/attendance", "/assessments", "/completions", "/certificates"):
        asks = ending(path)
        assert len(asks) == STORY.expected.participants == 62
        assert set(Counter(ask.body["cooperative"] for ask in asks).values()) == {2}
        assert len({text(ask, "person") for ask in asks}) == STORY.expected.trained
    pass_mark = number(ending("/curricula")[0], "pass_mark")
    assert min(number(ask, "score") for ask in ending("/assessments")) >= pass_mark


def test_sunter_agung_has_175_members_when_4_november_ends() -> None:
    assert members(SUNTER_AGUNG, STORY.expected.as_of) == 175


def test_sunter_agung_has_173_members_that_morning() -> None:
    morning = datetime.fromisoformat("2025-11-04T09:00:00+07:00")
    assert members(SUNTER_AGUNG, morning) == 173


def test_sunter_agung_goes_on_after_that_day() -> None:
    midnight = datetime.fromisoformat("2025-11-05T00:00:00+07:00")
    assert members(SUNTER_AGUNG, midnight) == STORY.expected.members_as_of + 1
    assert members_in_the_end(SUNTER_AGUNG) == STORY.expected.members_now


def test_the_other_cooperatives_have_14_to_22_members() -> None:
    codes = {str(ask.body["code"]) for ask in ending("/cooperatives")} - {SUNTER_AGUNG}
    counts = [members_in_the_end(code) for code in codes]
    assert (min(counts), max(counts)) == (14, 22)


def test_no_officer_resigns() -> None:
    seated = {text(ask, "person") for ask in ending("/board/appointments")}
    resigned = {ask.path.split("/")[4] for ask in ending("/resignation")}
    assert resigned
    assert not seated & resigned


def test_everybody_joins_after_the_founding_and_is_of_age() -> None:
    founded_at = ending("/cooperatives")[0].at
    for ask in ending("/applications"):
        born_on = date.fromisoformat(text(ask, "born_on"))
        assert ask.at > founded_at
        assert born_on.year + ADULT <= ask.at.year


def test_identity_numbers_are_well_formed_and_of_nobody() -> None:
    applications = ending("/applications")
    numbers = [text(ask, "identity_number") for ask in applications]
    assert len(set(numbers)) == len(numbers)
    for ask in applications:
        digits, born_on = text(ask, "identity_number"), date.fromisoformat(text(ask, "born_on"))
        assert digits.isdigit()
        assert len(digits) == 16
        assert digits.startswith("317299")
        assert digits[6:8] in {f"{born_on.day:02}", f"{born_on.day + 40:02}"}
        assert digits[8:12] == f"{born_on:%m%y}"
        assert digits[12:] != "0000"


def test_phones_are_of_nobody() -> None:
    phones = [text(ask, "phone") for ask in ending("/applications")]
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith("0812-0000-") for phone in phones)


def test_rice_sinks_below_a_week_once_and_recovers_once() -> None:
    turns = told(STOCKS[RICE]).turns
    assert [turn.kind for turn in turns] == ["low", "recovered"]
    assert turns[1].on_day == date(2025, 9, 4)


def test_every_other_stock_stays_adequate() -> None:
    for path, stock in STOCKS.items():
        tale = told(stock)
        assert tale.highest_cover < CEILING_DAYS, path
        assert tale.left > 0
        assert path == RICE or tale.turns == [], path


def test_rice_is_too_dear_on_21_august_and_not_on_22_august() -> None:
    sales = {ask.at.date(): ask for ask in STOCKS[RICE] if ask.path.endswith("/sales")}
    assert number(sales[BREACH_ON], "unit_price") == STORY.expected.price
    assert number(sales[NO_BREACH_ON], "unit_price") == STORY.expected.price


def test_no_other_sale_is_above_its_ceiling() -> None:
    for ask in ending("/sales"):
        commodity = ask.path.split("/")[5].replace("-", "_")
        begun = [
            row
            for row in price_ceilings()
            if row.commodity == commodity and row.effective_from <= ask.at.date()
        ]
        too_dear = number(ask, "unit_price") > begun[-1].max_idr
        assert too_dear == (
            ask.key.startswith(SUNTER_AGUNG)
            and ask.at.date() == BREACH_ON
            and commodity == "beras_medium"
        ), ask.key
