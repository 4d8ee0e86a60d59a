"""Health and counts: providers, plugins, locations, the whole."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from dirsync_core.model.moments import written_time
from dirsync_core.model.people import Json, Situation, Status
from dirsync_core.query.pulls import seen_at
from dirsync_core.query.reading import Reading, Shape
from dirsync_core.query.records import situations, undetermined
from dirsync_core.store.contract import Call, PullState, Token, Traffic

HOURS = 24


def status_shape(reading: Reading, version: str, file_differs: bool, providers: Sequence[Json]) -> Shape:
    """Give health and counts of the whole."""
    people = reading.tx.people.counts("status")
    records = situations(reading)
    return {
        "version": version,
        "people": {status.value: people.get(status.value, 0) for status in Status},
        "records": {
            "situations": {situation.value: records.get(situation, 0) for situation in Situation},
            "held": reading.tx.cases.count_held(),
            "undetermined": undetermined(reading),
        },
        "cases": sum(reading.tx.cases.count_open().values()),
        "seq": reading.tx.feed.end(),
        "rules": {"version": reading.rules.version, "fileDiffers": file_differs},
        "providers": list(providers),
    }


def provider_shape(reading: Reading, name: str, configured: bool) -> Shape:
    """Give one provider: the interface's keys, and beside them what its page shows."""
    known = reading.known.get(name)
    traffic = reading.tx.traffic.of(name, reading.now - timedelta(hours=HOURS - 1))
    pulled = reading.tx.pulls.get(name)
    applied = name in reading.rules.providers
    retired = reading.retired.get(name)
    unavailable = reading.rules.providers[name].unavailable if applied else None
    why = (
        (reading.frozen.get(name) or unavailable)
        if applied
        else "Not among the applied rules yet; it waits for: dirsync apply"
    )
    counts = situations(reading, name)
    hours = [reading.now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=h) for h in range(HOURS)]
    return {
        "name": name,
        "plugin": known.type if known else "",
        "title": reading.title(name),
        "shape": reading.shape(name),
        "state": "active" if why is None else "failed" if configured and applied else "off",
        "because": why,
        "retired": retired.fate if retired is not None else None,
        "byHand": bool(known and known.by_hand),
        "pushes": bool(known and known.pushes),
        "people": reading.tx.people.counts("source").get(name, 0),
        "records": sum(counts.values()),
        "situations": {situation.value: n for situation, n in counts.items()},
        **_heard(traffic, pulled, reading.now),
        "calls": [traffic.hours.get(hour, 0) for hour in reversed(hours)] if known and known.pushes else None,
    }


def locations_shape(reading: Reading) -> list[Json]:
    """Give the locations as applied, with how many people are in each and how many are there by hand."""
    people = reading.tx.people.counts("location")
    placed: dict[tuple[str, str], int] = {}
    for placement in reading.tx.facts.all_placements():
        key = (placement.location, placement.op)
        placed[key] = placed.get(key, 0) + 1
    return [
        {
            "key": rule.key,
            "name": rule.name,
            "filter": rule.text,
            "missing": rule.missing,
            "people": people.get(rule.key, 0),
            "placed": placed.get((rule.key, "add"), 0),
            "masked": placed.get((rule.key, "mask"), 0),
        }
        for rule in reading.rules.locations
    ]


def token_shape(token: Token) -> Shape:
    """Give a token; of its secret only the last four characters are known."""
    return {
        "id": token.id,
        "provider": token.provider,
        "api": token.api,
        "write": token.write,
        "name": token.name,
        "last4": token.ending,
        "createdAt": written_time(token.created_at),
        "expiresAt": written_time(token.expires_at) if token.expires_at else None,
        "lastUsedAt": written_time(token.last_used_at) if token.last_used_at else None,
    }


def seen(reading: Reading, provider: str) -> Mapping[str, Json]:
    """Give what the server has seen of a provider that pushes: what ticks off the steps of its set-up."""
    traffic = reading.tx.traffic.of(provider, reading.now)
    counts = situations(reading, provider)
    called = traffic.last is not None and traffic.last.status != 401
    return {
        "call": written_time(traffic.last.at) if traffic.last and called else None,
        "people": reading.tx.people.counts("source").get(provider, 0),
        "references": reading.tx.people.counts("naming").get(provider, 0),
        "unkeyed": counts.get(Situation.UNKEYED, 0),
        "groups": reading.tx.records.count(provider, "group"),
    }


def _heard(traffic: Traffic, pulled: PullState, now: datetime) -> Shape:
    """Give when a source was heard last, and its last error: when it called, or when it was asked."""
    if pulled.session is None:
        return {
            "lastRequestAt": written_time(traffic.last.at) if traffic.last else None,
            "lastStatus": _status(traffic.last),
            "lastError": traffic.last_error.detail if traffic.last_error else None,
            "lastErrorAt": written_time(traffic.last_error.at) if traffic.last_error else None,
        }
    return {
        "lastRequestAt": written_time(pulled.session.started_at),
        "lastStatus": f"pull, {seen_at(pulled.session, now).outcome.value}",
        "lastError": pulled.last_error,
        "lastErrorAt": written_time(pulled.last_error_at) if pulled.last_error_at else None,
    }


def _status(call: Call | None) -> str | None:
    return f"{call.method} {call.route}, {call.status}" if call is not None else None
