"""Times as pages say them: relative or local, with UTC beside them. The clock is handed in."""

from datetime import UTC, date, datetime, tzinfo

import attrs

MINUTE, HOUR, DAY, WEEK, MONTH, YEAR = 60, 3600, 86400, 604800, 2629800, 31557600
MONTHS = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@attrs.frozen
class Clock:
    """The moment at which a page is drawn, and the zone in which it speaks of days."""

    now: datetime
    zone: tzinfo

    def local(self, written: str) -> datetime:
        """Read an RFC 3339 time into the zone."""
        return datetime.fromisoformat(written).astimezone(self.zone)

    def age(self, written: str) -> str:
        """Say how long ago, as short as it goes: `12 s`, `8 min`, `22 h`, `3 d`, `9 w`, `7 mo`."""
        seconds = max(0, int((self.now - self.local(written)).total_seconds()))
        if seconds < MINUTE:
            return f"{seconds} s"
        if seconds < HOUR:
            return f"{seconds // MINUTE} min"
        if seconds < DAY:
            return f"{seconds // HOUR} h"
        if seconds < 14 * DAY:
            return f"{seconds // DAY} d"
        if seconds < 10 * WEEK:
            return f"{seconds // WEEK} w"
        return f"{seconds // MONTH} mo" if seconds < 2 * YEAR else f"{seconds // YEAR} y"

    def ago(self, written: str) -> str:
        """Say how long ago inside a sentence: `12 s ago`, or `on 12 Jan 2025`."""
        recent = (self.now - self.local(written)).total_seconds() < 14 * DAY
        return f"{self.age(written)} ago" if recent else f"on {self.day(written)}"

    def day(self, written: str) -> str:
        """Say the day: `2 March`, with the year where it is another one."""
        return self.on(self.local(written).date())

    def on(self, day: date) -> str:
        """Say a date: `2 March`, with the year where it is another one."""
        year = "" if day.year == self.today.year else f" {day.year}"
        return f"{day.day} {MONTHS[day.month - 1]}{year}"

    def ends(self, day: str) -> str:
        """Say a date written as `2027-01-31`."""
        return self.on(date.fromisoformat(day[:10]))

    def moment(self, written: str) -> str:
        """Say the time of day where it is today, else the day: `09:02 today`, `2 March`."""
        local = self.local(written)
        return f"{local:%H:%M} today" if local.date() == self.today else self.day(written)

    def time(self, written: str) -> str:
        """Say the time of day alone."""
        return f"{self.local(written):%H:%M}"

    def heading(self, day: date) -> str:
        """Say a day above a list: `Today, Thursday 4 March`."""
        away = (self.today - day).days
        named = {0: "Today, ", 1: "Yesterday, "}.get(away, "")
        return f"{named}{WEEKDAYS[day.weekday()]} {self.on(day)}"

    @property
    def today(self) -> date:
        """The day in the zone."""
        return self.now.astimezone(self.zone).date()


def utc(written: str) -> str:
    """Say a time in full, in UTC."""
    return f"{datetime.fromisoformat(written).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
