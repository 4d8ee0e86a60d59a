"""An order in which what is needed comes first, with what needs each other in a circle together."""

from collections.abc import Iterator, Mapping, Sequence

import attrs

Needs = Mapping[int, Sequence[int]]


def circles(needs: Needs) -> list[tuple[int, ...]]:
    """Give the nodes, each after those that it needs, else in their order; a circle is one tuple.

    Tarjan's strongly connected components, without recursion: a chain may be as long as there are nodes.
    """
    walk = _Walk(needs)
    for node in needs:
        if node not in walk.reached:
            walk.begin(node)
            while walk.path:
                walk.step()
    return walk.found


@attrs.define
class _Walk:
    """A depth-first walk: `reached` numbers the nodes, `lowest` the first of them that each leads back to."""

    needs: Needs
    path: list[tuple[int, Iterator[int]]] = attrs.field(factory=list)
    reached: dict[int, int] = attrs.field(factory=dict)
    lowest: dict[int, int] = attrs.field(factory=dict)
    waiting: dict[int, None] = attrs.field(factory=dict)
    found: list[tuple[int, ...]] = attrs.field(factory=list)

    def begin(self, node: int) -> None:
        self.path.append((node, iter(self.needs[node])))
        self.reached[node] = self.lowest[node] = len(self.reached)
        self.waiting[node] = None

    def step(self) -> None:
        node, following = self.path[-1]
        for needed in following:
            if needed not in self.reached:
                self.begin(needed)
                return
            if needed in self.waiting:
                self.lowest[node] = min(self.lowest[node], self.reached[needed])
        self._leave(node)

    def _leave(self, node: int) -> None:
        self.path.pop()
        if self.path:
            above = self.path[-1][0]
            self.lowest[above] = min(self.lowest[above], self.lowest[node])
        if self.lowest[node] == self.reached[node]:
            self._close(node)

    def _close(self, node: int) -> None:
        circle: list[int] = []
        while node not in circle:
            circle.append(self.waiting.popitem()[0])
        self.found.append(tuple(sorted(circle)))
