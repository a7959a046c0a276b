"""A new study folder: of a shipped trial, of a protocol file, or empty, with every key explained.

Conventions: nothing is written over, and nothing is filled in: tables have their headers, and files of keys have
comments. The history begins with the digests of what was made.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dosecal import __version__
from dosecal.app.composition.protocols import load_protocol
from dosecal.app.files.disk import refused_as_unwritable, require_free
from dosecal.app.files.output import open_output
from dosecal.app.files.sources import STUDY_PROTOCOL, read_protocol_file, read_trial_catalogue
from dosecal.app.study.history import BEGUN, HISTORY, Entry, History, digest_of
from dosecal.app.study.saving import save
from dosecal.app.study.study_folder import (
    ACTUALS,
    ARMS,
    CONTAINERS,
    DOSE_COLUMNS,
    DOSES,
    LEVELS,
    LOTS,
    SETTINGS,
    SITES,
    SUBJECTS,
    UNBLINDED,
    WEIGHTS,
)
from dosecal.load.columns import names_of
from dosecal.load.protocol.protocol_file import protocol_schema
from dosecal.load.tables.actuals_file import ACTUAL_COLUMNS
from dosecal.load.tables.arms_file import ARM_COLUMNS
from dosecal.load.tables.containers_file import CONTAINER_COLUMNS
from dosecal.load.tables.levels_file import LEVEL_COLUMNS
from dosecal.load.tables.lots_file import LOT_COLUMNS
from dosecal.load.tables.weights_file import WEIGHT_COLUMNS
from dosecal.model.struct import Struct, replace
from dosecal.report.messages.language import Language

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

    from dosecal.model.protocol import Protocol

EMPTY = "empty"
"""The source of a folder whose protocol is to be written."""
_BODY = ("weight_kg", "weight_date", "weight_method", "height_cm", "sex", "birth_date", "site", "protocol_version")
_SITES_TEXT = """\
# The sites with their closed days; visits are planned on open days once a site stands here. Every subject then has a
# site. For example, without the signs at the beginning of the lines:
#
# sites:
#   US01:
#     country: US
#     weekend: [Saturday, Sunday]
#     closed:
#       2026-12-24 to 2027-01-02: the pharmacy is closed
"""
_SETTINGS_TEXT = """\
# What can't be found by the names of the other files. Every key may be missing.
#
# horizon: 12 cycles            how far cycles without an end are planned: cycles, weeks or days
# zone: Europe/Madrid           the time zone in which moments are written
# cover_after: 30 minutes       when the page covers itself, if nobody touches it
# end_after: 8 hours            when the page ends
# separator: ";"                how the tables are written, where that is not a comma,
# encoding: cp1252              UTF-8,
# dates: dd/mm/yyyy             ISO dates
# decimal: ","                  and a point
# released:                     the SHA-256 of each protocol file that was released: another file is warned of
#   protocol.yaml: 0000000000000000000000000000000000000000000000000000000000000000
"""


class NewStudy(Struct, frozen=True):
    """A study folder that was made.

    Attributes:
        path: Where it is.
        files: The names of what was written, in order.
        entry: The first entry of its history.
    """

    path: Path
    files: tuple[str, ...]
    entry: Entry


def new_study(source: str, folder: str, moment: datetime, by: str = "", role: str = "") -> NewStudy:
    """Make a study folder.

    Args:
        source: The id of a shipped study, a protocol file, or ``empty``.
        folder: The folder; it may be there, without any of the files.
        moment: When, for the history.
        by: The initials of the person.
        role: The person's role.

    Raises:
        ScheduleError: If the protocol is refused, a file is there already, or the folder can't be written.
    """
    path = Path(folder)
    texts = _texts(source)
    for name in (*texts, HISTORY):
        require_free(path / name, force=False)
    with refused_as_unwritable(path):
        path.mkdir(mode=0o700, exist_ok=True)
        if any(name.startswith(f"{UNBLINDED}/") for name in texts):
            (path / UNBLINDED).mkdir(mode=0o700, exist_ok=True)
    for name, content in texts.items():
        with open_output(str(path / name), force=False) as stream:
            stream.write(content)
    _copy_words(source, path)
    apart = {name.removeprefix(f"{UNBLINDED}/"): text for name, text in texts.items() if name.startswith(UNBLINDED)}
    own = {name: text for name, text in texts.items() if not name.startswith(f"{UNBLINDED}/")}
    entry = Entry(n=1, at=moment.isoformat(timespec="seconds"), by=by, role=role, kind=BEGUN, files={})
    entry = replace(entry, program=f"dosecal {__version__}")
    written = _begin(path, entry, own)
    if apart:
        _begin(path / UNBLINDED, entry, apart)
    return NewStudy(path, (*texts, HISTORY, *((f"{UNBLINDED}/{HISTORY}",) if apart else ())), written)


def _copy_words(source: str, path: Path) -> None:
    """Lay the catalogues of a trial beside its protocol file in the folder, as they lie beside the source."""
    folder = (path / STUDY_PROTOCOL).with_suffix("")
    for language in Language if source != EMPTY else ():
        found = read_trial_catalogue(source, language)
        if found is not None:
            with refused_as_unwritable(folder):
                folder.mkdir(mode=0o700, exist_ok=True)
            with open_output(str(folder / f"{language.value}.po"), force=False) as stream:
                stream.write(found[0])


def _begin(room: Path, entry: Entry, texts: dict[str, bytes]) -> Entry:
    """The first entry of a history, with the digests of what was made."""
    files = {name: ("", digest_of(content)) for name, content in texts.items()}
    return save(room, History(str(room / HISTORY)), replace(entry, files=files), {})


def _texts(source: str) -> dict[str, bytes]:
    """The bytes of each file of a new folder, by its name."""
    protocol = None if source == EMPTY else load_protocol(source)
    content = empty_protocol().encode() if protocol is None else read_protocol_file(source)[0]
    headers: dict[str, tuple[str, ...]] = {SUBJECTS: subject_columns(protocol), WEIGHTS: names_of(WEIGHT_COLUMNS)}
    apart = {LEVELS: names_of(LEVEL_COLUMNS), LOTS: names_of(LOT_COLUMNS), CONTAINERS: names_of(CONTAINER_COLUMNS)}
    if protocol is not None and protocol.is_blinded:
        apart |= {ARMS: names_of(ARM_COLUMNS), DOSES: DOSE_COLUMNS}
        apart = {f"{UNBLINDED}/{name}": columns for name, columns in apart.items()}
    headers |= {**apart, ACTUALS: names_of(ACTUAL_COLUMNS)}
    return {
        STUDY_PROTOCOL: content,
        **{name: (",".join(columns) + "\n").encode() for name, columns in headers.items()},
        SITES: _SITES_TEXT.encode(),
        SETTINGS: _SETTINGS_TEXT.encode(),
    }


def subject_columns(protocol: Protocol | None) -> tuple[str, ...]:
    """The columns of a new table of subjects; without a protocol, one anchor called ``start``."""
    if protocol is None:
        return ("subject_id", "arm", "start", *_BODY)
    anchors = tuple(one.id for one in protocol.anchors if one.event is None)
    return tuple(dict.fromkeys(("subject_id", "arm", *anchors, *_BODY, *(fact.id for fact in protocol.facts))))


def empty_protocol() -> str:
    """A protocol file in which every key stands as a comment, with what it means and what may stand there."""
    head = (
        "# A protocol file with every key, none of them filled in. Take away the sign at the beginning of a line and",
        "# write what your protocol says; a key marked (needed) may not be missing. `dosecal check` tells.",
        "",
    )
    return "\n".join((*head, *_explained(protocol_schema(), ""))) + "\n"


def _explained(schema: dict[str, Any], indent: str) -> Iterator[str]:
    """The keys of a mapping, each on a line, with those inside it."""
    needed = set(schema.get("required", ()))
    for key, value in schema.get("properties", {}).items():
        inner = _mapping_in(value)
        says = value.get("title", "")
        expected = "" if inner else _expected(value)
        mark = " (needed)" if key in needed else ""
        yield f"# {indent}{key}:".ljust(32) + f" # {says}{mark}{': ' if expected else ''}{expected}"
        if inner is not None:
            named = isinstance(value.get("additionalProperties"), dict)
            if named:
                yield f"# {indent}  NAME:"
            yield from _explained(inner, indent + ("    " if named else "  "))


def _mapping_in(schema: dict[str, Any]) -> dict[str, Any] | None:
    """The keys that stand inside a key, or inside each name below it; None where a text stands there."""
    below = schema.get("additionalProperties")
    for one in (below, schema):
        if isinstance(one, dict) and "properties" in one:
            return one
    return None


def _expected(schema: dict[str, Any]) -> str:
    """What may stand at a key."""
    choices = (schema, *schema.get("anyOf", ()))
    text = next((str(one["description"]) for one in choices if "description" in one), "")
    return text.removeprefix("Expected ").removesuffix(".")
