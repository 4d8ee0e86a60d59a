"""What a filter has to be: pure, deterministic, and with a reason for everything. Start at `FilterContract`."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from dirsync_core.api import Attribute, AttributeKind, Filter, FilterType, Judgement, Verdict
from dirsync_core.host.settings import structure
from dirsync_core.testing.contract import missing
from dirsync_core.testing.scratch import plugins_of
from dirsync_core.testing.typed import SettingsContract
from dirsync_core.testing.watching import OUTSIDE, watched

Example = tuple[Mapping[str, object], Verdict]
"""Somebody's values by attribute, and what the filter makes of them."""
_ATTRIBUTES = (
    *(Attribute(name) for name in ("email", "displayName", "givenName", "familyName", "title", "city", "country")),
    *(Attribute(name) for name in ("department", "userType", "employeeNumber", "locale", "phone")),
    Attribute("groups", AttributeKind.TEXTS),
    Attribute("manager", AttributeKind.REFERENCE),
    Attribute("assistants", AttributeKind.REFERENCES),
)


class FilterContract(SettingsContract):
    """What a filter has to be. `filter_type` is its name; the fixtures `settings` and `examples` are the author's.

    `tmp_path` stands for the folder of `plugins.toml`, from which a filter with `read` reads.

    `attributes` are those of the directory, which `create` is given.
    """

    filter_type: str = ""
    attributes: Sequence[Attribute] = _ATTRIBUTES

    @pytest.fixture
    def settings(self) -> Mapping[str, Any]:
        """The filter's table in `plugins.toml`, without `type`."""
        return {}

    @pytest.fixture
    def examples(self) -> Sequence[Example]:
        """People whom it takes in, and people whom it does not."""
        told = 'return [({"city": "Oslo"}, Verdict.IN), ({"city": "Rome"}, Verdict.OUT)]'
        raise NotImplementedError(missing(self, "examples", told))

    @pytest.fixture(autouse=True)
    def _told_settings(self, settings: Mapping[str, Any], tmp_path: Path) -> None:
        self._table, self._folder = settings, tmp_path

    @pytest.fixture
    def made(self) -> Filter:
        """The filter, made as the core makes it."""
        return self._make(self.attributes)

    # --- the standard tests ------------------------------------------------------------------------------------------

    def test_it_judges_as_the_examples_say(self, made: Filter, examples: Sequence[Example]) -> None:
        """At least one whom it takes in and one whom it does not."""
        verdicts = {verdict for _, verdict in examples}
        assert Verdict.IN in verdicts, "The fixture examples has nobody whom the filter takes in; add one"
        assert verdicts - {Verdict.IN}, "The fixture examples has nobody whom the filter leaves out; add one"
        for values, verdict in examples:
            said = made.judge(values)
            assert said.verdict is verdict, f"{dict(values)} is judged {said.verdict}, since {said.saw}; not {verdict}"

    def test_it_says_why(self, made: Filter, examples: Sequence[Example]) -> None:
        """`explain` shows the term that decided, and what it saw."""
        for values, _ in examples:
            said = made.judge(values)
            assert isinstance(said, Judgement), f"judge gave {said!r}; it gives Judgement(verdict, term, saw)"
            assert said.term.strip(), f"{dict(values)}: the judgement has no term; say which setting decided"
            assert said.saw.strip(), f"{dict(values)}: the judgement does not say what it saw; a few words for people"

    def test_the_same_gives_the_same(self, examples: Sequence[Example]) -> None:
        """Also of another object made from the same settings, as after a restart."""
        first, second = self._make(self.attributes), self._make(self.attributes)
        for values, _ in examples:
            assert first.judge(values) == first.judge(values) == second.judge(values), (
                f"{dict(values)} was judged otherwise the second time; no clock, no chance, no memory"
            )

    def test_no_order_matters(self, made: Filter, examples: Sequence[Example]) -> None:
        """Neither that of a person's values nor that of the directory's attributes."""
        turned = self._make(tuple(reversed(self.attributes)))
        for values, _ in examples:
            again = turned.judge(dict(reversed([*values.items()])))
            assert made.judge(values) == again, f"{dict(values)} is judged otherwise in another order"

    def test_it_changes_no_values(self, made: Filter, examples: Sequence[Example]) -> None:
        """What it is given belongs to others too."""
        for values, _ in examples:
            given = dict(values)
            made.judge(given)
            assert given == values, "judge() changed the values that it was given; copy them first"

    def test_it_looks_at_nothing_outside(self, made: Filter, examples: Sequence[Example]) -> None:
        """What it reads from outside is read in `FilterType.read`, when a draft is planned."""
        for values, _ in examples:
            made.judge(values)
            with watched(OUTSIDE) as seen:
                made.judge(values)
            assert not seen, f"judge() does {', '.join(seen)}; a filter is pure. Read that once, in FilterType.read"

    def test_somebody_without_values_is_judged_too(self, made: Filter, examples: Sequence[Example]) -> None:
        """A value that is missing is no error; where it would decide, the verdict is UNDETERMINED or OUT."""
        for values in [{}, *(_without(full, name) for full, _ in examples for name in full)]:
            try:
                said = made.judge(values)
            except Exception as error:
                raise AssertionError(
                    f"judge() raised {error!r} for {values}. Ask with values.get(name), and give Verdict.UNDETERMINED"
                    " where the value would decide"
                ) from error
            assert isinstance(said.verdict, Verdict), f"The verdict {said.verdict!r} is no Verdict"

    def test_what_it_reads_is_json_and_the_same_each_time(self) -> None:
        """It is kept with the rules, and compared with what is read another day."""
        kind = self._kind()
        if kind.read is None:
            return
        settings: Any = structure(self._table, kind.settings, "settings")
        first = kind.read(settings, self._folder)
        assert first == json.loads(json.dumps(first)), "read() gave what JSON can't hold; give lists, no tuples or sets"
        assert json.dumps(first) == json.dumps(kind.read(settings, self._folder)), (
            "read() gave something else the second time; sort what it gives, and leave out when it was read"
        )

    def test_it_takes_what_the_core_asks_with(self, made: Filter, examples: Sequence[Example]) -> None:
        """The core asks with `undetermined=`, which says of a comparison that nothing can be said yet."""
        for values, _ in examples:
            made.judge(values, undetermined=lambda attribute, value: False)

    # --- what the suite goes on from ---------------------------------------------------------------------------------

    def _make(self, attributes: Sequence[Attribute]) -> Filter:
        kind = self._kind()
        settings: Any = structure(self._table, kind.settings, "settings")
        if kind.read is None:
            return kind.create(settings, attributes)
        return kind.create(json.loads(json.dumps(kind.read(settings, self._folder))), attributes)

    def _kind(self) -> FilterType:
        filters = plugins_of(self._module()).filters
        assert self.filter_type in filters, (
            f"{self.plugin} declares no filter “{self.filter_type}”; there are {', '.join(sorted(filters))}. Set"
            " filter_type to the name that your FilterType has"
        )
        return filters[self.filter_type]

    def _settings_class(self) -> type[Any]:
        return self._kind().settings

    def _good(self) -> Mapping[str, Any]:
        return self._table


def _without(values: Mapping[str, object], name: str) -> Mapping[str, object]:
    return {other: value for other, value in values.items() if other != name}
