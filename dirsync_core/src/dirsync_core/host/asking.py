"""Questions to an installation: one consistent look, whoever asks."""

from collections.abc import Callable
from typing import TypeVar

from dirsync_core.host.host import Host
from dirsync_core.model.people import Json
from dirsync_core.query.dialects import dialect_shape
from dirsync_core.query.pulls import pull_shape
from dirsync_core.query.reading import Reading, Shape
from dirsync_core.query.status import provider_shape
from dirsync_core.store.contract import Transaction

T = TypeVar("T")


async def ask(host: Host, question: Callable[[Reading], T]) -> T:
    """Answer a question on one consistent view.

    Raises:
        Refused: no rules were ever applied.
    """
    now = host.clock()

    def job(tx: Transaction) -> T:
        return question(Reading(tx, host.rules(tx), now))

    return await host.store.read(job)


def provider_shapes(host: Host, reading: Reading) -> list[Json]:
    """Give every provider, those in the settings first in their order, then those that are gone from them."""
    names = [*host.settings.providers, *(n for n in reading.known if n not in host.settings.providers)]
    return [
        {
            **provider_shape(reading, name, name in host.settings.providers),
            "dialect": dialect(host, reading, name),
            "pull": asked_shape(host, reading, name),
        }
        for name in names
    ]


def dialect(host: Host, reading: Reading, name: str) -> Shape | None:
    """Give how a provider speaks; None where it does not push, or is not there."""
    spoken = host.spoken.get(name)
    return dialect_shape(reading, name, spoken.tolerations) if spoken else None


def asked_shape(host: Host, reading: Reading, name: str) -> Shape | None:
    """Give how it stands with a source that is asked; None where it is not asked, or not there."""
    configured = host.settings.providers.get(name)
    kind = host.plugins.providers.get(configured.plugin) if configured is not None else None
    return pull_shape(reading, name, configured.every) if configured and kind is not None and kind.pulls else None
