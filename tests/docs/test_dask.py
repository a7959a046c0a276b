"""The recipe for Dask runs as the page has it, on a cluster of two processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.docs.recipes import require_planned, run_recipe

if TYPE_CHECKING:
    from pathlib import Path

AROUND = """\
from pathlib import Path

from dask.distributed import Client, LocalCluster

if __name__ == "__main__":
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None)
    with cluster, Client(cluster):
        exec(compile(Path("recipe.py").read_text(encoding="utf-8"), "recipe.py", "exec"), {"__name__": "__main__"})
"""


def test_recipe_for_dask_plans_partitions_that_read_back_as_one_table(tmp_path: Path) -> None:
    run_recipe("Dask", AROUND, tmp_path, "subjects-{}.csv")
    require_planned(tmp_path / "doses")
