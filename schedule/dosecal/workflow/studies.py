"""Protocols of one list of subjects: several studies, each in one or more versions.

Conventions: a subject belongs to the study that the row names, or to the only one that there is, and within it to a
version as ``versions`` says: the one that is named, or else the one in effect on the date of the first anchor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dosecal.load.routed_rows import STUDY, VERSION, Unrouted, route_rows
from dosecal.load.table_reading import STRICT
from dosecal.model.problems import RefusedError
from dosecal.workflow.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dosecal.load.table_reading import TableReading
    from dosecal.load.text_table import TextTable
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Studies:
    """Protocols of which each subject of a list has one.

    Attributes:
        protocols: The protocols.
        versions: Those of each study, by its identifier.
        places: The places of each study's among all protocols, in the order of its versions.
    """

    protocols: tuple[Protocol, ...]
    versions: Mapping[str, Versions]
    places: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, protocols: Sequence[Protocol]) -> Studies:
        """The studies of protocols.

        Raises:
            PlanError: If a version of a study is there twice.
        """
        places: dict[str, list[int]] = {}
        for place, one in enumerate(protocols):
            places.setdefault(one.study, []).append(place)
        versions = {study: Versions(tuple(protocols[place] for place in some)) for study, some in places.items()}
        return cls(tuple(protocols), versions, {study: tuple(some) for study, some in places.items()})

    def place_of(self, cells: Mapping[str, str], reading: TableReading = STRICT) -> int | Unrouted:
        """The place of the protocol that a subject is planned by, or why there is none.

        Args:
            cells: The subject's cells by the names of their columns.
            reading: How their dates are written.
        """
        study, version = cells.get(STUDY, ""), cells.get(VERSION, "")
        fitting = [one for one in self.versions if study in {"", one}]
        if len(fitting) > 1:  # a version may still be of one study alone
            named = [
                study for study in fitting if any(one.version == version for one in self.versions[study].protocols)
            ]
            fitting = named or fitting
        if len(fitting) != 1:
            hint = "several fit, and nobody picks one" if fitting else ""
            return Unrouted("C320", STUDY, f"the study of one of the protocols ({', '.join(self.versions)})", hint)
        versions = self.versions[fitting[0]]
        try:
            place = versions.place_of(version, reading.iso(cells.get(versions.protocols[0].anchors[0].id, "")))
        except RefusedError as refusal:
            return Unrouted("L082", VERSION, refusal.expected, refusal.hint)
        return self.places[fitting[0]][place]

    def parts_of(self, table: TextTable) -> tuple[tuple[TextTable, ...], tuple[Problem, ...]]:
        """The rows of each protocol as a table of its own, and the problems of rows that belong to no certain one."""
        if len(self.protocols) == 1:
            return (table,), ()
        return route_rows(table, len(self.protocols), lambda cells: self.place_of(cells, table.reading))
