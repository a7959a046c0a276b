"""The recipe for Spark runs as the page has it; ``make engines`` asks for it, since it needs Java and half a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.docs.recipes import require_planned, run_recipe

if TYPE_CHECKING:
    from pathlib import Path

AROUND = """\
from pathlib import Path

from pyspark.sql import SparkSession

from dosecal.report.tables.schemas import TABLES, table_schema

settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
spark = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
for table in TABLES:
    columns = spark.createDataFrame([], table_schema(table, "spark")).schema.names
    assert columns == table_schema(table).names, table
exec(compile(Path("recipe.py").read_text(encoding="utf-8"), "recipe.py", "exec"), {"spark": spark})
spark.stop()
"""


def test_recipe_for_spark_plans_partitions_that_read_back_as_one_table(tmp_path: Path) -> None:
    run_recipe("Spark", AROUND, tmp_path, "subjects/{}.csv")
    require_planned(tmp_path / "doses")
