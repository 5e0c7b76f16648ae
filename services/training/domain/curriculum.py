"""The rules of a curriculum: published once, in force from a day on, never changed."""

from collections.abc import Iterable
from datetime import date

from services.training.commands import Publication, PublishCurriculum, Published
from services.training.events import CurriculumEvent, CurriculumPublished, Module
from shared.decider import Decider, Refusal, Refused

ALREADY_PUBLISHED = Refusal(
    "curriculum_already_published",
    id="Kurikulum {id} sudah diterbitkan dengan isi lain; terbitkan dengan id baru.",
    en="Curriculum {id} is published with another content; publish this one under a new id.",
)
MODULE_TWICE = Refusal(
    "module_twice",
    id="Modul {module} disebut lebih dari sekali.",
    en="Module {module} is named more than once.",
    kind="invalid",
)
NOTHING_MANDATORY = Refusal(
    "nothing_mandatory",
    id="Kurikulum harus punya paling sedikit satu modul wajib.",
    en="A curriculum has at least one mandatory module.",
    kind="invalid",
)

type Curriculum = CurriculumPublished | None
"""What was published under the id, if anything."""


def decide(command: Publication, state: Curriculum) -> list[CurriculumEvent]:
    """Publish once; the same content again has come true already."""
    asked = command.asked
    if state is None:
        refuse_twice(module.code for module in asked.modules)
        if not any(module.mandatory for module in asked.modules):
            raise Refused(NOTHING_MANDATORY)
        return [_content(asked, command.day)]
    if _content(asked, state.from_date) != state:
        raise Refused(ALREADY_PUBLISHED, id=asked.id)
    return []


def evolve(_state: Curriculum, event: CurriculumEvent) -> Curriculum:
    """What is published is the state."""
    return event


curriculum: Decider[Publication, Curriculum, CurriculumEvent] = Decider(
    decide, evolve, initial=None
)


def refuse_twice(modules: Iterable[str]) -> None:
    """Refuse a module that is named more than once."""
    seen = set[str]()
    for module in modules:
        if module in seen:
            raise Refused(MODULE_TWICE, module=module)
        seen.add(module)


def _content(asked: PublishCurriculum, otherwise: date) -> CurriculumPublished:
    return CurriculumPublished(
        title=asked.title,
        modules=tuple(
            Module(module.code, module.title, module.hours, module.mandatory)
            for module in asked.modules
        ),
        pass_mark=asked.pass_mark,
        validity_months=asked.validity_months,
        roles=asked.roles,
        from_date=asked.from_date or otherwise,
    )


def mandatory(content: CurriculumPublished) -> tuple[str, ...]:
    """The modules that everybody whom it is meant for must learn."""
    return tuple(module.code for module in content.modules if module.mandatory)


def owed_from(
    published: Iterable[Published], audience: frozenset[str], from_date: date
) -> Published | None:
    """The curriculum that somebody appointed on *from_date* owes, of those for the *audience*.

    It is the one in force on that day: later ones bind later appointments, so that nobody's
    obligation changes after the fact. Boards were appointed in May 2025, before anything was
    published: they owe the first one that was, rather than nothing.
    """
    meant = sorted(
        (one for one in published if audience.intersection(one.content.roles)),
        key=lambda one: (one.content.from_date, one.id),
    )
    begun = [one for one in meant if one.content.from_date <= from_date]
    if begun:
        return begun[-1]
    return meant[0] if meant else None
