"""What plugins import: hook specs, types, and the handle through which a provider writes its records.

Nothing else of the core is public. Start at `ProviderType` for a source of people, at `MapperType` to turn a source's
words into the directory's, at `FilterType` to decide which records count.

A plugin is a module or object under an entry point of group `dirsync`; its hooks only declare, work happens in the
typed objects that they return:

    @hookimpl
    def dirsync_providers() -> list[ProviderType]:
        return [ProviderType("acme", AcmeSettings, Acme)]
"""

from dirsync_core.api.directory import Directory, Entry, Imported
from dirsync_core.api.guide import CopyField, Guide, GuideTab, Step
from dirsync_core.api.hooks import dirsync_changed as dirsync_changed
from dirsync_core.api.hooks import dirsync_commands as dirsync_commands
from dirsync_core.api.hooks import dirsync_filters as dirsync_filters
from dirsync_core.api.hooks import dirsync_mappers as dirsync_mappers
from dirsync_core.api.hooks import dirsync_providers as dirsync_providers
from dirsync_core.api.hooks import hookimpl
from dirsync_core.api.provider import ByHandProvider, Context, Dialects, Provider, ProviderType
from dirsync_core.api.pulling import Complete, Delete, Pulled, Upsert
from dirsync_core.api.records import Edit, Records, View
from dirsync_core.api.requests import REQUEST as REQUEST
from dirsync_core.api.requests import request_of
from dirsync_core.api.rules import Filter, FilterType, Mapper, MapperType
from dirsync_core.api.tables import Row, Table, TableError, read_table
from dirsync_core.filtering import Attribute as FilterAttribute
from dirsync_core.filtering import (
    AttributePath,
    BoundFilter,
    BoundPath,
    FilterError,
    Judgement,
    Schema,
    Verdict,
    bind,
    bind_path,
    parse,
    parse_path,
)
from dirsync_core.model.addresses import fold, is_address
from dirsync_core.model.changes import Cause, Change, ChangeType
from dirsync_core.model.claims import Attribute, AttributeKind, Claim, Claims, Clear, Set, Value
from dirsync_core.model.dialects import Dialect
from dirsync_core.model.errors import (
    AddressTaken,
    Ambiguous,
    DirsyncError,
    Erased,
    KeyTaken,
    NoSuchRecord,
    NotFound,
    Refused,
    SettingsError,
    VersionMismatch,
)
from dirsync_core.model.identifiers import PersonId, RecordId, new_request_id
from dirsync_core.model.moments import Request, read_time, written_time
from dirsync_core.model.people import Json
from dirsync_core.model.records import Kind, Member, Record
from dirsync_core.model.secrets import Secret

__all__ = [
    "AddressTaken",
    "Ambiguous",
    "Attribute",
    "AttributeKind",
    "AttributePath",
    "BoundFilter",
    "BoundPath",
    "ByHandProvider",
    "Cause",
    "Change",
    "ChangeType",
    "Claim",
    "Claims",
    "Clear",
    "Complete",
    "Context",
    "CopyField",
    "Delete",
    "Dialect",
    "Dialects",
    "Directory",
    "DirsyncError",
    "Edit",
    "Entry",
    "Erased",
    "Filter",
    "FilterAttribute",
    "FilterError",
    "FilterType",
    "Guide",
    "GuideTab",
    "Imported",
    "Json",
    "Judgement",
    "KeyTaken",
    "Kind",
    "Mapper",
    "MapperType",
    "Member",
    "NoSuchRecord",
    "NotFound",
    "PersonId",
    "Provider",
    "ProviderType",
    "Pulled",
    "Record",
    "RecordId",
    "Records",
    "Refused",
    "Request",
    "Row",
    "Schema",
    "Secret",
    "Set",
    "SettingsError",
    "Step",
    "Table",
    "TableError",
    "Upsert",
    "Value",
    "Verdict",
    "VersionMismatch",
    "View",
    "bind",
    "bind_path",
    "fold",
    "hookimpl",
    "is_address",
    "new_request_id",
    "parse",
    "parse_path",
    "read_table",
    "read_time",
    "request_of",
    "written_time",
]
