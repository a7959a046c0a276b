"""The composition root: read, check, plan, report, render, write.

Conventions: data goes through once, in chunks, so that a cohort of any size takes the same memory; all problems are
found before anything is written; what needs numpy is imported where it is needed, since one dose needs none of it.
"""

from __future__ import annotations

from dosecal.workflow.frames import Plan, plan
from dosecal.workflow.protocols import load_protocol, load_shipped

__all__ = ["Plan", "load_protocol", "load_shipped", "plan"]
