"""A million doses with volumes and containers, exactly, against the same expressions in float64 and pyarrow's CSV.

Conventions: both sides begin with the subjects in memory and end with the same table in a file; the two are measured in
turn in one run. The other side has its table made beforehand, and pays for its arithmetic and for writing alone.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.timing import in_turn, say

if TYPE_CHECKING:
    import pyarrow as pa

    from dosecal.model.cohort import Cohort
    from dosecal.model.protocol import Protocol

SUBJECTS, VISITS = 250_000, 4
PROTOCOL = f"""\
study: BENCH
version: "1"
title: Volumes and containers
source: the benchmark
day_numbering: no day 0
anchors: {{start: {{}}}}
arms: {{msc: {{label: Cells}}}}
products:
  cells:
    label: cells
    counts: total cells
    counted: at thaw
    viability: {{is: 85 %}}
    container: {{called: vial, content: 25 million cells, volume: 3.8 mL}}
    limits: {{volume: at most 10 mL/kg}}
regimens:
  infusion:
    product: cells
    dose: 2 million viable cells/kg
    rounding: {{volume: {{to: 0.1 mL, ties: up}}}}
    visits: [{", ".join(f"D{k + 1}" for k in range(VISITS))}]
visits: {{{", ".join(f"D{k + 1}: {{}}" for k in range(VISITS))}}}
"""


def _loaded() -> tuple[Protocol, list[Cohort]]:
    import io  # noqa: PLC0415 - beside what it is needed for

    from dosecal.load.protocol.protocol_file import read_protocol  # noqa: PLC0415 - not before the start-up times
    from dosecal.load.tables.subjects import SubjectReader  # noqa: PLC0415 - likewise
    from dosecal.load.tables.text_table import csv_table  # noqa: PLC0415 - likewise

    protocol = read_protocol(PROTOCOL.encode(), "bench.yaml")
    lines = (f"{k},msc,2026-{1 + k % 12:02}-{1 + k % 28:02},{40 + k * 7 % 800 / 10:.1f}" for k in range(SUBJECTS))
    content = "subject_id,arm,start,weight_kg\n" + "\n".join(lines) + "\n"
    table = csv_table(io.BytesIO(content.encode()), "bench.csv")
    return protocol, [cohort for cohort, _ in SubjectReader(protocol).read(table)]


def doses() -> None:
    """Measure both sides and say the ratio."""
    import numpy as np  # noqa: PLC0415 - not before the start-up times
    import pyarrow.csv as arrow_csv  # noqa: PLC0415 - likewise

    from dosecal.planning.resolve import plan_schedule  # noqa: PLC0415 - likewise
    from dosecal.render.sinks import CsvSink  # noqa: PLC0415 - likewise
    from dosecal.report.tables.schedule import doses_table  # noqa: PLC0415 - likewise

    protocol, cohorts = _loaded()
    with tempfile.TemporaryDirectory(prefix="dosecal-bench-") as name:
        ours, theirs = Path(name) / "doses.csv", Path(name) / "arrow.csv"

        def write_ours() -> None:
            with ours.open("wb", buffering=0) as file:
                sink = CsvSink(file, bom=False)
                for cohort in cohorts:
                    sink.write(doses_table(plan_schedule(protocol, cohort)))

        write_ours()
        rows = _typed(ours)
        kilograms = rows.column("weight_kg").to_numpy().astype(np.float64)
        written = {"volume_ml": rows.column("volume_ml").to_numpy(), "containers": rows.column("containers").to_numpy()}

        def work_in_floats() -> tuple[object, ...]:
            dose = kilograms * 2e6
            per_vial = 25e6 * 0.85
            volume = np.floor(dose / (per_vial / 3.8) * 10 + 0.5) / 10
            delivered = volume * (per_vial / 3.8)
            return volume, np.ceil(dose / per_vial), 100 * (delivered - dose) / dose, volume / kilograms <= 10  # noqa: PLR2004

        def write_theirs() -> None:
            work_in_floats()
            arrow_csv.write_csv(rows, theirs)

        exact, floats = in_turn(write_ours, write_theirs, 5)
        volume, vials, *_ = work_in_floats()
        detail = f"{exact:.2f} s / {floats:.2f} s; {rows.num_rows:,} doses, {rows.num_columns} columns"
        say("doses with volume and containers / float64 and pyarrow.csv", exact / floats, "<= 3", detail)
        wrong = [int(np.sum(a != written[b])) for a, b in ((volume, "volume_ml"), (vials, "containers"))]
        say("volumes and containers that float64 has otherwise", sum(wrong), "", f"{wrong[0]:,} and {wrong[1]:,}")


def _typed(path: Path) -> pa.Table:
    """The written rows as Arrow's own types."""
    import pyarrow as pa  # noqa: PLC0415 - as above
    import pyarrow.csv as arrow_csv  # noqa: PLC0415 - as above

    numbers = {"dose_number": pa.int64(), "containers": pa.int64()}
    decimals = dict.fromkeys(("weight_kg", "calculated_dose", "ordered_dose", "volume_ml"), pa.float64())
    dates = dict.fromkeys(("planned_date", "weight_date"), pa.date32())
    options = arrow_csv.ConvertOptions(
        column_types=numbers | decimals | dates, strings_can_be_null=True, null_values=[""]
    )
    return arrow_csv.read_csv(path, convert_options=options)


if __name__ == "__main__":
    doses()
