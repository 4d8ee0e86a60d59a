"""Tolerances of providers that push: which are on by the settings, and how often each was needed.

Needs are gathered in memory and written with the calls, once a second; a crash loses that second of them. Start at
`tolerations`.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from difflib import get_close_matches

import attrs

from dirsync_core.api import Dialects, ProviderType
from dirsync_core.host.settings import ProviderSettings
from dirsync_core.model.dialects import Dialect, Toleration
from dirsync_core.model.errors import SettingsError
from dirsync_core.store.contract import DialectUse

TOKEN_WITHOUT_BEARER = Dialect(
    "token-without-bearer", "the token arrives bare, as catalogue apps send it", ("Okta's catalogue apps",)
)
_LONGEST_EXAMPLE = 200


def tolerations(kind: ProviderType, name: str, configured: ProviderSettings) -> tuple[Toleration, ...]:
    """Give every dialect of a provider with whether it is on: all, unless `tolerate` or `strict` says otherwise.

    Raises:
        SettingsError: `tolerate` names what there is not, or stands beside `strict`.
    """
    dialects = (*kind.dialects, TOKEN_WITHOUT_BEARER) if kind.pushes else ()
    if problems := list(_problems(dialects, f"providers.{name}", configured)):
        raise SettingsError(problems)
    if configured.strict:
        return tuple(Toleration(each, each.always) for each in dialects)
    chosen = configured.tolerate
    return tuple(Toleration(each, each.always or chosen is None or each.name in chosen) for each in dialects)


def _problems(dialects: Sequence[Dialect], path: str, configured: ProviderSettings) -> Iterator[str]:
    if configured.strict and configured.tolerate is not None:
        yield f"{path}.tolerate: stands beside strict = true, which tolerates nothing; leave one of them out"
    known = sorted(each.name for each in dialects)
    for position, name in enumerate(configured.tolerate or ()):
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known) or 'none'}"
            yield f"{path}.tolerate[{position}]: “{name}” is no tolerance; {hint}"


class DialectCounts:
    """Gathers what was needed, from any thread, until it is taken."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._uses: dict[tuple[str, str], DialectUse] = {}
        self._lock = threading.Lock()

    def note(self, provider: str, name: str, example: str) -> None:
        """Note one need; of several examples the newest is kept."""
        at, key = self._clock(), (provider, name)
        with self._lock:
            before = self._uses.get(key)
            count = before.count + 1 if before else 1
            self._uses[key] = DialectUse(provider, name, count, at, example[:_LONGEST_EXAMPLE])

    def take(self) -> Sequence[DialectUse]:
        """Give what was gathered, and begin anew."""
        with self._lock:
            uses, self._uses = self._uses, {}
        return tuple(uses.values())


@attrs.frozen
class ProviderDialects(Dialects):
    """`Dialects` of one provider."""

    provider: str
    tolerations: tuple[Toleration, ...]
    counts: DialectCounts
    _on: frozenset[str] = attrs.field(init=False)

    @_on.default
    def _names(self) -> frozenset[str]:
        return frozenset(each.dialect.name for each in self.tolerations if each.on)

    def allows(self, name: str) -> bool:
        return name in self._on

    def count(self, name: str, example: str = "") -> None:
        self.counts.note(self.provider, name, example)
