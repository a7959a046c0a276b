"""Every output of a blinded trial: nothing of arms, doses and products in any byte of it, or UNBLINDED above it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pypdf
import pytest

from dosecal import load_protocol, plan
from tests.command_line import run, run_well

SMALL = """\
study: TWO-ARM
version: "1"
title: A double-blind trial
source: the tests
day_numbering: no day 0
anchors:
  start: {label: first dose of Zeltrimab}
arms:
  verum: {label: Zeltrimab 137 mg, blinded_as: study treatment}
  sugar: {label: Placebo, blinded_as: study treatment}
products:
  zeltrimab: {label: Zeltrimab, container: {called: vial, content: 70 mg}}
  saline: {label: Saline solution, container: {called: bag, content: 70 mg}}
facts:
  stage: {label: stage before Zeltrimab, values: [early, late]}
regimens:
  verum_infusion: {label: Zeltrimab infusion, arms: [verum], product: zeltrimab, dose: 137 mg, visits: [D1, D8],
    quote: Zeltrimab is infused., if: stage is early}
  sugar_infusion: {label: Saline infusion, arms: [sugar], product: saline, dose: 70 mg, visits: [D1, D8]}
visits:
  D1: {label: First infusion of Zeltrimab, epoch: Zeltrimab infusions, quote: Zeltrimab is infused.}
  D8: {label: 137 mg today, days: 7, after: D1, counted_from: actual, window: ±2 days}
  D15: {label: Chest X-ray, window: ±2 days, if: stage is either early or late}
assessments:
  levels: {label: Plasma levels of Zeltrimab, visits: [D1, D8], if: stage is early}
  ecg: {label: Electrocardiogram, visits: [D1]}
queries: ["Is Zeltrimab kept cold?"]
"""
TELLING = r"verum|sugar|zeltrimab|placebo|saline|\b137\b|\b70 mg|\bvials?\b|infused|first dose"
NEWER = SMALL.replace('version: "1"', 'version: "2"').replace("window: ±2 days}", "window: ±3 days}", 1)


@dataclass(frozen=True)
class Trial:
    """A blinded trial with one subject.

    Attributes:
        protocol: The name of its file.
        telling: A pattern of what no blinded reader may see; names of keys, titles and files are taken away first.
        keys: Ids of visits and assessments, the study's title, and other public texts, which may hold such words.
        more: What every command needs beside.
        dosed: The visit that is dosed; empty where the file has no doses.
        shows: What an unblinded output has of it.
    """

    protocol: str
    telling: str
    keys: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    dosed: str = ""
    visit: str = ""
    shows: str = ""


TRIALS = {
    "small": Trial("p.yaml", TELLING, dosed="D8", visit="D8", shows="verum|zeltrimab"),
    "lzzt": Trial(
        "examples/lzzt",
        r"xanomeline|placebo|low dose|high dose|\b54 mg|\b81 mg|medication|\bhigh\b|\blow\b",
        ("xanomeline_level", load_protocol("examples/lzzt").title, '"low":', '"high":'),
        visit="visit_4",
        shows="xanomeline|high",
    ),
    "topaz-1": Trial(
        "examples/topaz-1",
        r"durvalumab|placebo",
        ("infusion", load_protocol("examples/topaz-1").title),
        ("--horizon", "2 cycles"),
        visit="C2D1",
        shows="durvalumab",
    ),
}
COLUMN = {"small": "start", "lzzt": "randomisation", "topaz-1": "start"}
ARM = {"small": "verum", "lzzt": "high", "topaz-1": "durvalumab"}


@pytest.fixture(params=TRIALS)
def name(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A trial's name; its files stand in the folder."""
    monkeypatch.chdir(tmp_path)
    name: str = request.param
    trial = TRIALS[name]
    Path("p.yaml").write_text(SMALL, encoding="utf-8")
    Path("newer.yaml").write_text(NEWER, encoding="utf-8")
    Path("s.csv").write_text(
        f"subject_id,arm,{COLUMN[name]},site,stage\n001,{ARM[name]},2026-03-02,A,\n", encoding="utf-8"
    )
    first = {"small": "D1", "lzzt": "visit_3", "topaz-1": "C1D1"}[name]
    dose = ",70,mg" if trial.dosed else ",,"
    Path("a.csv").write_text(
        f"subject_id,visit,date,status,dose,unit,note\n001,{first},2026-03-03,done{dose},gave Placebo and more\n",
        encoding="utf-8",
    )
    Path("map.yaml").write_text(
        "table: visits\ncolumns: [Subject: subject_id, Arm: arm, Visit: visit_label, Doses: doses, Notes: notes]\n",
        encoding="utf-8",
    )
    Path("lots.csv").write_text(
        "product,lot,container,content,unit\nzeltrimab,L70,1,70,mg\nzeltrimab,L70,2,70,mg\n", encoding="utf-8"
    )
    return name


ON_RECORD = ("--actuals", "a.csv", "--as-of", "2026-03-04")
MASKED = {
    "visits": ("visits", *ON_RECORD),
    "visits-long": ("visits", "--long", *ON_RECORD),
    "visits-table": ("visits", "--format", "table", *ON_RECORD),
    "visits-jsonl": ("visits", "--format", "jsonl", *ON_RECORD),
    "visits-xlsx": ("visits", *ON_RECORD, "-o", "out.xlsx"),
    "visits-parquet": ("visits", *ON_RECORD, "-o", "out.parquet"),
    "deviations": ("deviations", *ON_RECORD),
    "unscheduled": ("unscheduled", *ON_RECORD),
    "today": ("today", *ON_RECORD, "--days", "30"),
    "today-json": ("today", *ON_RECORD, "--days", "30", "--format", "json"),
    "today-csv": ("today", *ON_RECORD, "--days", "30", "--format", "csv"),
    "reschedule": ("reschedule", "--subject", "001", "--visit", "VISIT", "--to", "2026-03-24", *ON_RECORD),
    "coordinator": ("print", "--what", "coordinator", *ON_RECORD, "-o", "out.html"),
    "coordinator-pdf": ("print", "--what", "coordinator", *ON_RECORD, "-o", "out.pdf"),
    "participant": ("print", "--what", "participant", *ON_RECORD, "-o", "out.html"),
    "soa": ("print", "--what", "soa", "-o", "out.html"),
    "timeline": ("print", "--what", "timeline", "--subject", "001", *ON_RECORD, "-o", "out.svg"),
    "show-timeline": ("show", "--plot", "out.svg"),
    "csv": ("export", "--to", "csv", "--columns", "map.yaml", *ON_RECORD),
    "ics": ("export", "--to", "ics", *ON_RECORD),
    "ics-all": ("export", "--to", "ics", "--set", "doses=yes", "--set", "arms=yes", *ON_RECORD),
    "google": ("export", "--to", "google", *ON_RECORD),
    "fhir": ("export", "--to", "fhir", "--set", "assessments=yes", "--set", "arms=yes", "--set", "doses=yes"),
    "fhir-plan": ("export", "--to", "fhir-plan"),
    "openspecimen": ("export", "--to", "openspecimen"),
    "labkey": ("export", "--to", "labkey"),
    "show": ("show",),
    "show-json": ("show", "--format", "json"),
    "show-markdown": ("show", "--format", "markdown"),
    "show-csv": ("show", "--format", "csv"),
    "show-xlsx": ("show", "--format", "xlsx", "-o", "out.xlsx"),
}
"""What a blinded reader may have, and the arguments of each."""
WITHOUT_SUBJECTS = frozenset(
    ("soa", "show", "show-json", "show-markdown", "show-csv", "show-xlsx", "show-timeline", "fhir-plan", "labkey")
)
SHOWS_ARMS = frozenset(
    (
        *("visits", "visits-long", "visits-table", "visits-jsonl", "visits-xlsx", "visits-parquet", "coordinator"),
        *("coordinator-pdf", "soa", "csv", "ics-all", "fhir", "show", "show-json", "show-markdown", "show-csv"),
        *("show-xlsx", "show-timeline"),
    )
)
"""What names an arm or a product, whatever the trial, where it may."""
HEADED = frozenset(
    (
        *("today", "today-json", "coordinator", "coordinator-pdf", "soa", "visits-xlsx", "show", "show-json"),
        *("show-markdown", "show-xlsx", "show-timeline"),
    )
)
"""What a person reads, or a program with a place for it; the others say it beside them, on standard error."""


def arguments_of(output: str, name: str, *further: str) -> list[str]:
    """The arguments of an output of a trial."""
    command, *options = MASKED[output]
    trial = TRIALS[name]
    files = [trial.protocol] if output in WITHOUT_SUBJECTS else [trial.protocol, "s.csv"]
    given = (trial.visit if one == "VISIT" else one for one in options)
    return [command, *files, *given, *trial.more, *further]


def text_of(content: bytes, file: str) -> str:
    """Every text in a file: of a workbook its parts unpacked, of a page in PDF what is set on it."""
    if file.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "\n".join(parts.read(one).decode("utf-8", "replace") for one in parts.namelist())
    if file.endswith(".parquet"):
        table = pq.read_table(io.BytesIO(content))
        return f"{content.decode('latin-1')}\n{table.schema}\n{table.to_pydict()}"
    if file.endswith(".pdf"):
        pages = pypdf.PdfReader(io.BytesIO(content))
        return "\n".join([*(page.extract_text() for page in pages.pages), str(pages.metadata)])
    return content.decode("utf-8").replace("\r\n ", "")  # a calendar's lines are folded


def everything(output: str, name: str, *further: str) -> tuple[str, str]:
    """What an output holds, and what was said beside it."""
    result = run_well(*arguments_of(output, name, *further))
    texts = [result.stdout.replace("\r\n ", "")]
    for file in Path().glob("out.*"):
        texts.append(text_of(file.read_bytes(), file.name))
        file.unlink()
    return "\n".join(texts), result.stderr


def found_in(text: str, trial: Trial) -> list[str]:
    """What of the trial stands in a text beside its public texts."""
    text = html.unescape(text)
    text = text.replace("\\_", "_")  # as Markdown has it
    for public in (*trial.keys, trial.protocol, f"{trial.protocol}.yaml"):
        text = text.replace(public, "")
    shown = re.sub(r"\b[0-9a-f]{12}(?:[0-9a-f]{52})?\b|<style>.*?</style>", "", text, flags=re.DOTALL)
    return re.findall(trial.telling, shown, re.IGNORECASE)


@pytest.mark.parametrize("output", MASKED)
def test_masked_output_tells_nothing_in_any_byte(output: str, name: str) -> None:
    trial = TRIALS[name]
    text, said = everything(output, name)
    assert (found_in(text, trial), found_in(said, trial)) == ([], [])
    assert "UNBLINDED" not in text + said


@pytest.mark.parametrize("output", MASKED)
def test_unblinded_output_says_that_it_is(output: str, name: str) -> None:
    text, said = everything(output, name, "--unblinded")
    assert "UNBLINDED" in said
    if output in SHOWS_ARMS:
        assert re.search(TRIALS[name].shows, text, re.IGNORECASE) is not None
    is_headed = re.search('UNBLINDED|"unblinded": true', text) is not None
    assert is_headed is (output in HEADED)


DOSED = {
    "dose": ("dose", "p.yaml", "--arm", "verum", "--visit", "D8", "--fact", "stage=early"),
    "dose-json": ("dose", "p.yaml", "--arm", "verum", "--visit", "D8", "--fact", "stage=early", "--json"),
    "worksheet": ("worksheet", "p.yaml", "s.csv", "--subject", "001", "--visit", "D8"),
    "worksheet-json": ("worksheet", "p.yaml", "s.csv", "--subject", "001", "--visit", "D8", "--format", "json"),
    "worksheet-html": ("worksheet", "p.yaml", "s.csv", "--subject", "001", "--visit", "D8", "--format", "html"),
    "check-sheet": ("worksheet", "p.yaml", "s.csv", "--subject", "001", "--visit", "D8", "--check-sheet"),
    "check-yaml": (
        *("worksheet", "p.yaml", "s.csv", "--subject", "001", "--visit", "D8", "--check-sheet", "--format", "yaml"),
    ),
    "print": ("print", "p.yaml", "s.csv", "--what", "worksheet", "-o", "out.pdf"),
    "doses-xlsx": ("doses", "p.yaml", "s.csv", "-o", "out.xlsx"),
    "demand-json": ("demand", "p.yaml", "s.csv", "--format", "json"),
}
"""What tells doses by its nature, and has a place to say so."""


@pytest.mark.parametrize("output", DOSED)
@pytest.mark.parametrize("name", ["small"], indirect=True)
def test_what_tells_doses_by_its_nature_is_headed_unblinded(output: str, name: str) -> None:
    result = run_well(*DOSED[output])
    files = [text_of(file.read_bytes(), file.name) for file in Path().glob("out.*")]
    text = "\n".join([result.stdout, *files])
    assert re.search('UNBLINDED|"unblinded": true', text) is not None
    assert re.search(TRIALS[name].shows, text, re.IGNORECASE) is not None
    open_label = SMALL.replace(", blinded_as: study treatment", "").replace(
        "anchors:", "blinding: open label\nanchors:", 1
    )
    Path("p.yaml").write_text(open_label, encoding="utf-8")
    for file in Path().glob("out.*"):
        file.unlink()
    said = run_well(*DOSED[output])
    files = [text_of(file.read_bytes(), file.name) for file in Path().glob("out.*")]
    assert re.search('UNBLINDED|"unblinded": true', "\n".join([said.stdout, said.stderr, *files])) is None


@pytest.mark.parametrize("name", ["small"], indirect=True)
@pytest.mark.parametrize("command", ["doses", "demand"])
@pytest.mark.usefixtures("name")
def test_tables_of_doses_say_beside_them_that_they_unblind(command: str) -> None:
    said = run_well(command, "p.yaml", "s.csv").stderr
    assert "UNBLINDED: arms, doses or products of a blinded trial are shown [W021]" in said


CARRYING = ("redcap", "redcap-arms", "redcap-events", "redcap-events-classic", "redcap-mapping", "sdtm", "usdm")


@pytest.mark.parametrize("target", [*CARRYING, "redcap-records"])
def test_export_that_carries_the_arms_asks_for_it(target: str, name: str) -> None:
    trial = TRIALS[name]
    files = [trial.protocol, *(["s.csv"] if target == "redcap-records" else [])]
    asked = ["export", *files, "--to", target, "-o", "out/", *trial.more]
    refused = run(*asked)
    assert (refused.exit_code, Path("out").exists()) == (1, False)
    assert (
        f"blinding: expected --unblinded, since the files of {target} carry the arms of a blinded trial"
        in refused.stderr
    )
    assert 'the line "blinding: open label" in the protocol file) [X107]' in refused.stderr
    written = run_well(*asked, "--unblinded")
    assert "UNBLINDED" in written.stderr
    assert any(Path("out").iterdir())


@pytest.mark.parametrize("target", [*CARRYING, "redcap-records"])
def test_export_of_an_open_label_trial_asks_for_nothing(target: str, tmp_path: Path) -> None:
    subjects = tmp_path / "s.csv"
    subjects.write_text("subject_id,arm,start,weight_kg\n001,msc,2026-03-02,70\n", encoding="utf-8")
    files = ["NCT04611256", *([str(subjects)] if target == "redcap-records" else [])]
    assert "UNBLINDED" not in run_well("export", *files, "--to", target, "-o", f"{tmp_path}/out/").stderr


def test_file_that_says_nothing_of_blinding_is_no_open_label_trial(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(SMALL.replace(", blinded_as: study treatment", ""), encoding="utf-8")
    refused = run("export", tmp_path / "p.yaml", "--to", "sdtm", "-o", f"{tmp_path}/out/")
    assert (refused.exit_code, "[X107]" in refused.stderr) == (1, True)
    assert "[W022]" in run_well("show", tmp_path / "p.yaml").stderr


@pytest.mark.parametrize("name", ["small"], indirect=True)
def test_differences_tell_nothing_unless_that_is_asked_for(name: str) -> None:
    for more in ((), ("--json",), ("--subjects", "s.csv")):
        Path("newer.yaml").write_text(NEWER.replace("dose: 137 mg", "dose: 150 mg"), encoding="utf-8")
        masked = run_well("diff", "p.yaml", "newer.yaml", *more)
        assert found_in(masked.stdout + masked.stderr, TRIALS[name]) == []
        shown = run_well("diff", "p.yaml", "newer.yaml", *more, "--unblinded")
        assert re.search('UNBLINDED|"unblinded": true', shown.stdout) is not None
        assert "137 mg" in shown.stdout
        assert "UNBLINDED" in shown.stderr


@pytest.mark.parametrize("name", ["small"], indirect=True)
def test_deviations_say_that_those_of_doses_are_hidden(name: str) -> None:
    masked = run_well("deviations", "p.yaml", "s.csv", *ON_RECORD)
    assert "doses, and how those that were given differ from them, are hidden" in masked.stderr
    assert "[W023]" in masked.stderr
    shown = run_well("deviations", "p.yaml", "s.csv", *ON_RECORD, "--unblinded")
    assert "[W023]" not in shown.stderr
    assert "137 mg" in shown.stdout  # 70 mg were given
    assert "1 subject, 3 visits, doses hidden; 0 problems" in masked.stderr
    assert TRIALS[name].dosed


@pytest.mark.parametrize("name", ["small"], indirect=True)
def test_lots_and_what_is_wrong_with_the_record_tell_nothing(name: str) -> None:
    lots = Path("lots.csv").read_text(encoding="utf-8").splitlines()
    Path("lots.csv").write_text(f"{lots[0]},expires\n{lots[1]},2026-01-01\n", encoding="utf-8")
    expired = run_well("visits", "p.yaml", "s.csv", "--lots", "lots.csv")
    assert found_in(expired.stdout + expired.stderr, TRIALS[name]) == []
    assert "L70:1" not in expired.stderr
    assert "L70:1" in run_well("visits", "p.yaml", "s.csv", "--lots", "lots.csv", "--unblinded").stderr
    head = Path("a.csv").read_text(encoding="utf-8").splitlines()[0]
    for row in ("001,D99,2026-03-03,done,,,", "001,D15,2026-03-16,done,70,mg,"):
        Path("a.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
        refused = run("visits", "p.yaml", "s.csv", "--actuals", "a.csv", "--as-of", "2026-03-20")
        assert refused.exit_code == 1
        assert found_in(refused.stderr, TRIALS[name]) == []


@pytest.mark.filterwarnings("ignore:.*D1 was held on 2026-03-03")
@pytest.mark.parametrize("name", ["small"], indirect=True)
def test_plan_of_python_hides_and_says_the_same(name: str) -> None:
    protocol, subjects = load_protocol("p.yaml"), pd.read_csv("s.csv", dtype="string")
    actuals = pd.read_csv("a.csv", dtype="string")
    with pytest.warns(UserWarning, match="UNBLINDED"):
        visits, doses = plan(protocol, subjects, actuals=actuals, as_of=date(2026, 3, 4))
    assert found_in(visits.to_csv(), TRIALS[name]) == []
    assert doses["arm"].tolist() == ["verum"] * 2
    with pytest.warns(UserWarning, match="UNBLINDED"):
        visits, _ = plan(protocol, subjects, actuals=actuals, as_of=date(2026, 3, 4), unblinded=True)
    assert visits["arm"].unique().tolist() == ["verum"]


BLINDED = {
    "lzzt": ("randomisation", "visit_3"),
    "topaz-1": ("start", "C1D1"),
    "inm004-phase-1": ("start", "D1"),
    "hepatitis-e-vaccine": ("day_0", "dose_1"),
    "mesenchymal-ards": ("start", "D0"),
    "genepredict-ps": ("start", "week_0"),
    "es-sclc-chemotherapy": ("start", "C1D1"),
}
"""The blinded examples, with their first anchor and its visit."""
ALIKE = {
    "visits": ("visits", "--sites", "sites.yaml"),
    "visits-table": ("visits", "--format", "table", "--sites", "sites.yaml"),
    "today": ("today", "--days", "90", "--sites", "sites.yaml"),
    "today-json": ("today", "--days", "90", "--format", "json"),
    "deviations": ("deviations",),
    "reschedule": ("reschedule", "--subject", "001", "--visit", "FIRST", "--to", "2026-03-17", "--sites", "sites.yaml"),
    "coordinator": ("print", "--what", "coordinator", "-o", "out.html", "--sites", "sites.yaml"),
    "participant": ("print", "--what", "participant", "-o", "out.html", "--sites", "sites.yaml"),
    "ics": ("export", "--to", "ics"),
    "fhir": ("export", "--to", "fhir", "--set", "assessments=yes"),
}


@pytest.mark.parametrize("output", ALIKE)
@pytest.mark.parametrize("example", BLINDED)
def test_masked_output_is_the_same_whichever_arm_the_subject_is_in(
    example: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    protocol, (anchor, first) = load_protocol(f"examples/{example}"), BLINDED[example]
    Path("sites.yaml").write_text("sites:\n  A: {country: MX, weekend: [Saturday, Sunday]}\n", encoding="utf-8")
    command, *options = ALIKE[output]
    given = [first if one == "FIRST" else one for one in options]
    horizon = ["--horizon", "2 cycles"] if example == "topaz-1" else []
    Path("a.csv").write_text("subject_id,visit,date,status\n", encoding="utf-8")
    given += ["--actuals", "a.csv", "--as-of", "2026-03-16"]
    said = []
    for arm in protocol.arms:
        # 16 March 2026 is a holiday in Mexico
        Path("s.csv").write_text(
            f"subject_id,arm,{anchor},site,weight_kg\n001,{arm.id},2026-03-16,A,70\n", encoding="utf-8"
        )
        result = run(command, f"examples/{example}", "s.csv", *given, *horizon)
        files = [file.read_text(encoding="utf-8") for file in Path().glob("out.*")]
        for file in Path().glob("out.*"):
            file.unlink()
        assert result.exit_code == 0, result.stderr
        said.append((result.stdout, result.stderr, files))
    assert all(one == said[0] for one in said)
