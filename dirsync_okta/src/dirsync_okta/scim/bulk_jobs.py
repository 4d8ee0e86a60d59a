"""Bulk over HTTP (RFC 7644 3.7): each step of a request is one job on the records, done whole or not at all."""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from typing import cast

import attrs
from aiohttp import web

from dirsync_core.api import (
    DirsyncError,
    Edit,
    Erased,
    Json,
    NoSuchRecord,
    Record,
    Records,
    Refused,
    Request,
    request_of,
)
from dirsync_okta.scim.answers import version_of, written
from dirsync_okta.scim.body import Limits, read_object
from dirsync_okta.scim.bulk import BulkOperation, BulkRequest, Made, read_bulk, resolved, resolved_target, steps
from dirsync_okta.scim.collection import Collection
from dirsync_okta.scim.errors import Advice, ScimError, clip, error_document
from dirsync_okta.scim.negotiation import answer_type, check_content
from dirsync_okta.scim.notes import Notes, notes_of
from dirsync_okta.scim.operations import read_operations
from dirsync_okta.scim.preconditions import at_version
from dirsync_okta.scim.reading import Content, note_stale, read_resource

BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
_WRAPPING = 3  # what stands around the `data` of an operation: the request, its operations, the operation
_DONE = {"POST": 201, "PUT": 200, "PATCH": 200, "DELETE": 204}
MadeHere = MutableMapping[str, Made]


@attrs.frozen
class BulkHandlers:
    """Bulk requests over these collections. `now` gives the time in seconds."""

    collections: Sequence[Collection]
    records: Records
    limits: Limits
    advice: Advice
    now: Callable[[], float]

    async def bulk(self, request: web.Request) -> web.Response:
        """Answer `POST /Bulk`."""
        media, notes = answer_type(request), notes_of(request)
        check_content(request, notes)
        limits = attrs.evolve(self.limits, depth=self.limits.depth + _WRAPPING)
        asked = read_bulk(await read_object(request, limits), most=self.limits.bulk)
        run = BulkRun(
            {each.type.endpoint: each for each in self.collections},
            self.records,
            request_of(request),
            self.limits,
            self.advice,
        )
        end = self.now() + self.limits.answer
        operations = await run.all(asked, lambda: self.now() > end)
        body = written({"schemas": [BULK_RESPONSE], "Operations": operations})
        return web.Response(body=body, content_type=media)


@attrs.define
class BulkRun:
    """One bulk request while it is done: what it has made by now, and what came of its operations."""

    collections: Mapping[str, Collection]
    records: Records
    by: Request
    limits: Limits
    advice: Advice
    made: dict[str, Made] = attrs.field(factory=dict)
    outcomes: dict[int, dict[str, Json]] = attrs.field(factory=dict)
    errors: int = 0

    async def all(self, asked: BulkRequest, late: Callable[[], bool]) -> list[Json]:
        """Do all operations, and give what came of each; those left after too many errors are not among them."""
        ours = {each.bulk_id for each in asked.operations}
        for step in steps(asked.operations):
            if asked.fail_on_errors is not None and self.errors >= asked.fail_on_errors:
                break
            await self._do(step, ours, late=late())
        return [self.outcomes[each.number] for each in asked.operations if each.number in self.outcomes]

    async def _do(self, step: Sequence[BulkOperation], ours: set[str | None], *, late: bool) -> None:
        # Each step has a request id of its own in the history, since ids are made from it.
        by = attrs.evolve(self.by, id=f"{self.by.id}.{step[0].number}")
        try:
            for operation in step:
                with _of(operation):
                    self._admit(operation, step, ours, late=late)
            done = await self.records.write(lambda edit: self._job(edit, step), by=by)
        except _Failed as failure:
            self._note_failure(step, failure)
        except DirsyncError as error:
            self._note_failure(step, _Failed(step[0], _refusal(error)))
        else:
            self._note_success(step, done)

    def _admit(
        self, operation: BulkOperation, step: Sequence[BulkOperation], ours: set[str | None], *, late: bool
    ) -> None:
        """Refuse an operation that can't be begun."""
        if operation.problem is not None:
            raise operation.problem
        if late:
            detail = "The bulk request took too long, and this was not begun. Send it again."
            raise ScimError(503, detail, topic="bulk")
        self._collection(operation)
        missing = operation.names - self.made.keys() - {each.bulk_id for each in step}
        for name in sorted(missing):
            if name not in ours:
                detail = f"No operation here has the bulkId “{clip(name)}”. Name one that there is."
                raise ScimError(400, detail, "invalidValue", topic="bulk")
            detail = f"What it refers to by “bulkId:{clip(name)}” was not made. See that operation."
            raise ScimError(409, detail, topic="bulk")

    def _collection(self, operation: BulkOperation) -> Collection:
        found = self.collections.get(operation.endpoint)
        if found is None and operation.endpoint == "/Me":
            raise ScimError(501, "/Me is not offered here; /ServiceProviderConfig says what is.")
        if found is None:
            known = " and ".join(self.collections)
            detail = f"There is nothing at “{clip(operation.endpoint)}”. Resources are at {known}."
            raise ScimError(404, detail, topic="bulk")
        return found

    # --- inside a job

    def _job(self, edit: Edit, step: Sequence[BulkOperation]) -> dict[int, Record | None]:
        made: MadeHere = ChainMap({}, self.made)
        done: dict[int, Record | None] = {}
        for operation in step:
            with _of(operation):
                done[operation.number] = self._act(edit, operation, made)
        # RFC 7644 3.7.1: what is named in a circle is put in once it is there.
        for operation in step:
            record = done[operation.number]
            if record is not None and operation.names & {each.bulk_id for each in step}:
                with _of(operation):
                    done[operation.number] = self._put(edit, operation, record.id, made)
        return done

    def _act(self, edit: Edit, operation: BulkOperation, made: MadeHere) -> Record | None:
        collection, target = self._collection(operation), resolved_target(operation.target, made) or ""
        if operation.version is not None and operation.method != "POST":
            at_version(operation.version).check(collection.existing(edit, target))
        match operation.method:
            case "POST":
                return self._create(edit, operation, made)
            case "PUT":
                return self._put(edit, operation, target, made)
            case "PATCH":
                return self._patch(edit, operation, target, made)
        collection.delete(edit, target)
        return None

    def _create(self, edit: Edit, operation: BulkOperation, made: MadeHere) -> Record:
        collection, notes = self._collection(operation), self._notes(operation)
        content = read_resource(collection.type, _data(operation, made), notes)
        record = collection.create(edit, content, notes.ignored)
        made[str(operation.bulk_id)] = Made(record.id, collection.location(record))
        return record

    def _put(self, edit: Edit, operation: BulkOperation, target: str, made: MadeHere) -> Record:
        collection, notes = self._collection(operation), self._notes(operation)
        content = read_resource(collection.type, _data(operation, made), notes)
        if operation.method == "PUT":
            note_stale(collection.type, notes)
        return collection.replace(edit, target, content, notes.ignored)

    def _patch(self, edit: Edit, operation: BulkOperation, target: str, made: MadeHere) -> Record:
        notes, most = self._notes(operation), self.limits.operations
        operations = read_operations(_data(operation, made), most=most, notes=notes)
        return self._collection(operation).patch(edit, target, operations)

    def _notes(self, operation: BulkOperation) -> Notes:
        return Notes(self._collection(operation).dialects)

    # --- what came of it

    def _note_success(self, step: Sequence[BulkOperation], done: Mapping[int, Record | None]) -> None:
        for operation in step:
            record = done[operation.number]
            told = self._told(operation, _DONE[operation.method])
            if record is not None:
                location = self._collection(operation).location(record)
                told |= {"location": location, "version": version_of(record)}
            if record is not None and operation.bulk_id is not None and operation.method == "POST":
                self.made[operation.bulk_id] = Made(record.id, str(told["location"]))
            self.outcomes[operation.number] = told

    def _note_failure(self, step: Sequence[BulkOperation], failure: "_Failed") -> None:
        for operation in step:
            error = failure.error
            if operation is not failure.operation:
                detail = "It refers, in a circle, to an operation that failed. See there."
                error = ScimError(409, detail, topic="bulk")
            told = self._told(operation, error.status)
            told["response"] = error_document(error, self.advice)
            self.outcomes[operation.number] = told
            self.errors += 1

    def _told(self, operation: BulkOperation, status: int) -> dict[str, Json]:
        told: dict[str, Json] = {"method": operation.method}
        if operation.bulk_id is not None:
            told["bulkId"] = operation.bulk_id
        target = resolved_target(operation.target, self.made)
        collection = self.collections.get(operation.endpoint)
        if collection is not None and target is not None:
            told["location"] = collection.addresses.of(operation.endpoint, target)
        return {**told, "status": str(status)}


class _Failed(DirsyncError):
    """An operation that was refused, and with it its step."""

    def __init__(self, operation: BulkOperation, error: ScimError) -> None:
        super().__init__(error.detail)
        self.operation = operation
        self.error = error


@contextmanager
def _of(operation: BulkOperation) -> Iterator[None]:
    try:
        yield
    except (ScimError, NoSuchRecord, Refused) as error:
        raise _Failed(operation, _refusal(error)) from error


def _refusal(error: DirsyncError) -> ScimError:
    if isinstance(error, ScimError):
        return error
    if isinstance(error, NoSuchRecord):
        return ScimError(404, str(error), topic="missing")
    if isinstance(error, Erased):
        return ScimError(403, str(error))
    if isinstance(error, Refused):
        return ScimError(409, str(error))
    return ScimError(503, str(error))


def _data(operation: BulkOperation, made: Mapping[str, Made]) -> Content:
    return cast(Content, resolved(operation.data, made))
