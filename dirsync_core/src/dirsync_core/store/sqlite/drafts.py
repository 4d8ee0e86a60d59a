"""The draft of the rules in SQLite."""

import json
from collections.abc import Mapping, Sequence

from dirsync_core.model.moments import read_time, written_time
from dirsync_core.store.contract import KeptDraft, SaidValue
from dirsync_core.store.sqlite.room import Room, packed

_LIVE = "standing NOT IN ('deleted', 'dormant')"


class SqliteDrafts(Room):
    """`DraftRoom` in SQLite: a table of at most one row."""

    def get(self) -> KeptDraft | None:
        row = self._one("SELECT mark, base, rules, told, by, at FROM draft")
        if row is None:
            return None
        mark, base, rules, told, by, at = row
        return KeptDraft(mark, base, json.loads(rules), json.loads(told), by, read_time(at))

    def plan(self) -> str | None:
        row = self._one("SELECT plan FROM draft")
        return str(row[0]) if row is not None and row[0] else None

    def put(self, draft: KeptDraft, plan: str) -> None:
        self._do(
            "INSERT OR REPLACE INTO draft (id, mark, base, rules, told, by, at, plan) VALUES (1,?,?,?,?,?,?,?)",
            draft.mark, draft.base, packed(draft.rules), packed(draft.told), draft.by, written_time(draft.at), plan,
        )  # fmt: skip

    def forget_plan(self) -> None:
        self._do("UPDATE draft SET told = '{}', plan = ''")

    def end(self) -> None:
        self._do("DELETE FROM draft")

    def said(self, most: int) -> Sequence[SaidValue]:
        rows = self._all(
            f"""
            WITH said AS (
                SELECT claim.key AS name, one.type AS type, one.atom AS value
                FROM accepted, json_each(claims) AS claim,
                     json_each(CASE claim.type WHEN 'array' THEN claim.value ELSE json_array(claim.value) END) AS one
                WHERE {_LIVE} AND claim.type IN ('array', 'text')
            ), counted AS (
                SELECT name, value, count(*) AS n,
                       row_number() OVER (PARTITION BY name ORDER BY count(*) DESC, value) AS place
                FROM said WHERE type = 'text' GROUP BY name, value
            )
            SELECT name, value, n FROM counted WHERE place <= ? ORDER BY name, place""",
            most,
        )
        return [SaidValue(*row) for row in rows]

    def saying(self) -> Mapping[str, int]:
        found = self._all(
            f"SELECT claim.key, count(*) FROM accepted, json_each(claims) AS claim WHERE {_LIVE}"
            " AND claim.type != 'null' AND claim.value NOT IN ('', '[]') GROUP BY claim.key"
        )
        total = self._one(f"SELECT count(*) FROM accepted WHERE {_LIVE}")
        return {**dict(found), "": total[0] if total else 0}
