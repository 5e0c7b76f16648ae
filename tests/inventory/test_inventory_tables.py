"""What inventory shows, folded from facts without a database."""

import re
from dataclasses import astuple, fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.inventory import projection
from services.inventory.commands import StockCommand
from services.inventory.domain.adequacy import cover_tenths, daily_demand, days_observed
from services.inventory.domain.price import in_force
from services.inventory.domain.stock import demand_of, stock
from services.inventory.events import (
    DemandModelUpdated,
    PriceCeilingBreached,
    StockLow,
    StockRecovered,
)
from services.inventory.projection import (
    TABLES,
    ActiveMemberRow,
    MovementRow,
    PolicyRow,
    PriceReferenceRow,
    StockAlertRow,
    StockRow,
    parts_of,
    stock_of,
)
from services.inventory.upstream import MemberJoined, MemberLeft
from shared.decider import Refused
from shared.envelope import Recorded
from shared.tables import Rows, fold_tables
from tests.inventory.story import (
    BERAS,
    FULL,
    HET_2024,
    HET_2025,
    MEMBERS,
    RICE,
    SESSION_DAY,
    SUNTER_AGUNG,
    TERMS,
    count,
    counted,
    delivery,
    line,
    moment,
    received,
    recorded,
    sale,
    sold,
)

CITY = "31.72.0.0"
SEMBAKO = (SUNTER_AGUNG, "sembako", BERAS)
LOW = StockLow(
    alert=line(7),
    on_hand=47_000,
    daily_demand=37_555,
    cover_tenths=12,
    threshold_days=7,
    reason="cover_below_threshold",
    active_members=175,
    policy_version=1,
)
RECOVERED = StockRecovered(
    alert=line(7),
    on_hand=447_000,
    daily_demand=37_555,
    cover_tenths=119,
    threshold_days=10,
    active_members=175,
    policy_version=1,
)


def rows(name: str, *events: Recorded) -> Rows:
    return fold_tables(TABLES, events)[name]


def test_the_schema_has_the_columns_of_every_row() -> None:
    schema = (Path(projection.__file__).parent / "schema.sql").read_text()
    made = {
        table.group(1): re.findall(r"^    ([a-z_]+) ", table.group(2), re.MULTILINE)
        for table in re.finditer(r"CREATE TABLE (\w+) \(([^;]*)\);", schema)
    }
    assert made == {table.name: [field.name for field in fields(table.row)] for table in TABLES}


def test_a_commodity_is_shown_as_last_defined() -> None:
    better = replace(RICE, consumption_per_head_year=78_000)
    found = rows(
        "commodity",
        recorded(1, RICE, place=CITY, entity=f"commodity.{BERAS}"),
        recorded(2, better, place=CITY, entity=f"commodity.{BERAS}"),
    )
    assert [row.consumption_per_head_year for row in found.values()] == [78_000]


def test_every_reference_is_kept_and_the_rows_tell_which_is_in_force() -> None:
    found = rows(
        "price_reference",
        recorded(1, HET_2024, place=CITY, entity=f"price.{BERAS}"),
        recorded(2, HET_2025, place=CITY, entity=f"price.{BERAS}"),
    )
    references: list[PriceReferenceRow] = list(found.values())
    assert [row.maximum for row in references] == [12_500, 13_500]
    holding = in_force(references, HET_2025.valid_from - timedelta(days=1))
    assert holding is not None
    assert holding.legal == HET_2024.legal


def test_the_policy_in_force_has_the_version_that_the_rules_name() -> None:
    entity = "policy.adequacy"
    found = rows(
        "policy",
        recorded(1, TERMS, place=CITY, entity=entity),
        recorded(2, replace(TERMS, low_days=10), place=CITY, entity=entity),
    )
    row: PolicyRow = found[("adequacy",)]
    assert (row.version, row.low_days) == (2, 10)


def test_demand_is_shown_with_the_count_that_it_follows() -> None:
    entity = "demand.members"
    found = rows(
        "demand",
        recorded(1, MEMBERS, entity=entity),
        recorded(2, DemandModelUpdated(176, 420), entity=entity),
    )
    assert astuple(found[(SUNTER_AGUNG,)]) == (SUNTER_AGUNG, 176, 420, moment(2))


def test_active_members_are_those_who_joined_less_those_who_left() -> None:
    sunter_jaya = "31.72.02.1004"
    found = rows(
        "active_member",
        recorded(1, MemberJoined(), service="membership", entity="member.siti"),
        recorded(2, MemberJoined(), service="membership", entity="member.budi"),
        recorded(3, MemberJoined(), service="membership", place=sunter_jaya, entity="member.ani"),
        recorded(4, MemberLeft(), service="membership", entity="member.budi"),
    )
    assert found == {
        (SUNTER_AGUNG,): ActiveMemberRow(SUNTER_AGUNG, active=1, position=4),
        (sunter_jaya,): ActiveMemberRow(sunter_jaya, active=1, position=3),
    }


def test_a_stock_shows_what_lies_there_and_its_open_alert() -> None:
    found = rows("stock", recorded(1, received(50_000)), recorded(2, sold(3_000)), recorded(3, LOW))
    assert found[SEMBAKO] == StockRow(
        cooperative=SUNTER_AGUNG,
        gerai="sembako",
        commodity=BERAS,
        on_hand=47_000,
        sold=3_000,
        first_on=SESSION_DAY,
        last_on=SESSION_DAY,
        alert=LOW.alert,
        variance=None,
        counted_on=None,
        moved_at=moment(2),
        position=3,
    )


def test_a_recovered_stock_has_no_alert() -> None:
    found = rows(
        "stock",
        recorded(1, received(47_000)),
        recorded(2, LOW),
        recorded(3, received(400_000, 4)),
        recorded(4, RECOVERED),
    )
    assert found[SEMBAKO].alert is None


def test_the_variance_of_a_count_follows_from_the_books_before_it() -> None:
    found = rows(
        "stock",
        recorded(1, received(50_000)),
        recorded(2, counted(48_200)),
        recorded(3, sold(200)),
    )
    row: StockRow = found[SEMBAKO]
    assert (row.variance, row.counted_on, row.on_hand) == (-1_800, SESSION_DAY, 48_000)


def test_an_alert_is_shown_from_low_to_recovered() -> None:
    found = rows("stock_alert", recorded(1, LOW), recorded(2, RECOVERED))
    row: StockAlertRow = found[(LOW.alert,)]
    assert (row.low_at, row.recovered_at) == (moment(1), moment(2))
    assert (row.reason, row.cover_tenths, row.recovered_cover_tenths) == (
        "cover_below_threshold",
        12,
        119,
    )


def test_a_recovery_in_a_past_that_was_not_low_yet_shows_no_alert() -> None:
    assert rows("stock_alert", recorded(1, RECOVERED)) == {}


@pytest.mark.parametrize(("kind", "severity"), [("HET", "violation"), ("HAP", "warning")])
def test_a_breach_is_shown_by_its_line_and_with_its_severity(kind: str, severity: str) -> None:
    breached = PriceCeilingBreached(
        line=line(2),
        kind="HET" if kind == "HET" else "HAP",
        unit_price=13_200,
        maximum=12_500,
        over_by=700,
        legal="Perbadan 5/2024",
        sold_on=SESSION_DAY,
    )
    row = rows("price_breach", recorded(1, breached))[(line(2),)]
    assert (row.severity, row.over_by, row.gerai) == (severity, 700, "sembako")


def test_the_bin_card_has_one_row_a_line() -> None:
    found = rows(
        "movement",
        recorded(1, received(50_000)),
        recorded(2, sold(3_000)),
        recorded(3, counted(46_900)),
    )
    card: list[MovementRow] = list(found.values())
    assert [(row.line, row.kind, row.quantity, row.unit_money, row.lot) for row in card] == [
        (line(1), "received", 50_000, 11_000, "SPHP-2025-11"),
        (line(2), "sold", 3_000, 12_400, None),
        (line(3), "counted", 46_900, None, None),
    ]


def test_the_id_of_a_stock_is_gerai_and_commodity() -> None:
    assert parts_of("sembako_minyak-goreng-rakyat") == ("sembako", "minyak-goreng-rakyat")


@st.composite
def asked(draw: st.DrawFn) -> StockCommand:
    kind = draw(st.sampled_from([delivery, sale, count]))
    return kind(
        draw(st.integers(1, 500)),
        draw(st.integers(1, 10**9)),
        circumstances=FULL,
        day=SESSION_DAY + timedelta(draw(st.integers(0, 60))),
    )


@given(st.lists(asked(), min_size=1, max_size=15))
def test_a_query_says_of_cover_what_the_rules_say(commands: list[StockCommand]) -> None:
    state = stock.initial
    history: list[Recorded] = []
    for command in commands:
        try:
            said = stock.decide(command, state)
        except Refused:
            continue
        state = stock.fold(said, state)
        history += [recorded(len(history) + 1 + index, event) for index, event in enumerate(said)]
    shown = rows("stock", *history)
    if not history:
        return
    row: StockRow = shown[SEMBAKO]
    assert stock_of(row) == state
    entity = "policy.adequacy"
    policy: PolicyRow = rows("policy", recorded(1, TERMS, place=CITY, entity=entity))[("adequacy",)]
    need = daily_demand(
        policy, 81_230, MEMBERS.active_members, row.sold, days_observed(row.first_on, row.last_on)
    )
    assert need == demand_of(state, FULL)
    assert cover_tenths(row.on_hand, need) == cover_tenths(state.on_hand, need)
