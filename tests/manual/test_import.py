"""`dirsync manual import`: a whole file or nothing, in one request that can be taken back."""

import json
from pathlib import Path

import pytest

from tests.core.cli.conftest import Prompt

FILE = "email,displayName,city,until\nsam@x.example,Sam Roe,Oslo,2099-01-31\nkim@x.example,Kim Vo,Bergen,\n"


def write(prompt: Prompt, content: str, encoding: str = "utf-8") -> str:
    path = prompt.folder / "people.csv"
    path.write_bytes(content.encode(encoding))
    return str(path)


def refused(prompt: Prompt, content: str) -> str:
    """Import a file that is refused, and give what was said; nobody has changed."""
    before = prompt.json("people", "--status", "all")
    result = prompt("manual", "import", write(prompt, content))
    assert (1, before) == (result.exit_code, prompt.json("people", "--status", "all"))
    return result.stderr


def test_everybody_in_the_file_is_added(prompt: Prompt) -> None:
    done = prompt("manual", "import", write(prompt, FILE))

    assert "2 new, 0 changed, 0 unchanged. Take it back with: dirsync undo " in done.stderr
    sam = prompt.json("show", "sam@x.example")
    assert ("Sam Roe", "Oslo", "2099-01-31") == (sam["displayName"], sam["city"], sam["until"])


def test_the_same_file_again_changes_nothing(prompt: Prompt) -> None:
    path = write(prompt, FILE)
    prompt.done("manual", "import", path)
    before = prompt.json("status")["seq"]

    done = prompt("manual", "import", path)

    assert "0 new, 0 changed, 2 unchanged.\n" == done.stderr
    assert before == prompt.json("status")["seq"]


def test_people_are_changed_by_their_address_and_nobody_is_removed(prompt: Prompt) -> None:
    prompt.done("manual", "import", write(prompt, FILE))
    before = prompt.json("show", "sam@x.example")["id"]

    done = prompt("manual", "import", write(prompt, "Email;City;Title\nSAM@x.example;;Chef\n"))

    assert "0 new, 1 changed, 0 unchanged." in done.stderr
    sam = prompt.json("show", "sam@x.example")
    assert (before, "Chef", "Sam Roe") == (sam["id"], sam["title"], sam["displayName"])
    assert "city" not in sam
    assert 2 == prompt.json("people")["total"]


def test_people_are_placed_and_given_assistants(oslo: Prompt) -> None:
    path = write(oslo, "email;locations;assistants\nsam@x.example;oslo;kim@x.example,bo@x.example\nkim@x.example;;\n")

    oslo.done("manual", "import", path)
    again = oslo("manual", "import", path)

    sam = oslo.json("show", "sam@x.example")
    assert ["oslo"] == sam["locations"]
    assert ["bo@x.example", "kim@x.example"] == sorted(each["written"] for each in sam["assistants"])
    assert "0 new, 0 changed, 2 unchanged.\n" == again.stderr


def test_somebody_is_placed_though_nothing_else_changes(oslo: Prompt) -> None:
    oslo.done("manual", "add", "sam@x.example")

    done = oslo("manual", "import", write(oslo, "email,locations\nsam@x.example,oslo\n"))

    assert "0 new, 1 changed, 0 unchanged." in done.stderr
    assert ["oslo"] == oslo.json("show", "sam@x.example")["locations"]


def test_values_of_a_set_may_be_parted_as_an_export_parts_them(prompt: Prompt) -> None:
    prompt.done("manual", "import", write(prompt, "email,assistants\nsam@x.example,kim@x.example;bo@x.example\n"))

    assert 2 == len(prompt.json("show", "sam@x.example")["assistants"])


def test_a_dry_run_says_what_would_come_of_it_and_does_nothing(prompt: Prompt) -> None:
    prompt.done("manual", "add", "sam@x.example", "city=Bergen")
    path = write(prompt, FILE)

    shown = prompt("manual", "import", path, "--dry-run")
    document = json.loads(prompt("manual", "import", path, "--dry-run", "--json").stdout)

    assert "joins  Kim Vo <kim@x.example>\n" in shown.stdout
    assert "changes  Sam Roe <sam@x.example>  city: Bergen → Oslo\n" in shown.stdout
    assert "1 new, 1 changed, 0 unchanged. Nothing was changed yet.\n" == shown.stderr
    assert (1, 1) == (document["added"], document["changed"])
    assert {"joins", "changes"} == {effect["kind"] for effect in document["effects"]}
    assert 1 == prompt.json("people")["total"]


def test_an_import_is_taken_back_as_a_whole(oslo: Prompt) -> None:
    oslo.done("manual", "add", "sam@x.example", "city=Bergen")
    before = oslo.json("show", "sam@x.example")
    path = write(oslo, "email,city,locations\nsam@x.example,Oslo,oslo\nkim@x.example,Bergen,oslo\n")
    request = json.loads(oslo("manual", "import", path, "--json").stdout)["request"]

    oslo.done("undo", request)

    after = oslo.json("show", "sam@x.example")
    assert (before["city"], before["locations"]) == (after["city"], after["locations"])
    assert ["sam@x.example"] == [person["email"] for person in oslo.json("people")["people"]]


def test_an_import_that_something_was_built_on_is_not_taken_back(prompt: Prompt) -> None:
    request = json.loads(prompt("manual", "import", write(prompt, FILE), "--json").stdout)["request"]
    prompt.done("manual", "set", "sam@x.example", "title=Chef")

    result = prompt("undo", request)

    assert 1 == result.exit_code
    assert 2 == prompt.json("people")["total"]


def test_who_had_an_address_before_is_said(prompt: Prompt) -> None:
    prompt.push("ann", email="sam@x.example", displayName="Ann")
    prompt.deactivate("ann")

    done = prompt("manual", "import", write(prompt, FILE))

    assert 0 == done.exit_code
    assert "line 2: Ann (" in done.stderr
    assert "had this address until" in done.stderr


# --- what is refused -------------------------------------------------------------------------------------------------


def test_every_line_whose_address_is_a_source_s_is_named_and_nothing_is_taken(prompt: Prompt) -> None:
    prompt.push("ann", email="ann@x.example")
    prompt.push("bo", email="bo@x.example")

    told = refused(prompt, "email\nsam@x.example\nANN@x.example\nkim@x.example\nbo@x.example\n")

    assert "Nothing was imported.\nline 3: Flat has ann@x.example" in told
    assert "\nline 5: Flat has bo@x.example" in told
    assert "line 2" not in told


def test_every_line_that_can_not_be_used_is_named(prompt: Prompt) -> None:
    told = refused(
        prompt,
        "email,until,locations\nsam,,\nkim@x.example,tomorrow,\nbo@x.example,,mars\ncy@x.example,,\nCY@x.example,,\n",
    )

    assert "line 2: “sam” is no e-mail address." in told
    assert "line 3: “tomorrow” is no date." in told
    assert "line 4: There is no location “mars”." in told
    assert "line 6: CY@x.example stands in line 5 already. Keep one of the two." in told


def test_somebody_who_was_handed_over_is_not_changed(prompt: Prompt) -> None:
    prompt.done("manual", "add", "sam@x.example")
    prompt.push("sam", email="sam@x.example")
    prompt.done("adopt", "sam@x.example")

    told = refused(prompt, "email,city\nsam@x.example,Oslo\n")

    assert "line 2: sam@x.example was handed over to a source. Take them back first: dirsync release" in told


def test_a_column_that_is_no_attribute_is_refused_once(prompt: Prompt) -> None:
    told = refused(prompt, "email,Shoe size,groups\nsam@x.example,42,a\nkim@x.example,39,b\n")

    assert 1 == told.count("“Shoe size” can't be set by hand; there are assistants, city")
    assert "“groups” can't be set by hand" in told


def test_a_file_without_addresses_is_refused(prompt: Prompt) -> None:
    assert "line 1: there is no column email, by which people are known; there are Mail" in refused(prompt, "Mail\na\n")


def test_a_file_that_can_not_be_read_is_refused(prompt: Prompt) -> None:
    assert "line 2: has 1 cells where the header has 2" in refused(prompt, "email,city\nsam@x.example\n")


def test_a_file_that_is_not_there_is_refused(prompt: Prompt, tmp_path: Path) -> None:
    result = prompt("manual", "import", str(tmp_path / "none.csv"))

    assert 1 == result.exit_code
    assert "there is no file" in result.stderr


def test_another_encoding_is_read_where_it_is_named(prompt: Prompt) -> None:
    path = write(prompt, "email,displayName\nase@x.example,Åse\n", "cp1252")

    told = prompt("manual", "import", path)
    prompt.done("manual", "import", path, "--encoding", "cp1252")

    assert 1 == told.exit_code
    assert 'likely "cp1252"' in told.stderr
    assert "Åse" == prompt.json("show", "ase@x.example")["displayName"]


@pytest.mark.parametrize(
    ("option", "words"), [("--encoding=utf-9", "“utf-9” is no encoding"), ("--delimiter=;;", "“;;” is no delimiter")]
)
def test_options_that_can_not_be_used_are_refused(prompt: Prompt, option: str, words: str) -> None:
    result = prompt("manual", "import", write(prompt, FILE), option)

    assert 1 == result.exit_code
    assert words in result.stderr


def test_with_several_providers_kept_by_hand_it_is_said_which(prompt: Prompt) -> None:
    prompt.write('[providers.temps]\nplugin = "manual"\n\n[providers.contractors]\nplugin = "manual"\n')
    prompt.done("apply", "--yes")
    path = write(prompt, FILE)

    assert "Several providers are kept by hand." in prompt("manual", "import", path).stderr
    prompt.done("manual", "import", path, "--provider", "temps")

    assert 2 == prompt.json("people")["total"]
