"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Clock:
    """Gives the time that a test says it is; begins at nine in the morning of a Tuesday."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Give the time, aware and in UTC."""
        return self.now

    def tick(self, **span: float) -> datetime:
        """Let time pass, `tick(hours=1)`; gives what time it is then."""
        self.now += timedelta(**span)
        return self.now
