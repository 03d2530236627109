"""Checks all mapping files of a hub in one run, and says for each field what it will do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from synchub.document import Findings
from synchub.errors import Position, Problem
from synchub.mapping.cases import run_cases
from synchub.mapping.compile import compile_mapping, gathers
from synchub.mapping.compiled import CompiledMapping, Flow
from synchub.mapping.files import Source, mapping_files, read_files
from synchub.mapping.laws import check_laws, samples
from synchub.mapping.profile import MappingCost, profile
from synchub.mapping.relations import check_relations
from synchub.mapping.spec import FieldEntry, MappingSpec
from synchub.mapping.stored import Sample, StoredRow, remembered, try_stored
from synchub.mapping.target import check_target
from synchub.mapping.transforms import AsComputed, AsCustom, AsValues, Loss
from synchub.messages import Words
from synchub.model.entity import EntityModel
from synchub.model.schema import ObjectSchema
from synchub.model.values import Label, Raw

_ONE_WAY = {Flow.HUB_READS: "mapping.note.read", Flow.HUB_WRITES: "mapping.note.written"}
_ARROWS = {Flow.BOTH: "<->", Flow.HUB_READS: "-->", Flow.HUB_WRITES: "<--"}


@dataclass(frozen=True, slots=True)
class FieldReport:
    """One field in a sentence: `column` arrow `label`, and what happens to values on the way. The system is left, the hub right."""

    name: str
    label: Label
    column: str
    flow: Flow
    loss: Loss
    sentence: Words

    @property
    def arrow(self) -> str:
        return _ARROWS[self.flow]


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file. `fields` is empty when the file could not be understood."""

    file: str
    name: str
    system: str
    entity: Label | None
    tests: int
    fields: tuple[FieldReport, ...]
    problems: tuple[Problem, ...]
    sample: Sample | None = None
    """What became of remembered rows, if they were asked for."""
    cost: MappingCost | None = None

    def count(self, loss: Loss) -> int:
        return sum(one.loss is loss for one in self.fields)

    @property
    def sound(self) -> bool:
        return all(problem.severity != "error" for problem in self.problems)


@dataclass(frozen=True)
class CheckReport:
    """Everything `check` found. `mappings` are those of sound files."""

    files: tuple[FileReport, ...]
    mappings: tuple[CompiledMapping, ...]
    problems: tuple[Problem, ...]
    """All, in the order of files and lines."""

    @property
    def sound(self) -> bool:
        return all(problem.severity != "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class _Sound:
    """A file that could be understood as a whole."""

    file: str
    spec: MappingSpec
    mapping: CompiledMapping
    tests: int
    sample: Sample | None = None
    cost: MappingCost | None = None


def check(
    source: Source,
    entities: Mapping[str, EntityModel],
    zones: Mapping[str, ZoneInfo],
    *,
    schemas: Mapping[tuple[str, str], ObjectSchema] | None = None,
    options: Mapping[str, frozenset[str]] | None = None,
    undeletable: Collection[str] = (),
    stored: Callable[[CompiledMapping], Sequence[StoredRow]] | None = None,
    trial: bool = True,
    costs: bool = False,
) -> CheckReport:
    """All problems of all files: each file alone, against its system, its laws, its tests, and against the other files.

    Of a file with mistakes everything is looked at that was understood; its tests wait until all of it is.

    `zones` are the systems of the hub with their time zones. `schemas` maps (system, object) to what was discovered; systems without
    any are not judged. `options` maps a system to the object settings that its connector knows; in those named by
    `undeletable` no record can be deleted. `stored` gives rows that the hub remembers, to try the mappings on
    (unless `trial` is off); `costs` measures what they cost.
    """
    findings = Findings()
    read = read_files(source, entities, zones, findings)
    sound: list[_Sound] = []
    for one in read:
        mapping = compile_mapping(one.spec) if one.whole else None
        rows = stored(mapping) if stored is not None and mapping is not None else ()
        _options(one.spec, options or {}, findings)
        sample = _fields(one.spec, rows if trial else (), findings)
        if one.spec.delete_there and one.spec.system in undeletable:
            findings.warning("M220", one.spec.place("delete_there"), system=one.spec.system)
        check_target(one.spec, schemas or {}, findings, whole=one.whole)
        if mapping is not None:
            tests = run_cases(one.spec, mapping, findings)
            cost = profile(one.spec, rows) if costs else None
            tried = sample if stored is not None and trial else None
            sound.append(_Sound(one.file, one.spec, mapping, tests, tried, cost))
    check_relations([one.spec for one in read], findings)
    problems = sorted(findings.problems, key=lambda problem: problem.position or Position("", 0))
    reports = [_report(shown, sound, problems) for _, shown in mapping_files(source)]
    broken = {
        problem.position.file for problem in problems if problem.position and problem.severity == "error"
    }
    mappings = tuple(one.mapping for one in sound if one.file not in broken)
    return CheckReport(tuple(reports), mappings, tuple(problems))


def _options(spec: MappingSpec, options: Mapping[str, frozenset[str]], findings: Findings) -> None:
    """Object settings that the connector does not know."""
    known = options.get(spec.system)
    for name in spec.options if known is not None else ():
        if name not in (known or ()):
            at = spec.place(f"option:{name}")
            findings.error("M211", at, option=name, system=spec.system, known=", ".join(sorted(known or ())))


def _fields(spec: MappingSpec, rows: Sequence[StoredRow], findings: Findings) -> Sample:
    """The laws of every field, on made-up values and on the rows that are remembered."""
    tried = []
    for place, entry in enumerate(spec.fields):
        _outputs(entry, findings)
        known = remembered(entry, place, rows)
        check_laws(entry, _raws(spec, entry), findings, known.raws, known.agreed)
        tried.append(try_stored(entry, known, findings))
    return Sample(len(rows), tuple(tried))


def _raws(spec: MappingSpec, entry: FieldEntry) -> list[Raw]:
    if len(entry.columns) > 1 or gathers(entry):
        return []
    return [text.text for case in spec.cases for column, text in case.external if column.text == entry.column]


def _outputs(entry: FieldEntry, findings: Findings) -> None:
    """L6: every canonical option can be written."""
    transform = entry.transform
    if not isinstance(transform, AsValues) or entry.flow is Flow.HUB_READS or transform.keep:
        return
    kind = entry.field.kind
    choices = list(samples(kind)) if kind.name in {"choice", "bool"} else []
    missing = [str(value) for value in choices if kind.key(value) not in transform.writes]
    if missing:
        findings.warning("M506", entry.column_at, field=entry.field.label, options=", ".join(missing))


def _report(shown: str, sound: Sequence[_Sound], problems: Sequence[Problem]) -> FileReport:
    of_file = tuple(problem for problem in problems if problem.position and problem.position.file == shown)
    one = next((one for one in sound if one.file == shown), None)
    if one is None:
        return FileReport(shown, "", "", None, 0, (), of_file)
    spec = one.spec
    fields = tuple(_field_report(entry) for entry in spec.fields)
    return FileReport(
        shown, spec.name, spec.system, spec.entity.label, one.tests, fields, of_file, one.sample, one.cost
    )


def _field_report(entry: FieldEntry) -> FieldReport:
    if entry.ref is not None and entry.ref.parent:
        sentence = Words("mapping.note.parent")
    elif entry.lossy:
        sentence = Words("mapping.note.lossy", {"reason": entry.lossy})
    elif isinstance(entry.transform, AsComputed) and entry.transform.expression is not None:
        sentence = Words("mapping.note.computed", {"source": entry.transform.expression.source})
    elif isinstance(entry.transform, AsCustom):
        sentence = Words("mapping.note.custom", {"name": entry.transform.called})
    elif entry.transform.note:
        sentence = Words(entry.transform.note)
    elif entry.transform.loss is Loss.REVERSIBLE and entry.flow is not Flow.BOTH:
        sentence = Words(_ONE_WAY[entry.flow])
    else:
        sentence = Words(f"mapping.loss.{entry.transform.loss.value}")
    return FieldReport(
        entry.name, entry.field.label, entry.label_of_columns, entry.flow, entry.loss, sentence
    )
