"""A table is a key and a fold: however its history is cut into batches, the rows are the same."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.envelope import Recorded, Stored
from shared.messages import event
from shared.tables import Key, Rows, Table, fold_tables

SUNTER_AGUNG = "31.72.02.1006"


@event
class Paid:
    """A member paid savings, in rupiah."""

    amount: int


@event
class Left:
    """A member left: the row goes."""


@event
class Moved:
    """A member moved savings to another member: one fact, two rows."""

    to: str
    amount: int


@event
class Greeted:
    """No table of ours knows this."""


type Fact = Paid | Left | Moved | Greeted


@dataclass(frozen=True, slots=True)
class SavingsRow:
    """What a member has saved."""

    place: str
    member: str
    saved: int
    payments: int = 0


def own_row(said: Recorded) -> list[Key]:
    return [(said.place, said.id)]


def both_rows(said: Recorded) -> list[Key]:
    return [(said.place, said.id), (said.place, said.data.to)]


def saved(row: SavingsRow | None, said: Recorded, key: Key) -> SavingsRow | None:
    row = row or SavingsRow(*key, saved=0)
    match said.data:
        case Paid(amount=amount):
            return replace(row, saved=row.saved + amount, payments=row.payments + 1)
        case Moved(to=to, amount=amount):
            sign = 1 if key[1] == to else -1
            return replace(row, saved=row.saved + sign * amount)
        case _:
            return None


SAVINGS = Table(
    "savings",
    SavingsRow,
    ("place", "member"),
    {Paid: own_row, Left: own_row, Moved: both_rows},
    saved,
)


def of(member: str, data: Fact, position: int = 1) -> Recorded:
    subject = f"kkmp.membership.{SUNTER_AGUNG}.member.{member}.{type(data).__name__}"
    return Recorded(Stored(position, subject, b"", b""), subject.split("."), data)


members = st.sampled_from(["siti", "budi", "agus"])
amounts = st.integers(1, 100_000)
facts = st.one_of(
    st.builds(Paid, amounts),
    st.builds(Left),
    st.builds(Moved, members, amounts),
    st.just(Greeted()),
)
histories = st.lists(st.builds(of, members, facts), max_size=30)


def in_batches(table: Table[Any], batches: list[list[Recorded]]) -> Rows:
    """Fold as the runner does: take the rows that a batch touches, fold, and put them back."""
    kept: Rows = {}
    for batch in batches:
        touches = table.touches(batch)
        rows: Rows = {key: kept[key] for _, key in touches if key in kept}
        table.fold(touches, rows)
        kept = {key: row for key, row in (kept | rows).items() if row is not None}
    return kept


@given(histories, st.sets(st.integers(0, 30)))
def test_a_history_cut_into_any_batches_gives_the_same_rows(
    history: list[Recorded], cuts: set[int]
) -> None:
    bounds = [0, *sorted(cuts), len(history)]
    batches = [history[start:end] for start, end in pairwise(bounds)]
    assert in_batches(SAVINGS, batches) == fold_tables([SAVINGS], history)["savings"]


def test_what_an_event_touches_is_all_that_is_fetched() -> None:
    history = [of("siti", Paid(1)), of("budi", Moved("agus", 1)), of("siti", Greeted())]
    assert SAVINGS.touches(history) == [
        (history[0], (SUNTER_AGUNG, "siti")),
        (history[1], (SUNTER_AGUNG, "budi")),
        (history[1], (SUNTER_AGUNG, "agus")),
    ]


def test_a_removed_row_stays_in_the_batch_as_none_so_that_it_is_deleted() -> None:
    rows: Rows = {(SUNTER_AGUNG, "siti"): SavingsRow(SUNTER_AGUNG, "siti", 50_000, 1)}
    SAVINGS.fold(SAVINGS.touches([of("siti", Left())]), rows)
    assert rows == {(SUNTER_AGUNG, "siti"): None}


def test_a_row_that_was_removed_begins_anew() -> None:
    history = [of("siti", Paid(50_000)), of("siti", Left()), of("siti", Paid(10_000))]
    assert fold_tables([SAVINGS], history)["savings"] == {
        (SUNTER_AGUNG, "siti"): SavingsRow(SUNTER_AGUNG, "siti", 10_000, 1)
    }
    assert fold_tables([SAVINGS], history[:2])["savings"] == {}
