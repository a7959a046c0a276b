"""Every face of a plan, and the one table that lists them: a new one is a function and a line."""

from __future__ import annotations

import html
import json
import re
import warnings
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.parquet as pq
from openpyxl import load_workbook

from dosecal import plan
from dosecal.model.quantity import column_digits
from dosecal.render.as_terminal import table_terminal
from tests.command_line import csv_rows_of, run, run_well
from tests.faces.cohorts import TAILS
from tests.faces.facts import (
    AMOUNTS,
    DEMAND,
    DOSES,
    VISITS,
    Face,
    Row,
    Shown,
    amount_of,
    date_of,
    dose_row,
    has_sheet,
    plain,
    visit_row,
)
from tests.render.terminal_rows import amounts_of, as_read, parts_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.faces.cohorts import DrawnTrial

ID = ("subject", "visit", "regimen", "number")
WHOLE_DOSE = (*ID, "date", "dose", "unit", "volume", "weight")
DAYS = 90
"""How many days a work list has."""


def chosen(rows: Iterable[Row], fields: tuple[str, ...]) -> list[Row]:
    """The rows with some of their fields alone."""
    return [{name: row[name] for name in fields} for row in rows]


# Tables -------------------------------------------------------------------------------------------------------------


def _written(shown: Shown, command: str, ending: str) -> Path:
    """The file of a command, which its ending gives the format."""
    path = Path(f"{command}.{ending}")
    if not path.exists():
        shown.text(command, "-o", str(path))
    return path


def _texts(row: dict[str, object]) -> Row:
    """A row of a file with types, as texts."""
    return {
        name: "" if value is None or value is pd.NaT or value is pd.NA else _digits(value)
        for name, value in row.items()
    }


def _digits(value: object) -> str:
    text = str(value)
    return plain(text) if re.fullmatch(r"-?\d+\.\d+", text) else text.removesuffix(" 00:00:00")


def _table_rows(
    command: str, read: Callable[[Shown, str], Iterable[dict[str, object]]]
) -> Callable[[Shown], list[Row]]:
    def rows(shown: Shown) -> list[Row]:
        texts = [_texts(row) for row in read(shown, command)]
        if command == DOSES:
            return chosen((dose_row(row) for row in texts), WHOLE_DOSE)
        return chosen((visit_row(row) for row in texts), ("subject", "visit", "date"))

    return rows


def _jsonl(shown: Shown, command: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in shown.text(command, "--format", "jsonl").splitlines()]


def _parquet(shown: Shown, command: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(_written(shown, command, "parquet")).to_pylist()
    return found


def _xlsx(shown: Shown, command: str) -> list[dict[str, object]]:
    book = load_workbook(_written(shown, command, "xlsx"))
    rows = [[cell.value for cell in row] for row in book[book.sheetnames[0]].iter_rows()]
    head = next(place for place, row in enumerate(rows) if "subject_id" in row)
    return [dict(zip(map(str, rows[head]), row, strict=True)) for row in rows[head + 1 :]]


def _python(shown: Shown, command: str) -> list[dict[str, object]]:
    """The frames of ``plan``, made from frames."""
    trial = shown.trial

    def frame(name: str) -> pd.DataFrame | None:
        return pd.read_csv(f"{name}.csv", dtype=str, keep_default_na=False) if name in trial.kinds else None

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        planned = plan(
            "p.yaml",
            pd.read_csv("s.csv", dtype=str, keep_default_na=False),
            frame("weights"),
            frame("levels"),
            horizon="3 cycles" if "horizon" in trial.kinds else None,
            sites="sites.yaml" if "sites" in trial.kinds else None,
            actuals=frame("actuals"),
            as_of=trial.as_of if "actuals" in trial.kinds else None,
            lots=frame("lots"),
            also=["new.yaml"] if "also" in trial.kinds else [],
        )
    table: pd.DataFrame = getattr(planned, command)
    found: list[dict[str, object]] = table.astype(object).where(table.notna(), None).to_dict("records")  # type: ignore[assignment]
    return found


def doses_of_visits(shown: Shown) -> Iterator[Row]:
    """What the table of visits says is given at each."""
    for row in shown.visits:
        for regimen in row["doses"].split("; ") if row["doses"] else ():
            yield {"subject": row["subject"], "visit": row["visit"], "regimen": regimen}


# Sheets -------------------------------------------------------------------------------------------------------------


def _sheets(shown: Shown, *options: str) -> Iterator[tuple[str, str]]:
    """The sheets of each subject that has one, with its id."""
    for subject in dict.fromkeys(row["subject"] for row in shown.doses if has_sheet(row)):
        yield subject, shown.text("worksheet", "--subject", subject, *options)


def _sheets_of_one(shown: Shown, *options: str) -> str:
    """The sheets of the one subject."""
    return shown.text("worksheet", "--subject", shown.one_subject, *options) if shown.one_subject else ""


def worksheet_json(shown: Shown) -> Iterator[Row]:
    """The worksheets as JSON."""
    for subject, text in _sheets(shown, "--format", "json"):
        for sheet in json.loads(text)["sheets"]:
            lines = {line["id"]: line for part in sheet["sections"] for line in part["lines"] if line["kind"] == "fact"}
            dose, volume, weight = (lines.get(name, {}) for name in ("ordered_dose", "volume", "weight"))
            yield {
                "subject": subject,
                "visit": sheet["visit"],
                "regimen": sheet["regimen"],
                "number": str(sheet["dose_number"]),
                "date": lines["planned_date"].get("value", ""),
                "dose": plain(dose.get("value", "")),
                "unit": dose.get("unit", ""),
                "volume": plain(volume.get("value", "")),
                "weight": plain(weight.get("value", "")),
            }


def worksheet_text(shown: Shown) -> Iterator[Row]:
    """The worksheets as text."""
    for sheet in _sheets_of_one(shown).split("PREPARATION WORKSHEET")[1:]:
        yield _sheet_facts(partial(_line_of, sheet))


def _line_of(sheet: str, name: str) -> str:
    """What stands beside a name on a sheet of text, its further lines with it."""
    found = re.search(rf"^  {re.escape(name)}(?:  +|\n +)(.*(?:\n {{6,}}\S.*)*)", sheet, re.MULTILINE)
    return "" if found is None else re.sub(r"\s+", " ", found[1])


def _sheet_facts(said: Callable[[str], str]) -> Row:
    (dose, unit), (volume, _), (weight, _) = (
        amount_of(said(name)) for name in ("ordered dose", "volume to draw", "weight")
    )
    return {
        "subject": said("subject"),
        "visit": said("visit").split(",")[0].split(" (")[0],
        "number": said("dose").split(" ")[0],
        "date": date_of(said("planned date")),
        "dose": dose,
        "unit": unit,
        "volume": volume,
        "weight": weight,
    }


ENTRIES = {"calculated_dose": "calculated dose", "ordered_dose": "ordered dose", "volume": "volume to draw"}
"""The entries of the second person that the tables know, with what the comparison calls them."""


def verified(shown: Shown) -> Iterator[Row]:
    """What a second person who takes the numbers of the table is told: a fact for each dose that agrees."""
    subject = shown.one_subject
    if not subject:
        return
    rows = {(row["visit"], row["regimen"], row["dose_number"]): row for row in shown.doses if row["subject"] == subject}
    blank = _sheets_of_one(shown, "--check-sheet", "--format", "yaml")
    Path("check.yaml").write_text(_filled(blank, rows), encoding="utf-8")
    result = run("worksheet", *shown.trial.inputs, "--subject", subject, "--verify", "check.yaml")
    assert result.exit_code in {0, 1}
    assert result.stdout, result.stderr
    for part in re.split(r"\n(?=\S+, dose \d+ of )", result.stdout)[1:]:
        found = re.match(r"(\S+), dose (\d+) of (\S+)\n", part)
        assert found is not None
        entered = _entries_of(rows[found[1], found[3], found[2]])
        verdicts = {name: said for name in entered if (said := _line_of(part, ENTRIES[name]))}
        assert set(verdicts.values()) <= {"agrees"}, part
        if "ordered_dose" in verdicts:
            yield {"subject": subject, "visit": found[1], "regimen": found[3], "number": found[2]}


def _entries_of(row: Row) -> Row:
    """What the second person enters of a dose."""
    unit = row["unit"]
    found = {
        "calculated_dose": (row["calculated_dose"], unit),
        "ordered_dose": (row["ordered_dose"], unit),
        "volume": (row["volume_ml"], "mL"),
    }
    return {name: f"{plain(digits)} {own}" for name, (digits, own) in found.items() if digits}


def _filled(blank: str, rows: dict[tuple[str, str, str], Row]) -> str:
    parts = re.split(r"(?m)^(?=  - visit: )", blank)
    filled = [parts[0].replace("checked_by:", "checked_by: AB")]
    for part in parts[1:]:
        found = re.match(r'  - visit: "(.*)"\n    regimen: "(.*)"\n    dose_number: (\d+)\n', part)
        assert found is not None
        for name, entry in _entries_of(rows[found[1], found[2], found[3]]).items():
            part = re.sub(rf"(?m)^(      {name}:)(.*)$", rf"\1 {entry} \2", part)  # noqa: PLW2901 - line by line
        filled.append(part)
    return "".join(filled)


def check_sheet(shown: Shown) -> Iterator[Row]:
    """The second person's sheets: whose and when, and the weight; no result."""
    for sheet in _sheets_of_one(shown, "--check-sheet").split("CHECK SHEET")[1:]:
        facts = _sheet_facts(partial(_line_of, sheet))
        assert facts["dose"] == facts["volume"] == ""
        yield {name: facts[name] for name in ("subject", "visit", "number", "date", "weight")}


# Paper --------------------------------------------------------------------------------------------------------------


def _pages(shown: Shown, what: str, language: str) -> list[str]:
    path = Path(f"{what}-{language}.html")
    if not path.exists():
        shown.text("print", "--what", what, "--lang", language, "--words", "words.yaml", "-o", str(path))
    return re.findall(r"<article.*?</article>", path.read_text(encoding="utf-8"), re.DOTALL)


def _cell(page: str, name: str) -> str:
    found = re.search(rf'<td[^>]*class="main {name}"[^>]*>(.*?)</td>', page, re.DOTALL)
    return "" if found is None else _seen(found[1])


def _seen(markup: str) -> str:
    return re.sub(r"[\s\xa0]+", " ", html.unescape(re.sub(r"<[^>]*>", " ", markup))).strip()


_PLANNED = re.compile("planned date|fecha planeada|计划日期")
_OF_DOSE = re.compile("date of the dose|fecha de la dosis|给药日期|WARNING|ADVERTENCIA|警告")
"""What ends the planned date on a sheet: another day of the dose, or what became of its visit."""


def printed_worksheets(language: str) -> Callable[[Shown], Iterator[Row]]:
    """The worksheets on paper, in a language."""

    def says(shown: Shown) -> Iterator[Row]:
        if not shown.one_subject:
            return
        for page in _pages(shown, "worksheet", language)[::2]:
            (dose, unit), (volume, _), (weight, _) = (
                amount_of(_cell(page, name)) for name in ("ordered_dose", "volume", "weight")
            )
            planned = _PLANNED.split(_seen(re.split(r"<section", page)[1]))[1]
            headline = _seen(re.findall(r"</h1><b>(.*?)</b>", page)[0]).split(" · ")
            numbers = re.findall(r"\d+", _cell(page, "dose"))
            yield {
                "subject": _cell(page, "subject"),
                "visit": headline[1].split(" ")[-1],
                "number": numbers[0],
                "date": date_of(_OF_DOSE.split(planned)[0]),
                "dose": dose,
                "unit": unit,
                "volume": volume,
                "weight": weight,
            }

    return says


def coordinators_pages(language: str) -> Callable[[Shown], Iterator[Row]]:
    """The coordinator's calendars: the date that stands in the column of planned dates."""

    def says(shown: Shown) -> Iterator[Row]:
        for page in _pages(shown, "coordinator", language):
            subject = _seen(re.findall(r"<b>(.*?)</b>", page)[0])
            for row in re.findall(r"<tr>(?!<th)(.*?)</tr>", page, re.DOTALL):
                cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
                visit = _seen(cells[0].split("<br>")[1]).split(" · ")[0]
                actual = date_of(_seen(cells[5]))
                yield {
                    "subject": subject,
                    "visit": visit,
                    "planned_date": date_of(cells[1].split("</b>")[0]),
                    "actual_date": actual,
                }

    return says


def participants_pages(language: str) -> Callable[[Shown], Iterator[Row]]:
    """The participants' calendars: the day of each visit, under its label."""
    tail = f" {TAILS[language]}"

    def says(shown: Shown) -> Iterator[Row]:
        for page in _pages(shown, "participant", language):
            subject = _seen(re.findall(r"<b>(.*?)</b>", page)[0])
            table = re.search(r"<table>.*?</table>", page, re.DOTALL)
            assert table is not None
            for row in re.findall(r"<tr[^>]*><td.*?</tr>", table[0], re.DOTALL):
                cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
                label = _seen(re.findall(r"<b>(.*?)</b>", cells[2])[0])
                day = re.findall(r'<span class="whole">(.*?)</span>', cells[1])
                yield {
                    "subject": subject,
                    "label": label.split(" (")[0].removesuffix(tail),
                    "date": date_of(_seen(day[0])) if day else "",
                }

    return says


# Work lists and demand ----------------------------------------------------------------------------------------------


def _today(shown: Shown) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = json.loads(shown.text("today", "--days", str(DAYS), "--format", "json"))
    return found


def work(shown: Shown) -> Iterator[Row]:
    """The visits of a work list."""
    for row in _today(shown)["work"]:
        yield {"subject": row["subject_id"], "visit": row["visit"], "date": row["date"] or ""}


def infusions(shown: Shown) -> Iterator[Row]:
    """The doses of a work list."""
    for row in _today(shown)["infusions"]:
        yield {
            "subject": row["subject_id"],
            "visit": row["visit"],
            "regimen": row["regimen"],
            "dose": plain(row["dose"]),
            "unit": row["unit"],
        }


def demand(shown: Shown) -> Iterator[Row]:
    """The demand of each day, site and product."""
    for row in json.loads(shown.text("demand", "--by", "day", "--format", "json"))["rows"]:
        if row["doses"] != row["to_be_determined"]:
            yield {
                "date": row["period_start"],
                "site": row["site"],
                "product": row["product"],
                "dose": plain(row["amount"]),
                "unit": row["unit"],
                "count": row["doses"],
            }


# Other systems ------------------------------------------------------------------------------------------------------


def _export(shown: Shown, target: str, *options: str) -> str:
    return shown.text("export", "--to", target, *options)


def ics(shown: Shown) -> Iterator[Row]:
    """The events of an iCalendar file: the subject and the label of the title, and the day."""
    for event in _export(shown, "ics").replace("\r\n ", "").split("BEGIN:VEVENT")[1:]:
        title = re.search(r"SUMMARY:(.*)", event)
        day = re.search(r"DTSTART;VALUE=DATE:(\d{4})(\d\d)(\d\d)", event)
        assert title is not None
        assert day is not None
        subject, _, label = title[1].strip().removeprefix("CANCELLED: ").partition(": ")
        yield {"subject": subject, "label": _label_of(label), "date": "-".join(day.groups())}


def _label_of(title: str) -> str:
    return re.sub(r" \((missed|phone|cancelled)\)$", "", re.split(r" \((?:D-?\d+|C\d+D\d+)", title)[0])


def google(shown: Shown) -> Iterator[Row]:
    """The rows of the CSV of a web calendar."""
    for row in csv_rows_of(_export(shown, "google")):
        subject, _, label = row["Subject"].removeprefix("CANCELLED: ").partition(": ")
        month, day, year = row["Start Date"].split("/")
        yield {"subject": subject, "label": _label_of(label), "date": f"{year}-{month}-{day}"}


def fhir(shown: Shown) -> Iterator[Row]:
    """The appointments of a FHIR bundle."""
    for entry in json.loads(_export(shown, "fhir"))["entry"]:
        one = entry["resource"]
        if one["resourceType"] == "Appointment" and one.get("start", "")[:10] == one.get("end", "a window")[:10]:
            subject = one["participant"][0]["actor"]["identifier"]["value"]
            label = one["description"].split(": ", 1)[1].split("; ")[0]
            yield {"subject": subject, "label": _label_of(label), "date": one["start"][:10]}


# On a terminal -----------------------------------------------------------------------------------------------------

WIDTHS = (40, 60, 80, 100, 132, 200)


def on_terminal(command: str, width: int) -> Callable[[Shown], Iterator[Row]]:
    """The rows of a table on a terminal of a width: what of each row stands whole in its own lines."""

    def says(shown: Shown) -> Iterator[Row]:
        table = shown.table(command)
        rows = rows_of(table)
        if not rows:
            return
        parts = parts_of(table_terminal(table, width))
        assert len(parts) >= len(rows)
        for row, part in zip(rows, parts, strict=False):
            text = re.sub(r"[\s\xa0]+", " ", part)
            assert [one for one in amounts_of(row) if not _stands_in(one, text)] == [], f"at {width}:\n{part}"
            if command == DOSES:
                fact = {name: dose_row(row)[name] for name in ON_TERMINAL}
                amounts = {
                    "dose": ("ordered_dose", fact["unit"]),
                    "volume": ("volume_ml", "mL"),
                    "weight": ("weight_kg", "kg"),
                }
                for name, (column, unit) in amounts.items():
                    fact[name] = (
                        fact[name] if row[column] and _stands_in(f"{as_read(row[column])} {unit}", text) else ""
                    )
            else:
                fact = {name: visit_row(row)[name] for name in ("subject", "visit", "date")}
            yield {name: value if name in AMOUNTS or _stands_in(value, text) else "" for name, value in fact.items()}

    return says


def _stands_in(text: str, part: str) -> bool:
    return re.search(rf"(?<![\w,.−-]){re.escape(text)}(?![\w]|[,.]\d)", part) is not None


ON_TERMINAL = ("subject", "visit", "date", "dose", "unit", "volume", "weight")


# One dose, moves and deviations -------------------------------------------------------------------------------------


def one_dose(shown: Shown) -> Iterator[Row]:
    """The doses of the one subject, each asked for by itself with what is known of the subject."""
    subject = shown.one_subject
    own = next(
        (row for row in csv_rows_of(Path("s.csv").read_text(encoding="utf-8")) if row["subject_id"] == subject), None
    )
    if own is None:
        return
    born, start = date.fromisoformat(own["birth_date"]), date.fromisoformat(own["start"])
    age = start.year - born.year - ((start.month, start.day) < (born.month, born.day))
    body = [
        "--gfr",
        own["gfr_ml_min"],
        "--sex",
        own["sex"],
        "--age",
        str(age),
        "--height",
        own["height_cm"],
        "--site",
        own["site"],
    ]
    body += ["--fact", f"stage={own['stage']}"] if own["stage"] and "conditions" in shown.trial.kinds else []
    for row in shown.doses:
        if not _is_asked_alone(row, shown):
            continue
        protocol = "new.yaml" if row["protocol_version"] == "2.0" else "p.yaml"
        asked = [protocol, "--arm", row["arm"], "--visit", row["visit"], *body]
        asked += [
            "--weight",
            row["weight_kg"] or "70",
            *(["--level", row["dose_level"].lstrip("'")] if row["dose_level"] else []),
        ]
        for dose in json.loads(run_well("dose", *asked, "--json").stdout)["doses"]:
            if dose["regimen"] == row["regimen"]:
                made_up = dose["preparation"] or {}
                yield {
                    "subject": subject,
                    "visit": row["visit"],
                    "regimen": dose["regimen"],
                    "dose": _decimal(dose["ordered_dose"]),
                    "unit": dose["unit"] if dose["ordered_dose"] else "",
                    "volume": _decimal(made_up.get("volume_ml")),
                }


def _decimal(text: str | None) -> str:
    """An exact number as the tables write it: half up to 18 decimals."""
    return "" if text is None else plain(column_digits(Fraction(text)))


def _is_asked_alone(row: Row, shown: Shown) -> bool:
    """Whether a dose of the one subject is asked for by itself: at two visits, where the subject should have it."""
    return _has_sheet_of_one(row, shown) and row["visit"] in {"first", "second"} and ": false" not in row["notes"]


def moved(shown: Shown) -> Iterator[Row]:
    """The day from which a visit of the one subject moves, when it is booked three days later."""
    visit = _to_move(shown)
    if visit is None:
        return
    to = date.fromisoformat(visit["date"]) + timedelta(days=3)
    asked = ("--subject", visit["subject"], "--visit", visit["visit"], "--to", to.isoformat(), "--format", "csv")
    for row in csv_rows_of(shown.text("reschedule", *asked)):
        if row["visit"] == visit["visit"]:
            yield {"subject": row["subject_id"], "visit": row["visit"], "date": row["from_date"]}


def _to_move(shown: Shown) -> Row | None:
    rows = (
        row
        for row in shown.visits
        if row["subject"] == shown.one_subject
        and _is_newest(row, shown)
        and row["date"]
        and row["status"] in {"", *_OPEN}
    )
    return next(rows, None)


def _is_to_move(row: Row, shown: Shown) -> bool:
    visit = _to_move(shown)
    return visit is not None and (row["subject"], row["visit"]) == (visit["subject"], visit["visit"])


def deviations(shown: Shown) -> Iterator[Row]:
    """The days on which visits were held that are listed as outside their windows."""
    for row in csv_rows_of(shown.text("deviations")):
        if re.match("visit (before|after) (its|both its) window", row["deviation"]):
            yield {"subject": row["subject_id"], "visit": row["visit"], "actual_date": row["actual"]}


def _is_outside(row: Row, shown: Shown) -> bool:
    del shown
    return row["status"] in {"done early", "done late"}


# Which visits and doses a face shows ---------------------------------------------------------------------------------


def _is_dated(row: Row, shown: Shown) -> bool:
    del shown
    return row["date"] != ""


def _is_expected(row: Row, shown: Shown) -> bool:
    """Whether a visit doesn't wait for an event that is on no record."""
    return row["visit"] != "early_end" or _is_dated(row, shown)


def _is_newest(row: Row, shown: Shown) -> bool:
    """Whether a row is of the last version by which its subject is planned."""
    return row["protocol_version"] == max(
        one["protocol_version"] for one in shown.visits if one["subject"] == row["subject"]
    )


def _has_sheet(row: Row, shown: Shown) -> bool:
    del shown
    return has_sheet(row)


def _has_sheet_of_one(row: Row, shown: Shown) -> bool:
    return has_sheet(row) and row["subject"] == shown.one_subject


_OPEN = {"due", "overdue", "past its day", "not yet due"}


def _has_order(row: Row, shown: Shown) -> bool:
    """Whether the visit of a dose is on the work list, on a day of its period or before."""
    last = (shown.trial.as_of + timedelta(days=DAYS - 1)).isoformat()
    visit = next(one for one in shown.visits if (one["subject"], one["visit"]) == (row["subject"], row["visit"]))
    return _is_work(visit, shown) and "" != visit["date"] <= last and not shown.trial.is_masked


def _is_work(row: Row, shown: Shown) -> bool:
    """Whether a visit is open, and there is something to do of it within the days of a work list.

    Without a record every visit is open, but one that is over of which it is not known whether the subject had it.
    """
    as_of, last = (str(shown.trial.as_of + timedelta(days=days)) for days in (0, DAYS - 1))
    first, end = row["window_start"] or row["date"], row["window_end"] or row["date"]
    is_not_yet_due = row["status"] == "not yet due" if row["status"] else not first or first > as_of
    if is_not_yet_due:
        return "" != first <= last
    return row["status"] in _OPEN or (row["status"] == "" and not (end < as_of and IS_UNKNOWN in row["notes"]))


IS_UNKNOWN = "only if stage is late: not known"


def _in_language(place: int) -> Callable[[DrawnTrial], bool]:
    """Whether a kind of page is printed in the language of this place: one of the three for each trial in turn."""
    return lambda trial: trial.number % len(TAILS) == place


def _table_faces() -> Iterator[Face]:
    readers = {"jsonl": _jsonl, "parquet": _parquet, "xlsx": _xlsx, "python": _python}
    for name, read in readers.items():
        yield Face(f"{name} visits", VISITS, ("subject", "visit", "date"), _table_rows(VISITS, read))
        yield Face(f"{name} doses", DOSES, WHOLE_DOSE, _table_rows(DOSES, read))


ON_SHEET = ("subject", "visit", "number", "date", "dose", "unit", "volume", "weight")
BY_LABEL = ("subject", "label", "date")
ON_CALENDAR = ("subject", "visit", "planned_date", "actual_date")


def _paper_faces() -> Iterator[Face]:
    for place, one in enumerate(TAILS):
        is_shown = _in_language(place)
        yield Face(
            f"worksheet on paper, {one}", DOSES, ON_SHEET, printed_worksheets(one), _has_sheet, is_shown, orders=True
        )
        yield Face(f"coordinator, {one}", VISITS, ON_CALENDAR, coordinators_pages(one), is_shown=is_shown)
        yield Face(f"participant, {one}", VISITS, BY_LABEL, participants_pages(one), _is_expected, is_shown)


FACES: tuple[Face, ...] = (
    *_table_faces(),
    Face(
        "doses of the visits",
        DOSES,
        ("subject", "visit", "regimen"),
        doses_of_visits,
        is_shown=lambda trial: not trial.is_masked,
    ),
    Face("worksheet as JSON", DOSES, WHOLE_DOSE, worksheet_json, _has_sheet, orders=True),
    Face("worksheet as text", DOSES, ON_SHEET, worksheet_text, _has_sheet_of_one, orders=True),
    Face("check sheet", DOSES, ("subject", "visit", "number", "date", "weight"), check_sheet, _has_sheet_of_one),
    Face(
        "verified entries", DOSES, ID, verified, lambda row, shown: bool(row["dose"]) and _has_sheet_of_one(row, shown)
    ),
    *_paper_faces(),
    Face("work list", VISITS, ("subject", "visit", "date"), work, _is_work),
    Face("infusions of the work list", DOSES, ("subject", "visit", "regimen", "dose", "unit"), infusions, _has_order),
    Face("demand", DEMAND, ("date", "site", "product", "dose", "unit", "count"), demand, _is_dated),
    Face(
        "one dose",
        DOSES,
        ("subject", "visit", "regimen", "dose", "unit", "volume"),
        one_dose,
        _is_asked_alone,
        lambda trial: "lots" not in trial.kinds,
        5,
    ),
    Face(
        "one dose, lots aside",
        DOSES,
        ("subject", "visit", "regimen", "dose", "unit"),
        lambda shown: chosen(one_dose(shown), ("subject", "visit", "regimen", "dose", "unit")),
        _is_asked_alone,
        lambda trial: "lots" in trial.kinds,
        5,
    ),
    Face("move", VISITS, ("subject", "visit", "date"), moved, _is_to_move, least=10),
    Face(
        "deviations",
        VISITS,
        ("subject", "visit", "actual_date"),
        deviations,
        _is_outside,
        lambda trial: "actuals" in trial.kinds,
        1,
    ),
    *(
        Face(f"terminal of {width}, visits", VISITS, ("subject", "visit", "date"), on_terminal(VISITS, width))
        for width in WIDTHS
    ),
    *(Face(f"terminal of {width}, doses", DOSES, ON_TERMINAL, on_terminal(DOSES, width)) for width in WIDTHS),
    Face("calendar of events", VISITS, BY_LABEL, ics, _is_dated),
    Face("calendar on the web", VISITS, BY_LABEL, google, _is_dated),
    Face("appointments", VISITS, BY_LABEL, fhir, _is_dated),
)
"""Every face; a new one is a function above and a line here."""
