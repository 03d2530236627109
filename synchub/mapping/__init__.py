"""Mapping files: strict YAML to compiled `read` and `write` functions."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from synchub.document import Findings
from synchub.mapping.check import CheckReport, FieldReport, FileReport, check
from synchub.mapping.compile import compile_mapping
from synchub.mapping.compiled import CompiledMapping, Flow, Image, MappedField, OnNew, Part, RefSpec, Written
from synchub.mapping.files import Source, mapping_files, whole_specs
from synchub.mapping.relations import check_relations
from synchub.mapping.transforms import Loss, Pair
from synchub.model.entity import EntityModel

__all__ = [
    "CheckReport",
    "CompiledMapping",
    "FieldReport",
    "FileReport",
    "Flow",
    "Image",
    "Loss",
    "MappedField",
    "OnNew",
    "Pair",
    "Part",
    "RefSpec",
    "Source",
    "Written",
    "check",
    "load_mappings",
    "mapping_files",
]


def load_mappings(
    source: Source, entities: Mapping[str, EntityModel], zones: Mapping[str, ZoneInfo], findings: Findings
) -> list[CompiledMapping]:
    """The compiled mappings of a folder or of single files, for a run.

    Finds what is wrong with the files themselves; `check` tells the rest (laws, tests, the system's own columns). Problems go to `findings`; a
    caller does not run with errors among them.
    """
    specs = whole_specs(source, entities, zones, findings)
    check_relations(specs, findings)
    return [compile_mapping(spec) for spec in specs]
