"""FHIR bundles as files, and the bundles of the export before, from which the next one goes on.

Conventions: a bundle says by its identifier whose resources it has, so that no other one is gone on from. A resource
that says the same as before keeps its bytes; when and from what a plan was made is no change of it. What is gone stays
in the bundle: an appointment as cancelled, or as entered in error where it is said to have taken place or been missed,
and a care plan as revoked.

Reference:
    HL7 FHIR R4 and R5, Bundle; value sets AppointmentStatus and RequestStatus.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from dosecal.model.problems import CohortError, Problem, Source
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from dosecal.exchange.preset import ExportFile

    Resource = dict[str, Any]

_GONE = {"proposed": "cancelled", "booked": "cancelled", "fulfilled": "entered-in-error", "noshow": "entered-in-error"}
_STAMPS = ("created", "note")
"""What a care plan says of its making."""


class PreviousBundles(Struct):
    """What stood in the export before.

    Attributes:
        source: Where it is; None for no export before.
        entries: The entries of resources with ids, by their addresses (``Appointment/…``).
        patients: The entries of patients, by their full addresses.
        files: The name of the file in which each entry stood.
    """

    source: Source | None = None
    entries: dict[str, Resource] = field(default_factory=dict)
    patients: dict[str, Resource] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def bring_up_to_date(self, files: dict[str, list[Resource]], whole: str) -> tuple[Problem, ...]:
        """Go on from the bundles before: what is the same stands as it stood, and what is gone is added.

        Args:
            files: The entries of each file that is made now, which are changed.
            whole: The name of the one file, where the parts have none.

        Returns:
            What changed, as a finding; nothing where there was no export before.
        """
        if self.source is None:
            return ()
        there: set[str] = set()
        changed = 0
        for entries in files.values():
            for entry in entries:
                address = entry["request"]["url"]
                before = self.entries.get(address)
                there.add(address)
                if before is not None and _said(before["resource"]) == _said(entry["resource"]):
                    entry["resource"] = before["resource"]
                changed += before is not None and before["resource"] is not entry["resource"]
        gone = [address for address in self.entries if address not in there]
        revoked = sum(self._add_gone(address, files, whole) for address in gone)
        new = len(there - self.entries.keys() - {"Patient"})
        said = (
            f"resources since the export before: {new:,} new, {changed:,} changed, {revoked:,} gone and cancelled now"
        )
        return (Problem(self.source, "W106", "", said),)

    def _add_gone(self, address: str, files: dict[str, list[Resource]], whole: str) -> bool:
        """Add an entry that is gone, with its patient; whether it was not gone before."""
        entry = self.entries[address]
        entries = files.setdefault(whole if whole in files else self.files[address], [])
        patient = _patient_of(entry["resource"])
        if patient in self.patients and all(one["fullUrl"] != patient for one in entries):
            entries.append(self.patients[patient])
        after = _gone(entry["resource"])
        entries.append({**entry, "resource": after})
        return after is not entry["resource"]


def _said(resource: Resource) -> Resource:
    return {name: value for name, value in resource.items() if name not in _STAMPS}


def _patient_of(resource: Resource) -> str:
    subject = resource["participant"][0]["actor"] if "participant" in resource else resource["subject"]
    return str(subject["reference"])


def _gone(resource: Resource) -> Resource:
    """A resource that is planned no more; itself where it was gone before."""
    if resource["resourceType"] == "CarePlan":
        return resource if resource["status"] == "revoked" else {**resource, "status": "revoked"}
    status = _GONE.get(resource["status"])
    if status is None:
        return resource
    return {**resource, "status": status, "description": f"no longer planned: {resource['description']}"}


def bundle_bytes(entries: list[Resource], scope: str) -> bytes:
    """The bundle, a transaction.

    Args:
        entries: Its entries.
        scope: Whose resources it has, a URI.
    """
    identifier = {"system": "urn:ietf:rfc:3986", "value": scope}
    bundle = {"resourceType": "Bundle", "identifier": identifier, "type": "transaction", "entry": entries}
    return json.dumps(bundle, ensure_ascii=False, indent=2).encode() + b"\n"


def read_bundles(files: tuple[ExportFile, ...], scope: str) -> PreviousBundles:
    """The bundles of the export before; empty where there are no files.

    Args:
        files: The files.
        scope: What the scope of each must be.

    Raises:
        CohortError: If a file is no bundle of ours, or one of another study, of other subjects or parts.
    """
    found = PreviousBundles(Source(files[0].name) if files else None)
    for file in files:
        bundle = _bundle(file)
        if bundle["identifier"]["value"] != scope:
            message = "expected a bundle of the same study, subjects, --to and --per, got another one"
            raise CohortError((Problem(Source(file.name, 1), "X105", "", message),))
        for entry in bundle["entry"]:
            if entry["resource"]["resourceType"] == "Patient":
                found.patients[entry["fullUrl"]] = entry
            else:
                found.entries[entry["request"]["url"]] = entry
                found.files[entry["request"]["url"]] = file.name
    return found


def _bundle(file: ExportFile) -> Resource:
    try:
        bundle = json.loads(file.content)
    except json.JSONDecodeError as error:
        _refuse(file, error.lineno, error.colno)
    except (ValueError, RecursionError):
        _refuse(file, 1, 1)
    if not _is_ours(bundle):
        _refuse(file, 1, 1)
    return dict(bundle)


def _is_ours(bundle: object) -> bool:
    """Whether it has all that is looked at here."""
    try:
        match bundle:
            case {"resourceType": "Bundle", "identifier": {"value": str()}, "entry": [*entries]}:
                return all(_is_our_entry(entry) for entry in entries)
    except RecursionError:
        return False
    return False


def _is_our_entry(entry: object) -> bool:
    match entry:
        case {"resource": {"resourceType": "Patient"}, "fullUrl": str()}:
            return True
        case {
            "resource": {
                "resourceType": "Appointment",
                "status": str(),
                "description": str(),
                "participant": [{"actor": {"reference": str()}}, *_],
            },
            "request": {"url": str()},
        }:
            return True
        case {
            "resource": {"resourceType": "CarePlan", "status": str(), "subject": {"reference": str()}},
            "request": {"url": str()},
        }:
            return True
    return False


def _refuse(file: ExportFile, line: int, column: int) -> NoReturn:
    """Refuse what is no bundle of ours.

    Raises:
        CohortError: Always.
    """
    message = "expected a bundle as this program writes it, with its identifier, got something else"
    raise CohortError((Problem(Source(file.name, line, column), "X103", "", message),))
