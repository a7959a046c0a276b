"""Drawn trials with everything at once: protocol, versions, subjects and all that goes with them, as files of text.

Conventions: the same number draws the same trial. Each input but the protocol and the subjects is there in half of the
trials, so that they meet in all combinations; whether they do is a test of its own. Dates are planned days from a
start, moved by what is drawn; no plan of ours takes part in drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KINDS = ("weights", "levels", "lots", "sites", "actuals", "also", "horizon", "conditions")
"""What a trial may have beside its protocol and its subjects."""

FEATURES = (
    *("window", "at_least", "counted_from: actual", "counted_from: planned", "bands", "per kg", "per m²", "flat"),
    *("split", "first", "range", "product", "cycles", "rate", "rounding", "cap"),
)
"""What a protocol may say, by the word that it is drawn under."""

FIRST_DAY = date(2026, 3, 2)
MASSES = ("mg", "mcg", "units", "cells", "viable cells")
HEAD = """\
study: FACES-1
version: "{version}"
{amends}title: A drawn trial
source: drawn by chance
day_numbering: {numbering}
{blinding}effective: {effective}
month_end: last day of the month
anchors:
  start: {{label: first dose}}
  surgery: {{label: operation, date: may be empty}}
  last_dose: {{is: last dose of infusion}}
arms:
  active: {{label: Active{blinded}}}
  control: {{label: Control{blinded}}}
facts:
  stage: {{label: stage, values: [early, late]}}
"""
TABLET = """\
  tablet:
    label: tablet
    arms: [active, control]
    product: pill
    dose: 20 mg
    visits: [first, second]
"""


@dataclass(frozen=True)
class DrawnVisit:
    """A visit as it is drawn: its id, about how many days after the start it is, and its lines."""

    id: str
    about: int
    text: str
    is_dosed: bool = False
    label: str = ""


@dataclass(frozen=True)
class DrawnSubject:
    """A subject as it is drawn; the row is that of the subjects' table, without its version."""

    id: str
    arm: str
    start: date
    sex: str
    stage: str
    site: str
    kilograms: int
    version: str = ""


@dataclass
class DrawnTrial:
    """A trial as files, and what was drawn.

    Attributes:
        number: What it was drawn from.
        files: The text of each file, by its name.
        kinds: Which of ``KINDS`` it has.
        features: Which of ``FEATURES`` its protocol has.
        as_of: The day of judgement.
        is_masked: Whether the trial is blinded and its outputs are asked for as a blinded reader has them.
    """

    number: int
    files: dict[str, str] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    features: set[str] = field(default_factory=set)
    as_of: date = FIRST_DAY
    is_masked: bool = False
    is_blinded: bool = False

    def write(self, folder: Path) -> None:
        """Write the files into a folder."""
        for name, text in self.files.items():
            (folder / name).write_text(text, encoding="utf-8")

    @property
    def inputs(self) -> tuple[str, ...]:
        """The arguments that every command of subjects takes."""
        found = ["p.yaml", "s.csv", "--as-of", self.as_of.isoformat()]
        for kind in ("weights", "levels", "lots", "actuals"):
            found += [f"--{kind}", f"{kind}.csv"] if kind in self.kinds else []
        found += ["--sites", "sites.yaml"] if "sites" in self.kinds else []
        found += ["--also", "new.yaml"] if "also" in self.kinds else []
        found += ["--horizon", "3 cycles"] if "horizon" in self.kinds else []
        found += ["--unblinded"] if self.is_blinded and not self.is_masked else []
        return tuple(found)


def drawn_trial(number: int) -> DrawnTrial:
    """The trial of a number."""
    chance = Random(f"trial {number}")  # noqa: S311 - nothing is kept secret
    trial = DrawnTrial(number)
    trial.kinds = {kind for kind in KINDS if chance.random() < 0.5}
    trial.is_blinded = chance.random() < 0.25
    trial.is_masked = trial.is_blinded and chance.random() < 0.5
    trial.as_of = FIRST_DAY + timedelta(days=chance.randrange(20, 60))
    unit = chance.choice(MASSES)
    visits = _visits(chance, trial)
    regimens = _regimens(chance, trial, unit, [one.id for one in visits if one.is_dosed])
    products = _products(chance, trial, unit)
    words = (visits, regimens, products, chance.choice(("no day 0", "no day 0", "day 0")))
    effective = FIRST_DAY + timedelta(days=chance.randrange(6, 40))
    trial.files["p.yaml"] = _protocol(trial, words, "1.0", date(2025, 1, 1))
    if "also" in trial.kinds:
        trial.files["new.yaml"] = _newer(chance, trial, words, effective)
    subjects = _subjects(chance, trial)
    trial.files["s.csv"] = _subjects_text(chance, trial, subjects)
    _further(chance, trial, subjects, visits, unit)
    trial.files["words.yaml"] = _wordings()
    return trial


def _newer(chance: Random, trial: DrawnTrial, words: tuple[list[DrawnVisit], list[str], str, str], day: date) -> str:
    """A newer version: other doses, in another order, with a visit, an arm and a product more, before the others."""
    visits, regimens, products, numbering = words
    doses = [one.replace("dose: 2", "dose: 3") for one in reversed(regimens)]
    more = [DrawnVisit("extra", 3, "label: Extra visit, days: 3"), *visits] if chance.random() < 0.5 else visits
    text = _protocol(trial, (more, doses, f"  other: {{label: another drug}}\n{products}", numbering), "2.0", day)
    return text if trial.is_blinded else text.replace("arms:\n", "arms:\n  spare: {label: Spare}\n", 1)


def _protocol(trial: DrawnTrial, parts: tuple[list[DrawnVisit], list[str], str, str], version: str, day: date) -> str:
    visits, regimens, products, numbering = parts
    head = HEAD.format(
        version=version,
        amends="" if version == "1.0" else 'amends: "1.0"\n',
        numbering=numbering,
        blinding="" if trial.is_blinded else "blinding: open label\n",
        blinded=", blinded_as: study treatment" if trial.is_blinded else "",
        effective=day.isoformat(),
    )
    is_open, is_cyclic = "horizon" in trial.kinds, "cycles" in trial.features or "horizon" in trial.kinds
    count = "until progression" if is_open else "2"
    way = "actual" if trial.number % 2 else "planned"
    cycles = f"cycles:\n  C: {{weeks: 2, length: 7 days, count: {count}, counted_from: {way}}}\n" if is_cyclic else ""
    lines = "".join(f"  {one.id}: {{{one.text}}}\n" for one in visits)
    after = [one.id for one in visits if one.id in {"follow_up", "safety_call"}]
    extra = f"after_off_treatment: [{', '.join(after)}]\n" if after else ""
    extra += "assessments:\n  blood: {label: Blood count, visits: [first, second]}\n"
    if "conditions" in trial.kinds:
        extra += "  test: {label: Urine test, visits: [second], if: sex is F and age is under 50}\n"
    return f"{head}products:\n{products}regimens:\n{''.join(regimens)}{cycles}visits:\n{lines}{extra}"


def _visits(chance: Random, trial: DrawnTrial) -> list[DrawnVisit]:  # noqa: C901 - one visit after the other
    """Four to nine visits, two or more of them with a dose."""

    def window() -> str:
        if chance.random() < 0.25:
            return ""
        trial.features.add("window")
        return f", window: {chance.choice(('±2 days', '-1 to +3 days', '+4 days', '±36 hours'))}"

    def closed() -> str:
        return chance.choice(("", ", closed_day: nearest", ", closed_day: next", ", closed_day: keep"))

    found = [DrawnVisit("screening", -14, "label: Screening, window: D-28 to D-1, epoch: screening")]
    found = found if chance.random() < 0.5 else []
    if chance.random() < 0.5:
        found.append(DrawnVisit("baseline", 0, "label: Baseline, days: 0, before: infusion"))
    found.append(DrawnVisit("first", 0, f"label: First visit, days: 0{window()}", is_dosed=True))
    way = chance.choice(("actual", "planned"))
    trial.features.add(f"counted_from: {way}")
    gap = ""
    if chance.random() < 0.6:
        trial.features.add("at_least")
        gap = f", at_least: {chance.choice(('5 days', '6 days', '7 days', '150 hours', '9 days'))} after first"
    second = f"label: Second visit, days: 7, after: first, counted_from: {way}{window()}{gap}"
    found.append(DrawnVisit("second", 7, second, is_dosed=True))
    if "horizon" in trial.kinds or chance.random() < 0.4:
        trial.features.add("cycles")
        found.append(DrawnVisit("C*D1", 14, f"label: Start of a cycle{window()}", is_dosed=chance.random() < 0.7))
    third = f"label: Third visit, days: 28{window()}{closed()}"
    if "conditions" in trial.kinds:
        third += ", if: stage is late"
    found.append(DrawnVisit("third", 28, third))
    if chance.random() < 0.5:
        way = chance.choice(("actual", "planned"))
        call = f"label: Call, days: 10, after: second, counted_from: {way}, contact: phone{window()}{closed()}"
        found.append(DrawnVisit("safety_call", 17, call))
    if chance.random() < 0.4:
        found.append(DrawnVisit("wound", 5, f"label: Wound check, days: 5, anchor: surgery{window()}"))
    if chance.random() < 0.4:
        own = "" if trial.is_blinded else ", arms: [active]"
        found.append(
            DrawnVisit("final", 40, f"label: Last visit, days: 30, anchor: last_dose{own}{window()}{closed()}")
        )
    if chance.random() < 0.3:
        found.append(DrawnVisit("early_end", 99, "label: Early end, days: 0, after: off_treatment, window: +14 days"))
    if chance.random() < 0.5:
        around = window()
        wider = ", wider: ±20 days" if around else ""
        found.append(DrawnVisit("follow_up", 61, f"label: Follow-up, months: 2{around}{closed()}{wider}"))
    return found


def _million(unit: str) -> str:
    return "million " if "cells" in unit else ""


def _amount(chance: Random, unit: str, suffix: str = "", most: int = 9) -> str:
    """An amount of ``2`` and more, so that the newer version can have another one."""
    digits = f"2.{chance.randrange(1, most + 1)}"
    return f"{digits} million {unit}{suffix}" if "cells" in unit else f"{digits} {unit}{suffix}"


def _regimens(chance: Random, trial: DrawnTrial, unit: str, dosed: list[str]) -> list[str]:
    lines = _rule(chance, trial, unit, dosed)
    lines += ["route: intravenous infusion"]
    if chance.random() < 0.5 and "for: 3 days" not in lines:
        trial.features.add("rate")
        lines.append(f"rate: {{over: {chance.choice((30, 45, 60))} min}}")
    if chance.random() < 0.5:
        lines.append(f"tolerance: ±{chance.choice((5, 10))} % of the ordered dose")
    if "conditions" in trial.kinds and chance.random() < 0.5:
        lines.append("if: sex is F or stage is late")
    arms = "[active, control]" if trial.is_blinded else "[active]"
    text = f"  infusion:\n    arms: {arms}\n    product: drug\n" + "".join(f"    {line}\n" for line in lines)
    found = [text]
    if "levels" in trial.kinds or chance.random() < 0.3:
        trial.features.add("flat")
        found.append(TABLET + ('    levels: {"-1": 15 mg, "-2": 10 mg}\n' if "levels" in trial.kinds else ""))
    return found


def _rule(  # noqa: PLR0911 - a rule after the other
    chance: Random, trial: DrawnTrial, unit: str, dosed: list[str]
) -> list[str]:
    """The lines of a dose: which rule, and whatever goes with it."""
    listed = f"visits: [{', '.join(dosed)}]"
    rules = (
        "flat",
        "per kg",
        "per m²",
        "bands",
        "split",
        "first",
        "range",
        "per day",
        *(("AUC",) if unit == "mg" else ()),
    )
    rule = chance.choice(rules)
    if "levels" in trial.kinds and chance.random() < 0.3:
        rule = "levels"
    trial.features.add(rule)
    weigh = chance.choice(("weigh again", "weigh again, recalculate_from: 3 %", "use the first weight"))
    age = chance.choice(("none stated", "none stated", "10 days"))
    which = chance.choice(
        ("actual", "actual", "ideal, ideal: Devine", "lean, lean: Janmahasatian", "adjusted 40 %, ideal: Devine")
    )
    which = which if rule == "per kg" else "actual"
    weight = f"weight: {{which: {which}, each_dose: {weigh}, not_older_than: {age}}}"
    one = _amount(chance, unit)
    if rule == "AUC":
        return [
            "dose: AUC 5 by Calvert",
            "gfr: {from: measured, cap: 125 mL/min}",
            listed,
            *_rounding(chance, trial, unit),
        ]
    if rule == "per day":
        return [f"dose: {one}", "dose_is: per day", "for: 3 days", listed]
    if rule == "split":
        return [f"dose: {one}", "split: {first: 30 %, second: 70 %}", *_rounding(chance, trial, unit)]
    if rule == "bands":
        flat = f"{chance.choice((130, 140, 150))} {'million ' if 'cells' in unit else ''}{unit}"
        bands = [
            f"  - {{weight: up to 60 kg, give: {_amount(chance, unit, '/kg')}}}",
            f"  - {{weight: over 60 kg, give: {flat}}}",
        ]
        return ["dose:", *bands, listed, *_rounding(chance, trial, unit)]
    if rule == "first":
        return [
            f"dose: {{first: {_amount(chance, unit, '/kg')}, then: 1.5 {_million(unit)}{unit}/kg}}",
            weight,
            listed,
        ]
    if rule == "range":
        million = "million " if "cells" in unit else ""
        aim = f"2 {million}{unit}/kg" if chance.random() < 0.7 else "none stated"
        return [f"dose: {{from: 1 {million}{unit}/kg, to: 3 {million}{unit}/kg, aim: {aim}}}", weight, listed]
    suffix = {"flat": "", "per kg": "/kg", "per m²": "/m²", "levels": chance.choice(("", "/kg", "/m²"))}[rule]
    lines = [f"dose: {_amount(chance, unit, suffix)}", listed]
    lines += ["body_surface: " + chance.choice(("Mosteller", "Du Bois"))] if suffix == "/m²" else []
    lines += [weight] if suffix == "/kg" else []
    if rule == "levels":
        trial.features.add({"": "flat", "/kg": "per kg", "/m²": "per m²"}[suffix])
        million = "million " if "cells" in unit else ""
        lines.append(f'levels: {{"-1": 1.5 {million}{unit}{suffix}, "-2": 1 {million}{unit}{suffix}}}')
    return [*lines, *_limits(chance, trial, unit, suffix), *_rounding(chance, trial, unit)]


def _limits(chance: Random, trial: DrawnTrial, unit: str, suffix: str) -> list[str]:
    if suffix not in {"/kg", "/m²"} or chance.random() < 0.5:
        return []
    trial.features.add("cap")
    most = 150 if suffix == "/kg" else 4
    return [f"at_most: {most} {'million ' if 'cells' in unit else ''}{unit}"]


def _rounding(chance: Random, trial: DrawnTrial, unit: str) -> list[str]:
    if chance.random() < 0.4:
        return []
    trial.features.add("rounding")
    step = "0.5 million cells" if unit == "cells" else "0.5 million viable cells" if "cells" in unit else f"0.5 {unit}"
    dose = f"{{to: {step}, ties: up}}" if chance.random() < 0.7 else "none"
    volume = chance.choice(("{to: 0.1 mL, ties: up}", "{to: 0.05 mL, ties: even}", ""))
    volume = "{to: 0.1 mL, mode: down}" if "cap" in trial.features and volume else volume
    return [f"rounding: {{dose: {dose}{f', volume: {volume}' if volume else ''}}}"]


def _products(chance: Random, trial: DrawnTrial, unit: str) -> str:
    counts = "" if "cells" not in unit else f", counts: {'viable cells' if 'viable' in unit else 'none stated'}"
    form = "container" if "lots" in trial.kinds else chance.choice(("none", "concentration", "container", "container"))
    million = "million " if "cells" in unit else ""
    said = ""
    if form != "none":
        trial.features.add("product")
    if form == "concentration":
        said = f", concentration: {chance.choice((3, 4, 7))} {million}{unit}/mL"
    elif form == "container":
        content, volume = f"{chance.choice((30, 40))} {million}{unit}", f"{chance.choice((3, 7))} mL"
        said = f", container: {{called: vial, content: {content}, volume: {volume}}}"
    if form != "none" and chance.random() < 0.3:
        said += ", dilution: {total: 100 mL}"
    if form != "none" and chance.random() < 0.3:
        said += ", limits: {volume: at most 1 mL/kg per day}"
    if form != "none" and counts and unit == "viable cells" and chance.random() < 0.5:
        said = said.replace(" viable cells", " total cells") + ", viability: {is: 85 %}"
        counts = ", counts: total cells"
    return f"  drug: {{label: study drug{counts}{said}}}\n  pill: {{label: tablets}}\n"


def _subjects(chance: Random, trial: DrawnTrial) -> list[DrawnSubject]:
    versions = ("1.0", "2.0", "") if "also" in trial.kinds else ("",)
    found = []
    ids = chance.sample(("001", "7", "007", "NA", "A-1", "O'Neil", "1e5", "B.2"), 5)
    for place in range(chance.randrange(3, 6)):
        found.append(  # noqa: PERF401 - each draws in turn
            DrawnSubject(
                id=ids[place],
                arm="active" if place < 2 else chance.choice(("active", "control")),
                start=FIRST_DAY + timedelta(days=chance.randrange(0, 30)),
                sex=chance.choice("FM"),
                stage=chance.choice(("early", "late", "")),
                site=chance.choice(("S1", "S2")),
                kilograms=chance.randrange(420, 950),
                version=versions[place % len(versions)],
            )
        )
    return found


def _subjects_text(chance: Random, trial: DrawnTrial, subjects: list[DrawnSubject]) -> str:
    head = "subject_id,arm,start,weight_kg,weight_date,weight_method,height_cm,sex,birth_date,site,stage"
    head += ",gfr_ml_min,surgery"
    lines = [head + (",protocol_version" if "also" in trial.kinds else "")]
    for one in subjects:
        cells = [one.id, one.arm, str(one.start), f"{one.kilograms / 10:g}", str(one.start), "measured"]
        cells += [
            str(chance.randrange(155, 190)),
            one.sex,
            f"{chance.randrange(1960, 2000)}-05-17",
            one.site,
            one.stage,
        ]
        surgery = one.start + timedelta(days=chance.randrange(3, 20))
        cells += [str(chance.randrange(60, 140)), str(surgery) if chance.random() < 0.6 else ""]
        lines.append(",".join([*cells, *([one.version] if "also" in trial.kinds else [])]))
    return "\n".join(lines) + "\n"


def _further(
    chance: Random, trial: DrawnTrial, subjects: list[DrawnSubject], visits: list[DrawnVisit], unit: str
) -> None:
    """The files that go with the subjects."""
    texts: dict[str, Callable[[], str]] = {
        "weights": lambda: _weights(chance, subjects),
        "levels": lambda: _levels(chance, subjects),
        "lots": lambda: _lots(chance, trial, unit),
        "actuals": lambda: _actuals(chance, trial, subjects, visits, unit),
    }
    for kind, text in texts.items():
        if kind in trial.kinds:
            trial.files[f"{kind}.csv"] = text()
    if "sites" in trial.kinds:
        closed = FIRST_DAY + timedelta(days=chance.randrange(20, 70))
        trial.files["sites.yaml"] = (
            "sites:\n  S1: {country: none stated, weekend: [Saturday, Sunday]}\n"
            f"  S2:\n    country: MX\n    weekend: [Sunday]\n    closed: {{{closed}: stocktaking}}\n"
        )


def _weights(chance: Random, subjects: list[DrawnSubject]) -> str:
    lines = ["subject_id,date,weight_kg,method"]
    for one in subjects:
        for after in (5, 12, 20):
            if chance.random() < 0.7:
                kilograms = one.kilograms / 10 + chance.randrange(-30, 31) / 10
                lines.append(f"{one.id},{one.start + timedelta(days=after)},{kilograms:g},measured")
    return (
        "\n".join(
            [
                *lines,
                *([] if len(lines) > 1 else [f"{subjects[0].id},{subjects[0].start},{subjects[0].kilograms / 10:g},"]),
            ]
        )
        + "\n"
    )


def _levels(chance: Random, subjects: list[DrawnSubject]) -> str:
    lines = ["subject_id,date,level"]
    for one in subjects:
        if one.arm == "active" and (chance.random() < 0.7 or len(lines) == 1):
            lines.append(
                f"{one.id},{one.start + timedelta(days=chance.choice((0, 6, 14)))},{chance.choice(('-1', '-2'))}"
            )
    return "\n".join(lines) + "\n"


def _lots(chance: Random, trial: DrawnTrial, unit: str) -> str:
    lines = ["product,lot,container,content,unit,volume_ml,expires,site,viability_percent,counts"]
    counts = 1_000_000 if "cells" in unit else 1
    is_total = "total cells" in trial.files["p.yaml"]
    for lot, site in (("L1", "S1"), ("L2", ""), ("L3", "S2")):
        content, volume = chance.choice((28, 33, 45)) * counts, chance.choice((3, 6, 7))
        viability = chance.choice((80, 92.5)) if is_total else ""
        own, counted = ("cells", "total cells") if is_total else (unit, "")
        expires = FIRST_DAY + timedelta(days=chance.choice((15, 40, 200)))
        lines += [
            f"drug,{lot},V{one:02d},{content},{own},{volume},{expires},{site},{viability},{counted}"
            for one in range(chance.randrange(8, 40))
        ]
    return "\n".join(lines) + "\n"


def _actuals(
    chance: Random, trial: DrawnTrial, subjects: list[DrawnSubject], visits: list[DrawnVisit], unit: str
) -> str:
    """What happened up to the day of judgement, and perhaps a booking after it, an ending, or a visit missed."""
    lines = ["subject_id,visit,date,status,dose,unit,note,regimen"]
    for one in subjects:
        last = date.min
        for visit in sorted(
            (v for v in visits if "*" not in v.id and "if:" not in v.text and "anchor" not in v.text and v.about < 99),
            key=lambda v: v.about,
        ):
            day = max(
                last,
                one.start + timedelta(days=visit.about + chance.choice((0, 0, 0, 1, 2, -1 if visit.about > 0 else 0))),
            )
            if visit.about == 0:
                day = max(last, one.start)
            if day <= trial.as_of and chance.random() < 0.85:
                is_missed = chance.random() < 0.15
                is_given = visit.is_dosed and one.arm == "active" and not is_missed and chance.random() < 0.4
                given = (
                    f"{chance.randrange(100, 190) * (1_000_000 if 'cells' in unit else 1)},{unit},,infusion"
                    if is_given
                    else ",,,"
                )
                status = chance.choice(("missed", "cancelled")) if is_missed else "done"
                lines.append(f"{one.id},{visit.id},{day},{status},{given}")
                last = day if not is_missed else last
            elif day > trial.as_of:
                if chance.random() < 0.5:
                    lines.append(f"{one.id},{visit.id},{day + timedelta(days=chance.choice((0, 1, 3)))},planned,,,,")
                break
        if chance.random() < 0.2:
            ending, day = chance.choice(("off_treatment", "off_study")), trial.as_of - timedelta(chance.randrange(4))
            lines.append(f"{one.id},{ending},{day},done,,,progression,")
    return "\n".join(lines) + "\n"


TAILS = {"en": "in words", "es-MX": "traducido", "zh-CN": "译"}
"""The languages of pages, and what each adds to a label, so that no page can take the words of another one."""

LABELS = (
    *("Active", "Control", "tablet", "Blood count", "Urine test", "study drug", "tablets", "infusion", "phone"),
    *("screening", "Screening", "Baseline", "First visit", "Second visit", "Start of a cycle", "Third visit", "Call"),
    *(
        "Follow-up",
        "Wound check",
        "Last visit",
        "Early end",
        "study treatment",
        "progression",
        "Extra visit",
        "Spare",
        "another drug",
    ),
)


def _wordings() -> str:
    """Wordings of the labels in each language."""
    return "".join(
        f"{language}:\n" + "".join(f"  {label}: {label} {tail}\n" for label in LABELS)
        for language, tail in TAILS.items()
    )
