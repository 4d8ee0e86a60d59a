"""From a table to records: which columns are what, and what is wrong with a row. All is checked before any is given."""

from collections.abc import Iterator, Mapping

import attrs

from dirsync_core.api import Json, Row, Table, TableError, Upsert, fold, is_address
from dirsync_core.builtin.csv_settings import ATTRIBUTES, Active, CsvSettings

_KINDS = {attribute.name: attribute.kind for attribute in ATTRIBUTES}


@attrs.frozen
class Layout:
    """The columns of a table: `key`, one for each attribute, and which rows are active."""

    table: Table
    key: str
    columns: Mapping[str, str]
    active: Active | None
    separator: str

    def upserts(self) -> Iterator[Upsert]:
        """Give a record for each row; the table was checked."""
        for row in self.table.rows():
            key = row.cells[self.key]
            yield Upsert(key, self._body(row), external_id=key, active=self._is_active(row))

    def check(self) -> None:
        """See that every row can be used.

        Raises:
            TableError: each row that can't be, with its line.
        """
        first: dict[str, int] = {}
        problems = [problem for row in self.table.rows() for problem in self._problems(row, first)]
        if problems:
            raise TableError(self.table.file, problems)

    def _body(self, row: Row) -> dict[str, Json]:
        return {name: self._value(name, text) for name, column in self.columns.items() if (text := row.cells[column])}

    def _value(self, name: str, text: str) -> Json:
        if name in _KINDS and _KINDS[name].is_set:
            return [part.strip() for part in text.split(self.separator) if part.strip()]
        return text

    def _is_active(self, row: Row) -> bool:
        if self.active is None:
            return True
        return row.cells[self.active.column].casefold() in {value.strip().casefold() for value in self.active.values}

    def _problems(self, row: Row, first: dict[str, int]) -> Iterator[str]:
        key, email = row.cells[self.key], row.cells[self.columns["email"]]
        if not key:
            yield f"line {row.line}: “{self.key}” is empty, and it is what the row is known by"
        elif (line := first.setdefault(fold(key), row.line)) != row.line:
            yield f"line {row.line}: “{key}” stands in line {line} already; “{self.key}” has to name one row"
        if email and not is_address(email):
            yield f"line {row.line}: “{email}” is no e-mail address; correct it, or leave the cell empty"


def layout(table: Table, settings: CsvSettings) -> Layout:
    """Say which columns of a table are what.

    Raises:
        TableError: a column that the settings name is not there, or none gives the e-mail address.
    """
    wanted = dict(settings.columns) or {name: name for name in _KINDS if table.column(name) is not None}
    problems: list[str] = []
    if "email" not in wanted:
        problems.append('line 1: no column is email; name it in the settings: columns = { email = "E-mail", … }')
    columns = {name: _found(table, f"columns.{name}", column, problems) for name, column in wanted.items()}
    active = settings.active
    if active is not None:
        active = attrs.evolve(active, column=_found(table, "active.column", active.column, problems))
    key = _found(table, "key", settings.key, problems) if settings.key is not None else columns.get("email", "")
    if problems:
        raise TableError(table.file, problems)
    return Layout(table, key, columns, active, settings.separator)


def _found(table: Table, setting: str, name: str, problems: list[str]) -> str:
    column = table.column(name)
    if column is None:
        there = ", ".join(table.columns)
        problems.append(f"line 1: there is no column “{name}”, which {setting} names; there are {there}")
    return column or ""
