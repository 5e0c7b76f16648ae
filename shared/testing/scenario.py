"""Given what happened, when this is asked, then this follows: a rule as three words."""

from dataclasses import dataclass

import pytest

from shared.decider import Decider, Refusal, Refused


@dataclass(frozen=True)
class Scenario[Command, State, Event]:
    """One entity whose rules are told: `Scenario(rules).given(…).when(…).then(…)`."""

    decider: Decider[Command, State, Event]
    past: tuple[Event, ...] = ()

    def given(self, *events: Event) -> "Scenario[Command, State, Event]":
        """These events happened, after those given before."""
        return Scenario(self.decider, (*self.past, *events))

    def when(self, command: Command) -> "Asked[Command, State, Event]":
        """Ask for this."""
        return Asked(self.decider, self.past, command)


@dataclass(frozen=True)
class Asked[Command, State, Event]:
    """A command that waits for its consequence to be stated."""

    decider: Decider[Command, State, Event]
    past: tuple[Event, ...]
    command: Command

    def then(self, *expected: Event) -> None:
        """Exactly these events follow; none, if it has come true already."""
        state = self.decider.fold(self.past)
        assert list(self.decider.decide(self.command, state)) == list(expected)

    def then_refused(self, refusal: Refusal) -> None:
        """The rules say no, for this reason."""
        with pytest.raises(Refused) as refused:
            self.decider.decide(self.command, self.decider.fold(self.past))
        assert refused.value.refusal == refusal
