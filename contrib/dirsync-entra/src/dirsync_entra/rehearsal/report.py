"""What came of a rehearsal."""

import attrs


@attrs.frozen
class Failure:
    """Something that Entra would show in its provisioning logs: of whom, in which step, and why."""

    who: str
    step: str
    status: int | None
    detail: str

    def __str__(self) -> str:
        status = f"{self.status} " if self.status is not None else ""
        return f"{self.who}: {self.step}: {status}{self.detail}"


@attrs.frozen
class Report:
    """What was done, how often, and what failed."""

    done: dict[str, int]
    requests: int
    failures: tuple[Failure, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.failures

    def as_json(self) -> dict[str, object]:
        """Give it as plain data."""
        return {
            "ok": self.ok,
            "requests": self.requests,
            "done": self.done,
            "failures": [attrs.asdict(failure) for failure in self.failures],
        }

    def text(self) -> str:
        """Give it in lines for people."""
        lines = [f"{what}: {count}" for what, count in self.done.items()]
        lines.append(f"{self.requests} requests, {len(self.failures)} failed")
        return "\n".join([*lines, *(f"  {failure}" for failure in self.failures)])
