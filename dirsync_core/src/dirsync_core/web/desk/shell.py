"""What stands on every page, and how a provider is shown."""

from typing import Any, cast

from dirsync_core.host.asking import asked_shape, dialect
from dirsync_core.host.host import Host
from dirsync_core.model.errors import NotFound
from dirsync_core.query.reading import Reading
from dirsync_core.query.records import situations
from dirsync_core.query.status import provider_shape, token_shape
from dirsync_core.web.pages import shapes


def shell(host: Host, reading: Reading, by: str) -> shapes.Shell:
    """Give what stands on every page."""
    configured = host.settings.providers
    sources = [provider_shape(reading, name, name in configured) for name in names(host, reading)]
    counts = situations(reading)
    differs = host.file_differs(reading.tx)
    return cast(
        shapes.Shell,
        {
            "organisation": host.settings.organisation,
            "by": by,
            "people": reading.tx.people.counts("status").get("active", 0),
            "records": sum(counts.values()),
            "situations": {situation.value: n for situation, n in counts.items()},
            "cases": dict(reading.tx.cases.count_open()),
            "held": reading.held,
            "locations": {rule.key: rule.name for rule in reading.rules.locations},
            "sources": sources,
            "rules": {"version": reading.rules.version, "fileDiffers": differs, "toml": None},
        },
    )


def names(host: Host, reading: Reading) -> list[str]:
    """Give all providers: those in the settings in their order, then those that are gone from them."""
    configured = host.settings.providers
    return [*configured, *(name for name in reading.known if name not in configured)]


def line(host: Host, reading: Reading, name: str) -> dict[str, Any]:
    """Give a provider with its health."""
    configured = host.settings.providers.get(name)
    kind = host.plugins.providers.get(configured.plugin) if configured else None
    shape: dict[str, Any] = provider_shape(reading, name, configured is not None)
    guide = kind is not None and kind.guide is not None
    told = {"guide": guide, "dialect": dialect(host, reading, name), "pull": asked_shape(host, reading, name)}
    return shape | told | {"gone": configured is None, "held": reading.tx.cases.count_held(name)}


def tokens(reading: Reading, name: str) -> list[dict[str, Any]]:
    """Give a provider’s tokens."""
    own = (token for token in reading.tx.access.tokens() if token.provider == name)
    return [dict(token_shape(token)) for token in own]


def check_provider(host: Host, reading: Reading, name: str) -> None:
    """Refuse a name that no provider has."""
    if name not in names(host, reading):
        raise NotFound(f"There is no provider “{name}”. There are {', '.join(names(host, reading))}.")
