"""Plans at a prompt: counts first, then who, what and by which setting."""

from collections.abc import Iterable, Mapping, Sequence

import click

from dirsync_core.cli.output import plural, print_table, shown
from dirsync_core.model.people import Json
from dirsync_core.model.plans import Effect, EffectKind, Plan, count_effects

_COLUMNS = ("effect", "who", "what", "setting")


def print_plan(plan: Plan, *, most: int) -> None:
    """Print a plan, of each kind of effect the first few."""
    click.echo(counted(plan))
    print_table(_COLUMNS, _lines(plan.effects, most))
    _print_left_out(plan.effects, most)
    for line in _notes(plan):
        click.echo(line)


def print_effects(effects: Sequence[Effect], *, most: int) -> None:
    """Print effects that come from no setting: how many there are of each kind, and the first few."""
    click.echo(_counted(count_effects(effects)))
    print_table(_COLUMNS[:-1], [line[:-1] for line in _lines(effects, most)])
    _print_left_out(effects, most)


def _print_left_out(effects: Sequence[Effect], most: int) -> None:
    for kind in EffectKind:
        left_out = sum(effect.kind is kind for effect in effects) - most
        if left_out > 0:
            click.echo(f"and {left_out:,} more of: {kind.value}")


def counted(plan: Plan) -> str:
    """Give a plan's counts in words."""
    return _counted(plan.counts)


def _counted(counts: Mapping[EffectKind, int]) -> str:
    told = [
        plural(counts[EffectKind.JOINS], "joins", "join"),
        plural(counts[EffectKind.LEAVES], "leaves", "leave"),
        plural(counts[EffectKind.CHANGES], "changes", "change"),
    ]
    contested, undetermined = counts[EffectKind.CONTESTED], counts[EffectKind.UNDETERMINED]
    if contested:
        told.append(plural(contested, "becomes contested", "become contested"))
    if undetermined:
        told.append(plural(undetermined, "is out for want of a value", "are out for want of a value"))
    return ", ".join(told)


def print_difference(reviewed: Plan, now: Plan, *, most: int) -> None:
    """Print what is in one of two plans only."""
    new, gone = _without(now.effects, reviewed.effects), _without(reviewed.effects, now.effects)
    lines = [("new", *line) for line in _lines(new, most)] + [("gone", *line) for line in _lines(gone, most)]
    print_table(("by now", *_COLUMNS), lines)


def _without(effects: Iterable[Effect], others: Iterable[Effect]) -> list[Effect]:
    known = [_word(other) for other in others]
    return [effect for effect in effects if _word(effect) not in known]


def _word(effect: Effect) -> tuple[Json, ...]:
    return (effect.kind.value, effect.record or effect.person or effect.email, effect.name, effect.after)


def _lines(effects: Sequence[Effect], most: int) -> list[tuple[str, str, str, str]]:
    by_kind = ([effect for effect in effects if effect.kind is kind][:most] for kind in EffectKind)
    return [_line(effect) for chosen in by_kind for effect in chosen]


def _line(effect: Effect) -> tuple[str, str, str, str]:
    who = f"{effect.called} <{effect.email}>" if effect.called else effect.email
    return (effect.kind.value, who, _what(effect), effect.origin or "several settings together")


def effect_text(effect: Effect) -> str:
    """Give an effect in one line."""
    kind, who, what, _ = _line(effect)
    return " ".join(part for part in (kind, who, what) if part)


def _what(effect: Effect) -> str:
    where = ", ".join(effect.locations)
    match effect.kind:
        case EffectKind.JOINS:
            return f"in {where}" if where else ""
        case EffectKind.LEAVES:
            return f"from {where}" if where else ""
        case EffectKind.CHANGES:
            return f"{effect.name}: {_value(effect.before)} → {_value(effect.after)}"
        case EffectKind.CONTESTED:
            return "its address belongs to somebody else"
        case EffectKind.UNDETERMINED:
            return "out for want of a value"


def _value(value: Json) -> str:
    return shown(value) or "nothing"


def _notes(plan: Plan) -> Iterable[str]:
    names = [altered.path for altered in plan.altered]
    if names:
        yield f"{plural(len(names), 'setting differs', 'settings differ')}: {', '.join(names)}"
    for provider in plan.emptied:
        yield f"Nobody whom {provider} sends would be left in the directory."
    if plan.trips:
        yield from plan.trips
        yield "Whatever this plan names is approved by applying it; the guard counts none of it."
    asleep: dict[str, list[str]] = {}
    for each in plan.asleep:
        asleep.setdefault(each.placement.location, []).append(each.email or each.placement.subject)
    for key, people in asleep.items():
        count = plural(len(people), "placement sleeps", "placements sleep")
        yield f"{count}, since there is no location {key}; back with its key: {', '.join(people)}"
