"""Tells whether a pattern may take more than linear time: by its automaton, not by a clock.

A pattern that backtracks is slow when a text can be read in many ways, so the question is how
ambiguous its automaton is (Weber and Seidl, 1991; Weideman and others, 2016): exponentially, when
one step of a loop can be taken in two ways; at least quadratically, when some text leads from a
state p to p, from p to another state q, and from q to q. The automaton is Glushkov's, with a state
for each place where a character is read, and with the number of ways from one to the next.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

_inside: Any = re
_CHARACTERS = [
    *map(chr, range(0x100)),
    *"\u0130\u0131\u0660\u0966\u2009\u2028\u202e\uff1d\U0001f600",
]
_BYTES = [bytes([one]) for one in range(0x100)]
_MOST_ROUNDS = 2
"""A bounded repetition counts as so many rounds: its cost is bounded, the text's length is not."""
_READS = {"LITERAL", "NOT_LITERAL", "IN", "ANY"}
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}

type _Ways = Counter[int]


@dataclass
class _Part:
    """A part of a pattern: the ways to read nothing, to begin in a state and to end in one."""

    empty: int = 1
    first: _Ways = field(default_factory=Counter)
    last: _Ways = field(default_factory=Counter)


class _Automaton:
    """The states of a pattern and the ways between them."""

    def __init__(self, flags: int, alphabet: list[Any]) -> None:
        self._flags = flags
        self._alphabet = alphabet
        self.reads: list[frozenset[Any]] = []
        self.ways: Counter[tuple[int, int]] = Counter()

    def sequence(self, nodes: Iterable[Any], flags: int) -> _Part:
        whole = _Part()
        for node in nodes:
            whole = self._then(whole, self._part(node, flags))
        return whole

    def _part(self, node: tuple[Any, Any], flags: int) -> _Part:
        name, said = str(node[0]), node[1]
        if name in _READS:
            return self._state(node, flags)
        if name in _REPEATS:
            least, most, inner = said
            return self._repeated(least, most, inner, flags)
        if name == "BRANCH":
            return _either(self.sequence(one, flags) for one in said[1])
        if name == "SUBPATTERN":
            return self.sequence(said[-1], (flags | said[1]) & ~said[2])
        if name == "ATOMIC_GROUP":
            return self.sequence(said, flags)
        if name in ("ASSERT", "ASSERT_NOT"):
            self.sequence(said[1], flags)  # its own loops stay; it reads nothing of the text
            return _Part()
        if name == "AT":
            return _Part()
        raise NotImplementedError(f"{name} is not judged: it may take any time")

    def _state(self, node: tuple[Any, Any], flags: int) -> _Part:
        state = _inside._parser.State()
        state.flags = flags
        one = _inside._compiler.compile(_inside._parser.SubPattern(state, [node]), flags)
        self.reads.append(frozenset(sign for sign in self._alphabet if one.fullmatch(sign)))
        here = Counter({len(self.reads) - 1: 1})
        return _Part(0, here, here.copy())

    def _repeated(self, least: int, most: int, node: Iterable[Any], flags: int) -> _Part:
        whole = _Part()
        for _ in range(min(least, _MOST_ROUNDS)):
            whole = self._then(whole, self.sequence(node, flags))
        if most == _inside._constants.MAXREPEAT:
            return self._then(whole, self._loop(self.sequence(node, flags)))
        more = _Part()
        for _ in range(min(most - least, _MOST_ROUNDS)):
            more = _either([self._then(self.sequence(node, flags), more), _Part()])
        return self._then(whole, more)

    def _loop(self, round_: _Part) -> _Part:
        self._lead(round_.last, round_.first)
        return _Part(1 + round_.empty, round_.first, round_.last)

    def _then(self, one: _Part, other: _Part) -> _Part:
        self._lead(one.last, other.first)
        return _Part(
            one.empty * other.empty,
            one.first + _times(other.first, one.empty),
            other.last + _times(one.last, other.empty),
        )

    def _lead(self, here: _Ways, there: _Ways) -> None:
        for (start, some), (end, more) in product(here.items(), there.items()):
            self.ways[start, end] += some * more


def _times(ways: _Ways, times: int) -> _Ways:
    return Counter({state: many * times for state, many in ways.items() if times})


def _either(parts: Iterable[_Part]) -> _Part:
    whole = _Part(0)
    for one in parts:
        whole = _Part(whole.empty + one.empty, whole.first + one.first, whole.last + one.last)
    return whole


def why_slow(pattern: re.Pattern[Any]) -> str:
    """Say why *pattern* may take more than linear time to find out that a text does not fit."""
    alphabet: list[Any] = _BYTES if isinstance(pattern.pattern, bytes) else _CHARACTERS
    automaton = _Automaton(pattern.flags, alphabet)
    automaton.sequence(_inside._parser.parse(pattern.pattern, pattern.flags), pattern.flags)
    after: dict[int, set[int]] = {state: set() for state in range(len(automaton.reads))}
    for start, end in automaton.ways:
        after[start].add(end)
    reach = {state: _reachable(state, after) for state in after}
    for (start, end), many in automaton.ways.items():
        if many > 1 and start in reach[end]:
            return "a step of a loop can be taken in two ways: exponential"
    loops = [state for state in after if state in reach[state]]
    for p, q in product(loops, loops):
        if p != q and q in reach[p] and _shared_text(p, q, after, reach, automaton.reads):
            return "two loops read the same text, one after the other: at least quadratic"
    return ""


def _reachable(state: int, after: dict[int, set[int]]) -> set[int]:
    found: set[int] = set()
    left = list(after[state])
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += after[one]
    return found


def _shared_text(
    p: int,
    q: int,
    after: dict[int, set[int]],
    reach: dict[int, set[int]],
    reads: list[frozenset[Any]],
) -> bool:
    """Whether one text leads from p to p, from p to q, and from q to q, all at once."""

    def steps(at: tuple[int, int, int]) -> Iterator[tuple[int, int, int]]:
        round_p = [one for one in after[at[0]] if p in reach[one] or one == p]
        across = [one for one in after[at[1]] if q in reach[one] or one == q]
        round_q = [one for one in after[at[2]] if q in reach[one] or one == q]
        for one, two, three in product(round_p, across, round_q):
            if reads[one] & reads[two] & reads[three]:
                yield one, two, three

    seen: set[tuple[int, int, int]] = set()
    left = list(steps((p, p, q)))
    while left:
        at = left.pop()
        if at == (p, q, q):
            return True
        if at not in seen:
            seen.add(at)
            left.extend(steps(at))
    return False
