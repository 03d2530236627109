"""What a person is asked about the fields of one record: one question a field, about what stands there now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from synchub.engine.identity import derived_id
from synchub.engine.journal import candidate_json, raw_image, raw_of
from synchub.engine.merge import Hold, Side
from synchub.engine.sighting import Sighting
from synchub.mapping.compiled import Image, MappedField
from synchub.model.provenance import Candidate
from synchub.model.values import Canonical, Raw, Unreadable
from synchub.store.rows import Conflict, ConflictKind, Link

if TYPE_CHECKING:
    from synchub.engine.absorb import Absorber

_CODES = {
    Hold.REVIEW: "E201",
    Hold.VALUE: "E202",
    Hold.REQUIRED: "E203",
    Hold.OWNER_BLANK: "E204",
    Hold.UNHEARD: "E208",
}
_KINDS = {
    Hold.REVIEW: ConflictKind.FIELD,
    Hold.VALUE: ConflictKind.VALUE,
    Hold.REQUIRED: ConflictKind.VALUE,
    Hold.OWNER_BLANK: ConflictKind.FIELD,
    Hold.UNHEARD: ConflictKind.FIELD,
}


class FieldQuestions:
    """Asked while one look at a record is merged into its link."""

    def __init__(self, absorber: Absorber, link: Link, sighting: Sighting) -> None:
        self._absorber = absorber
        self._link = link
        self._sighting = sighting

    def is_asked(self, mapped: MappedField) -> bool:
        """Must a person choose between two edits of the field, since its policy is review?"""
        spec = self._absorber.route.model.fields[mapped.index]
        if spec.policy.name != "review" or spec.unique:
            return False
        return self._link.holds.get(mapped.name) == self._id(mapped.name, ConflictKind.FIELD)

    def hold(self, name: str, side: Side, hold: Hold, candidates: Sequence[Candidate]) -> None:
        """Ask about a side of which the merge cannot say what stands."""
        problem = side.observed.problem if isinstance(side.observed, Unreadable) else None
        more: dict[str, Raw] = {"owner": side.spec.owner}
        if problem is not None:
            more["problem"] = problem.code
            more["params"] = {key: str(value) for key, value in problem.params.items()}
            if problem.position is not None:
                more["position"] = str(problem.position)
        observed = None if problem else raw_of(side.observed)
        self.ask(
            name, _KINDS[hold], _CODES[hold], self.about(side.golden, observed, side.image, candidates), more
        )

    def about(
        self, golden: Canonical | None, observed: Raw, image: Image, candidates: Sequence[Candidate]
    ) -> dict[str, Raw]:
        """The values that a question is about."""
        return {
            "golden": raw_of(golden),
            "observed": observed,
            "image": raw_image(image),
            "candidates": [candidate_json(one) for one in candidates],
            "title": self._sighting.title,
        }

    def ask(
        self, name: str, kind: ConflictKind, code: str, about: Mapping[str, Raw], more: Mapping[str, Raw]
    ) -> None:
        """Hold a field of this link until a person, or the systems themselves, settle it."""
        link, sighting, batch = self._link, self._sighting, self._absorber.batch
        mapping, report = self._absorber.route.mapping, self._absorber.report
        question = self._id(name, kind)
        former = link.holds.get(name, question)
        if former != question:  # nobody is asked two questions about one field (seed 1431)
            batch.closed.add(former)
        link.holds[name] = question
        batch.closed.discard(question)
        batch.opened[question] = Conflict(
            question,
            kind,
            report.run,
            self._absorber.started,
            link.entity,
            link.entity_id,
            mapping.name,
            mapping.system,
            sighting.external_id,
            sighting.part,
            name,
            code,
            {"field": name, **about, **more},
        )

    def _id(self, name: str, kind: ConflictKind) -> str:
        mapping, sighting = self._absorber.route.mapping, self._sighting
        return derived_id("conflict", mapping.name, sighting.external_id, sighting.part, name, kind)
