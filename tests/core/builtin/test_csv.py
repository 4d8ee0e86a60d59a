"""The provider `csv`: what becomes of a file, and what is refused of it; a file that is refused changes nobody."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from dirsync_core.api import SettingsError
from dirsync_core.builtin.csv_settings import CsvSettings
from dirsync_core.host.asked.pulling import pull
from dirsync_core.host.settings import structure
from dirsync_core.model.people import Person
from dirsync_core.store.contract import PullOutcome, PullState
from tests.core.world import World

CSV = {"plugin": "csv", "file": "hr.csv"}


@attrs.frozen
class Office:
    """A world with a source `hr` and its file, which holds Ann to begin with."""

    world: World

    async def read(self, content: str | bytes) -> PullState:
        """Write the file, and have it read."""
        data = content if isinstance(content, bytes) else content.encode()
        (self.world.folder / "hr.csv").write_bytes(data)
        self.world.by()
        return await pull(self.world.host, "hr")

    async def refused(self, content: str | bytes) -> str:
        """Have a file read that is refused, and give what was said; nobody has changed."""
        before = await self.world.changes()
        state = await self.read(content)
        assert state.session is not None
        assert (PullOutcome.FAILED, before) == (state.session.outcome, await self.world.changes())
        return state.session.because or ""


def world(folder: Path, **own: Any) -> World:
    return World(folder, {"providers": {"hr": {**CSV, **own}, "contractors": {"plugin": "manual"}}})


async def said(folder: Path, content: str | bytes, **own: Any) -> Person:
    async with world(folder, **own) as w:
        assert (await Office(w).read(content)).last_error is None
        return await w.person("ann@x.example")


async def problem(folder: Path, content: str | bytes, first: str | bytes = "", **own: Any) -> str:
    async with world(folder, **own) as w:
        if first:
            await Office(w).read(first)
        return await Office(w).refused(content)


# --- what is read ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_columns_with_the_names_of_attributes_are_read_whatever_parts_them(
    tmp_path: Path, delimiter: str
) -> None:
    lines = [("EMAIL", "displayname", "Salary"), ("ann@x.example", "Ann Lee", "1000")]

    ann = await said(tmp_path, "\n".join(delimiter.join(line) for line in lines))

    assert {"email": "ann@x.example", "displayName": "Ann Lee"}.items() <= ann.values.items()


async def test_columns_that_are_not_named_are_not_stored(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        await Office(w).read("email,Salary\nann@x.example,1000\n")

        (record,) = await w.look(lambda tx: tx.records.find("hr", "user", "key", "ann@x.example"))
        assert {"email": "ann@x.example"} == record.content


async def test_columns_are_read_by_the_names_in_the_settings(tmp_path: Path) -> None:
    columns = {"email": "E-mail", "city": "office", "assistants": "Helpers"}

    ann = await said(
        tmp_path, 'No;E-MAIL;Office;Helpers\n7;ann@x.example; Oslo ;"bo@x.example; cy@x.example"\n', columns=columns
    )

    assert "Oslo" == ann.values["city"]
    assert ["bo@x.example", "cy@x.example"] == [each["written"] for each in ann.values["assistants"]]


async def test_a_name_of_ones_own_is_kept_for_a_path(tmp_path: Path) -> None:
    own = {"columns": {"email": "email", "badge": "Badge No"}, "attributes": {"badge": "badge"}}

    assert "B7" == (await said(tmp_path, "email,Badge No\nann@x.example,B7\n", **own)).values["badge"]


async def test_a_name_is_made_of_given_and_family_name(tmp_path: Path) -> None:
    ann = await said(tmp_path, "email,givenName,familyName\nann@x.example,Ann,Lee\n")

    assert "Ann Lee" == ann.values["displayName"]


async def test_an_empty_cell_is_no_opinion(tmp_path: Path) -> None:
    assert "city" not in (await said(tmp_path, "email,city\nann@x.example,\n")).values


async def test_a_row_without_an_address_waits_for_one(tmp_path: Path) -> None:
    async with world(tmp_path, key="No") as w:
        await Office(w).read("No,email\n1,\n")
        assert set() == await w.active()

        await Office(w).read("No,email\n1,ann@x.example\n")

        assert {"ann@x.example"} == await w.active()


async def test_who_gets_another_address_is_the_same_person(tmp_path: Path) -> None:
    async with world(tmp_path, key="no") as w:
        await Office(w).read("No,email\n1,ann@x.example\n")
        before = await w.id("ann@x.example")

        await Office(w).read("No,email\n1,ann.lee@x.example\n")

        assert before == await w.id("ann.lee@x.example")


async def test_rows_are_active_by_their_values(tmp_path: Path) -> None:
    async with world(tmp_path, active={"column": "status", "values": ["Active", "on leave"]}) as w:
        await Office(w).read(
            "email,Status\nann@x.example,ACTIVE\nbo@x.example,On leave\ncy@x.example,gone\ndi@x.example,\n"
        )

        assert {"ann@x.example", "bo@x.example"} == await w.active()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
async def test_the_mark_that_excel_writes_is_no_part_of_a_column(tmp_path: Path, encoding: str) -> None:
    ann = await said(tmp_path, "email,displayName\nann@x.example,Åse\n".encode(encoding))

    assert "Åse" == ann.values["displayName"]


async def test_another_encoding_is_read_where_the_settings_name_it(tmp_path: Path) -> None:
    ann = await said(tmp_path, "email,displayName\nann@x.example,Åse\n".encode("cp1252"), encoding="cp1252")

    assert "Åse" == ann.values["displayName"]


async def test_lines_without_text_are_passed_over(tmp_path: Path) -> None:
    await said(tmp_path, "email,city\r\n\r\nann@x.example,Oslo\r\n,\r\n")


# --- what is refused -------------------------------------------------------------------------------------------------


async def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        state = await pull(w.host, "hr")

    assert f"there is no file {tmp_path / 'hr.csv'}" in str(state.last_error)


async def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "it is empty; its first line has to name the columns" in await problem(tmp_path, "\n")


async def test_two_rows_of_one_key_are_refused_and_named(tmp_path: Path) -> None:
    told = await problem(tmp_path, "email\nann@x.example\nbo@x.example\nANN@x.example\n", "email\nann@x.example\n")

    assert "line 4: “ANN@x.example” stands in line 2 already" in told


async def test_a_row_without_a_key_is_refused(tmp_path: Path) -> None:
    told = await problem(tmp_path, "No,email\n1,ann@x.example\n,bo@x.example\n", key="No")

    assert "line 3: “No” is empty" in told


async def test_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    told = await problem(tmp_path, "No,Mail\n1,ann@x.example\n", columns={"email": "E-mail"}, key="Number")

    assert "line 1: there is no column “E-mail”, which columns.email names; there are No, Mail" in told
    assert "line 1: there is no column “Number”, which key names" in told


async def test_a_file_without_addresses_is_refused(tmp_path: Path) -> None:
    assert "line 1: no column is email" in await problem(tmp_path, "No,displayName\n1,Ann\n")


async def test_bytes_that_are_no_utf_8_are_refused_with_their_line(tmp_path: Path) -> None:
    told = await problem(tmp_path, "email,displayName\nann@x.example,Ann\nase@x.example,Åse\n".encode("cp1252"))

    assert "line 3: the byte 0xc5 is not in the encoding utf-8; save it as UTF-8, or name its encoding, likely" in told
    assert '"cp1252"' in told


async def test_the_line_of_wrong_bytes_is_right_in_a_long_file(tmp_path: Path) -> None:
    rows = "".join(f"p{n}@x.example,P\n" for n in range(5000))

    told = await problem(tmp_path, f"email,displayName\n{rows}ase@x.example,Åse\n".encode("cp1252"))

    assert "line 5002: the byte 0xc5" in told


async def test_a_utf_16_file_is_recognised_and_refused(tmp_path: Path) -> None:
    assert 'likely "utf-16"' in await problem(tmp_path, "email\nann@x.example\n".encode("utf-16"))


async def test_a_wrong_delimiter_is_refused_and_the_likely_one_named(tmp_path: Path) -> None:
    told = await problem(tmp_path, "email;city\nann@x.example;Oslo\n", delimiter=",")

    assert "line 1: is one column; it looks as if a semicolon parted them" in told


async def test_a_header_that_can_be_parted_in_two_ways_is_refused(tmp_path: Path) -> None:
    told = await problem(tmp_path, "email,a;b\n")

    assert "line 1: a comma and a semicolon part the header equally well; name the delimiter" in told


async def test_ragged_rows_are_refused_and_all_of_them_named(tmp_path: Path) -> None:
    told = await problem(tmp_path, "email,city\nann@x.example\nbo@x.example,Oslo\ncy@x.example,Oslo,Norway\n")

    assert "line 2: has 1 cells where the header has 2" in told
    assert "line 4: has 3 cells where the header has 2" in told


async def test_the_line_of_a_row_is_where_it_begins(tmp_path: Path) -> None:
    told = await problem(tmp_path, 'email,title\nann@x.example,"a\nb"\nbo@x.example\n')

    assert "line 4: has 1 cells" in told


async def test_a_quotation_mark_that_is_never_closed_is_refused(tmp_path: Path) -> None:
    told = await problem(tmp_path, 'email,city\nann@x.example,Oslo\nbo@x.example,"Ber\ncy@x.example,Oslo\n')

    assert "behind line 2: a quotation mark is opened and never closed" in told


async def test_a_quotation_mark_in_a_cell_is_refused(tmp_path: Path) -> None:
    told = await problem(tmp_path, 'email,city\nann@x.example,"Os"lo\n')

    assert "a quotation mark inside of a cell is written twice" in told


async def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    assert "line 1: names the column “email” twice" in await problem(tmp_path, "email,city,Email\n")


async def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "line 2: “n/a” is no e-mail address" in await problem(tmp_path, "email\nn/a\n")


async def test_only_the_first_problems_are_told(tmp_path: Path) -> None:
    told = await problem(tmp_path, "email\n" + "n/a\n" * 30)

    assert told.endswith("and 39 more")


# --- settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({}, "providers.hr.file: is missing"),
        ({"file": "a", "encoding": "utf-9"}, "providers.hr.encoding: “utf-9” is no encoding"),
        ({"file": "a", "delimiter": ";;"}, "providers.hr.delimiter: is one sign"),
        ({"file": "a", "separator": ""}, "separator: is one sign"),
        ({"file": "a", "columns": {"Email": "x"}}, "providers.hr.columns.Email: is no attribute; did you mean email?"),
        ({"file": "a", "columns": {"displayNmae": "x"}}, "did you mean displayName?"),
        ({"file": "a", "active": {"column": "Status"}}, "providers.hr.active.values: is missing"),
        ({"file": "a", "colums": {}}, "providers.hr.colums: is no setting; did you mean columns?"),
    ],
)
def test_settings_that_can_not_be_used_are_said(own: Mapping[str, Any], words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        structure(own, CsvSettings, "providers.hr")

    assert words in str(refused.value)
