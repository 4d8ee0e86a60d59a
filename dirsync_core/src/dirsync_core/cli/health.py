"""`dirsync status`, `providers`, `plugins`: how it is doing."""

from typing import Any

import click

from dirsync_core.cli.output import json_option, print_json, print_table, when
from dirsync_core.cli.pull import counted
from dirsync_core.cli.session import Session
from dirsync_core.host.asking import ask, provider_shapes
from dirsync_core.host.host import Host
from dirsync_core.host.settings import FILE, Settings, read_settings
from dirsync_core.query.reading import Reading, Shape
from dirsync_core.query.status import status_shape
from dirsync_core.store.contract import PullCounts, PullOutcome

_STATES = {"unneeded": "can be switched off", "off": "switched off", "standard": "part of the standard"}


@click.command()
@json_option
@click.pass_obj
def status(session: Session, as_json: bool) -> None:
    """Say how the directory is: people, records, sources, rules."""

    def question(host: Host, reading: Reading) -> Shape:
        differs = host.file_differs(reading.tx)
        return status_shape(reading, host.version, differs, provider_shapes(host, reading))

    shape = session.run(lambda host: ask(host, lambda reading: question(host, reading)))
    print_json(shape) if as_json else _print_status(shape)


@click.command()
@json_option
@click.pass_obj
def providers(session: Session, as_json: bool) -> None:
    """List the sources: state, people, last request, last error, and how those speak that call."""
    lines = session.run(lambda host: ask(host, lambda reading: provider_shapes(host, reading)))
    if as_json:
        print_json({"providers": lines})
        return
    _print_providers(lines)
    for line in lines:
        _print_pull(line)
        _print_dialect(line)


@click.command()
@json_option
@click.pass_obj
def plugins(session: Session, as_json: bool) -> None:
    """List the plugins that are installed: version, state, hooks, what they bring, and which sources use it."""
    lines: list[Any] = session.plugins.shapes(_settings(session))
    if as_json:
        print_json({"plugins": lines})
        return
    columns = {"name": "name", "distribution": "distribution", "version": "version", "state": "state",
               "provides": "provides", "hooks": "hooks", "used by": "usedBy"}  # fmt: skip
    print_table(tuple(columns), [[line[column] for column in columns.values()] for line in lines])
    for line in lines:
        if line["because"]:
            click.echo(f"{line['name']} {line['state']}: {line['because']}")


def _settings(session: Session) -> Settings | None:
    """Give the settings of the folder; None where it has none."""
    return read_settings(session.folder) if (session.folder / FILE).exists() else None


def _print_status(shape: Any) -> None:
    rules = shape["rules"]
    differs = "; plugins.toml says something else: dirsync apply" if rules["fileDiffers"] else ""
    lines = [
        ("dirsync", shape["version"]),
        ("people", _counted(shape["people"])),
        ("records", _counted(shape["records"]["situations"])),
        *([("cases", _waiting(shape))] if shape["cases"] else []),
        ("changes", f"{shape['seq']:,}"),
        ("rules", f"version {rules['version']}{differs}"),
    ]
    for name, text in lines:
        click.echo(f"{name:<9}{text}")
    click.echo()
    _print_providers(shape["providers"])
    for line in shape["providers"]:
        if line["dialect"] and line["dialect"]["since"]:
            click.echo(f"{line['name']}: {_dialect(line['dialect'])}")
        if line["pull"]:
            click.echo(f"{line['name']}: {_pull(line['pull'])}")


def _waiting(shape: Any) -> str:
    held = shape["records"]["held"]
    return f"{shape['cases']:,} to decide{f', which hold {held:,} records' if held else ''}: dirsync cases"


def _counted(counts: dict[str, int]) -> str:
    there = [f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count]
    return ", ".join(there) or "none yet"


def _print_providers(lines: list[Any]) -> None:
    print_table(
        ("provider", "plugin", "state", "people", "last request", "last error"),
        [
            (p["name"], p["plugin"], _state(p), p["people"], _request(p), p["lastError"] and _error(p))
            for p in lines
        ],
    )  # fmt: skip
    for line in lines:
        if line["because"] and not line["retired"]:
            click.echo(f"{line['name']}: {line['because']}")
    if not lines:
        click.echo("There are no sources yet; plugins.toml names them.", err=True)


def _dialect(dialect: Any) -> str:
    """Say what a source needed, and how much of the rest could go."""
    tolerances = dialect["tolerances"]
    needed = [f"{each['name']} ({each['count']:,})" for each in tolerances if each["state"] == "needed"]
    spare = sum(each["state"] == "unneeded" for each in tolerances)
    told = f"needed {', '.join(needed)}" if needed else "needed no tolerance so far"
    return f"{told}; {spare} of {len(tolerances)} tolerances can be switched off"


def _print_pull(provider: Any) -> None:
    if provider["pull"]:
        click.echo(f"\nHow {provider['name']} is asked:")
        click.echo(_pull(provider["pull"]))


def _pull(pull: Any) -> str:
    """Say how a source is asked: its last session, when the last one was done, and when the next one is due."""
    session = pull["session"]
    how = f"asked every {pull['every']} by serve" if pull["every"] else "asked by dirsync pull alone"
    if session is None:
        return f"{how}; not asked yet"
    told = [how, f"last {when(session['startedAt'])}, {session['outcome']}: {counted(PullCounts(**session['counts']))}"]
    if session["outcome"] != PullOutcome.DONE:
        told.append(f"done last {when(pull['doneAt']) or 'never'}")
    if pull["cursorAt"]:
        told.append(f"goes on from what was there {when(pull['cursorAt'])}")
    if pull["nextAt"]:
        told.append(f"next {when(pull['nextAt'])}")
    return "; ".join(told)


def _print_dialect(provider: Any) -> None:
    if not provider["dialect"]:
        return
    click.echo(f"\nHow {provider['name']} speaks:")
    print_table(
        ("tolerance", "needed", "last", "state", "example"),
        [
            (each["name"], f"{each['count']:,}", when(each["lastAt"]) if each["lastAt"] else "never",
             _STATES.get(each["state"], each["state"]), each["example"])
            for each in provider["dialect"]["tolerances"]
        ],
    )  # fmt: skip


def _state(provider: Any) -> str:
    return "retired" if provider["retired"] else str(provider["state"])


def _request(provider: Any) -> str:
    if provider["lastRequestAt"]:
        return f"{when(provider['lastRequestAt'])} ({provider['lastStatus']})"
    return "" if provider["byHand"] else "never"


def _error(provider: Any) -> str:
    return f"{when(provider['lastErrorAt'])} {provider['lastError']}"
