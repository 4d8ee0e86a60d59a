"""The filter language of SCIM (RFC 7644 3.4.2.2): one for location rules, SCIM, commands and the API.

`parse` text, `bind` it to a `Schema`, then ask `matches` of resources or `judge` of records. Pure, and knows
nothing of people or providers.
"""

from dirsync_core.filtering.binding import BoundPath, bind, bind_path
from dirsync_core.filtering.errors import FilterError
from dirsync_core.filtering.evaluation import BoundFilter
from dirsync_core.filtering.grammar import MAX_DEPTH, MAX_TERMS, parse, parse_path
from dirsync_core.filtering.judging import Judgement, Undetermined, Verdict
from dirsync_core.filtering.schema import (
    Attribute,
    AttributeType,
    Schema,
    Target,
    any_attribute,
    any_extension,
)
from dirsync_core.filtering.tokens import MAX_LENGTH
from dirsync_core.filtering.tree import (
    And,
    AttributePath,
    Compare,
    Node,
    Not,
    Operator,
    Or,
    Path,
    Present,
    Value,
    ValuePath,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MAX_TERMS",
    "And",
    "Attribute",
    "AttributePath",
    "AttributeType",
    "BoundFilter",
    "BoundPath",
    "Compare",
    "FilterError",
    "Judgement",
    "Node",
    "Not",
    "Operator",
    "Or",
    "Path",
    "Present",
    "Schema",
    "Target",
    "Undetermined",
    "Value",
    "ValuePath",
    "Verdict",
    "any_attribute",
    "any_extension",
    "bind",
    "bind_path",
    "parse",
    "parse_path",
]
