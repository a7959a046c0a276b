"""The schedule of activities as Markdown, CSV and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dosecal.model.visible import one_line
from dosecal.render.as_csv import quoted_cell
from dosecal.report.tables.formulas import is_formula

if TYPE_CHECKING:
    from dosecal.report.calendars.activities import Activities, ActivityRow


def label_with_footnote(row: ActivityRow) -> str:
    """The words of a row with the number of its footnote."""
    return one_line(f"{row.label} [{row.footnote}]" if row.footnote else row.label)


def headline(activities: Activities) -> tuple[str, str, str]:
    """The lines above the table: the study with version and digest, its title, and the eligible ages."""
    protocol = activities.protocol
    ages = protocol.ages.words if protocol.ages else "none stated"
    return (
        protocol.marks,
        one_line(protocol.title),
        one_line(f"days: {protocol.numbering.value}; ages: {ages}; source: {protocol.source_words}"),
    )


def notes_below(activities: Activities) -> list[str]:
    """The lines below the table: the numbered sentences of the source, then the queries."""
    lines = [f'[{number}] "{quote}"' for number, quote in enumerate(activities.footnotes, 1)]
    return [one_line(line) for line in (*lines, *(f"Query: {query}" for query in activities.queries))]


def activities_markdown(activities: Activities, made_by: str) -> str:
    """The schedule of activities as a Markdown page."""
    study, title, facts = headline(activities)
    lines = [f"# {_escaped(study)}", "", _escaped(title), "", _escaped(facts), ""]
    (first_name, first_texts), *heads = activities.heads
    lines.append(_markdown_row(first_name, first_texts))
    lines.append("|" + " --- |" * (len(first_texts) + 1))
    lines += [_markdown_row(name, texts) for name, texts in heads]
    lines += [_markdown_row(label_with_footnote(row), row.marks) for row in activities.rows]
    lines += ["", *(f"{_escaped(note)}  " for note in notes_below(activities)), "", made_by]
    return "\n".join(lines) + "\n"


def _markdown_row(name: str, texts: tuple[str, ...]) -> str:
    return "| " + " | ".join(_escaped(text) for text in (name, *texts)) + " |"


def _escaped(text: str) -> str:
    for character in "\\|[]*_<>`":
        text = text.replace(character, "\\" + character)
    return text.replace("\n", " ")


def activities_csv(activities: Activities) -> str:
    """The schedule of activities as CSV: a row a head, dose or assessment, a column a visit."""
    protocol = activities.protocol
    ids = [visit.id for visit in protocol.visits]
    lines = [["study", "protocol_version", "protocol_sha256", "kind", "id", "label", *ids]]
    fixed = [protocol.study, protocol.version, protocol.digest]
    lines += [[*fixed, "head", name.replace(" ", "_"), name, *texts] for name, texts in activities.heads]
    lines += [[*fixed, row.kind, row.id, row.label, *row.marks] for row in activities.rows]
    return "".join(",".join(_guarded(cell) for cell in line) + "\n" for line in lines)


def _guarded(cell: str) -> str:
    return quoted_cell(f"'{cell}" if is_formula(cell) else cell)


def activities_json(activities: Activities, made_by: dict[str, str]) -> str:
    """The schedule of activities as JSON."""
    protocol = activities.protocol
    visits = [
        {"id": visit.id, "label": visit.label, "arms": list(visit.arms), "offset_days": visit.offset}
        | {name.replace(" ", "_"): texts[index] for name, texts in activities.heads if name not in {"visit", "arms"}}
        for index, visit in enumerate(protocol.visits)
    ]
    rows = [
        {
            "id": row.id,
            "kind": row.kind,
            "label": row.label,
            "visits": [v.id for v, mark in zip(protocol.visits, row.marks, strict=True) if mark],
            "footnote": row.footnote or None,
        }
        for row in activities.rows
    ]
    whole = {
        "study": protocol.study,
        "protocol_version": protocol.version,
        "protocol_sha256": protocol.digest,
        "unblinded": protocol.is_blinded,
        "title": protocol.title,
        "source": protocol.source_words,
        "day_numbering": protocol.numbering.value,
        "ages": protocol.ages.words if protocol.ages else None,
        **made_by,
        "visits": visits,
        "activities": rows,
        "footnotes": list(activities.footnotes),
        "queries": list(activities.queries),
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
