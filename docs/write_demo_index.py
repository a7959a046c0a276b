"""Write the page that shows what a demonstration left in a folder.

Conventions: the page is whole in itself and fetches nothing; each file stands under what it is for, with a look at it:
the first page of a PDF, the first lines of a table, a picture as it is. A file that the folder doesn't have is an
error, so that the page never promises what isn't there.

Usage: python docs/write_demo_index.py FOLDER
"""

from __future__ import annotations

import base64
import csv
import io
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import jinja2

LINES = 6
"""So many lines of a table are shown, and so many of a calendar file."""

WIDEST = 9
"""So many columns of a table are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A file of the demonstration.

    Attributes:
        name: Its name in the folder; ``{study}`` stands for the id of the trial.
        what: What it is, and for whom.
    """

    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Group:
    """Files for the same people.

    Attributes:
        title: For whom.
        files: The files.
    """

    title: str
    files: tuple[Shown, ...]


GROUPS = (
    Group(
        "Participants and coordinators",
        (
            Shown("{study}-participants.pdf", "A calendar for each participant to take home: no dose, no arm."),
            Shown("{study}-participants-es-MX.pdf", "The same in Spanish."),
            Shown("{study}-participants-zh-CN.pdf", "The same in Chinese."),
            Shown("{study}-coordinator.pdf", "A calendar for each subject's folder: windows, what to tick, notes."),
            Shown("{study}-timeline.svg", "One subject's visits and doses, as a picture."),
            Shown("{study}-calendar.ics", "All visits for a calendar program; a later export updates them."),
        ),
    ),
    Group(
        "Pharmacy",
        (
            Shown("{study}-worksheets.pdf", "A preparation worksheet and a check sheet for each dose of one subject."),
            Shown("{study}-doses.xlsx", "Every dose as a spreadsheet."),
            Shown("{study}-doses.csv", "Every dose as a table."),
        ),
    ),
    Group(
        "The protocol",
        (
            Shown("{study}-soa.pdf", "The schedule of activities with its windows and footnotes."),
            Shown("{study}-protocol.svg", "The schedule as a timeline."),
        ),
    ),
    Group(
        "Data managers",
        (
            Shown("{study}-visits.csv", "Every visit as a table."),
            Shown("{study}-visits.xlsx", "The same as a spreadsheet."),
            Shown("{study}-redcap", "Events, arms and mapping for REDCap."),
            Shown("{study}-fhir.json", "Appointments and care plans as a FHIR bundle."),
        ),
    ),
)

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>dosecal: what the demonstration left</title>
<style>
body { font: 16px/1.45 sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em; color: #111; }
h2 { border-bottom: 2px solid #111; margin-top: 2em; }
section { display: grid; grid-template-columns: repeat(auto-fill, minmax(20em, 1fr)); gap: 1.5em; }
article { border: 1px solid #999; padding: .8em; overflow: hidden; }
article img { max-width: 100%; border: 1px solid #ccc; }
article p { margin: .3em 0 .6em; }
pre, table { font: 12px/1.35 monospace; overflow-x: auto; display: block; }
td, th { padding: 0 .8em 0 0; text-align: left; white-space: nowrap; }
</style></head><body>
<h1>What the demonstration left</h1>
<p>Two trials of a public registry, planned for invented subjects. Each file was made by one command; the
<code>Makefile</code> of the project has them under <code>demo</code>. dosecal is a calculator whose every step can be
checked against the protocol, to be validated at the site before it is used for care.</p>
{% for study, groups in studies %}
<h2>{{ study }}</h2>
{% for title, files in groups %}
<h3>{{ title }}</h3>
<section>
{% for file in files %}
<article><a href="{{ file.href }}">{{ file.name }}</a><p>{{ file.what }}</p>
{% if file.image %}<a href="{{ file.href }}"><img alt="{{ file.what }}" src="{{ file.image }}"></a>{% endif %}
{% if file.rows %}<table><tr>{% for cell in file.rows[0] %}<th>{{ cell }}</th>{% endfor %}</tr>
{% for row in file.rows[1:] %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}
</table>{% endif %}
{% if file.text %}<pre>{{ file.text }}</pre>{% endif %}
</article>
{% endfor %}
</section>
{% endfor %}
{% endfor %}
</body></html>
"""


def write_index(folder: Path, studies: list[str]) -> Path:
    """Write the page that shows a folder.

    Raises:
        FileNotFoundError: If the folder lacks a file that the page shows.
    """
    shown = [
        (study, [(group.title, [_look(folder, study, one) for one in group.files]) for group in GROUPS])
        for study in studies
    ]
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    path = folder / "index.html"
    path.write_text(environment.from_string(PAGE).render(studies=shown), encoding="utf-8")
    return path


def _look(folder: Path, study: str, one: Shown) -> dict[str, object]:
    name = one.name.format(study=study)
    path = folder / name
    if not path.exists():
        raise FileNotFoundError(path)
    look: dict[str, object] = {"name": name, "href": name, "what": one.what, "image": "", "rows": [], "text": ""}
    if path.is_dir():
        return {**look, "href": f"{name}/", "text": "\n".join(sorted(inside.name for inside in path.iterdir()))}
    if path.suffix == ".pdf":
        return {**look, "image": _first_page(path)}
    if path.suffix == ".svg":
        return {**look, "image": name}
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as stream:
            return {**look, "rows": [row[3 : 3 + WIDEST] for row in islice(csv.reader(stream), LINES)]}
    if path.suffix in {".ics", ".json"}:
        lines = path.read_text(encoding="utf-8").splitlines()
        return {**look, "text": "\n".join(line[:60] for line in lines[: 2 * LINES])}
    return look


def _first_page(path: Path) -> str:
    """The first page of a PDF as a picture inside the page."""
    import pypdfium2  # noqa: PLC0415 - heavy, and needed here alone

    document = pypdfium2.PdfDocument(path)
    try:
        stream = io.BytesIO()
        document[0].render(scale=0.9).to_pil().save(stream, format="PNG")
    finally:
        document.close()
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"


if __name__ == "__main__":
    print(write_index(Path(sys.argv[1]), sys.argv[2:]))
