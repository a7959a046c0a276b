"""Labels of the visits of the shipped studies."""

from __future__ import annotations

from schedule.report.glossary.phrase import Sentence, Term

DAY_LABEL = Sentence("Day {#n}", "Día {n}", "第{n}天")
VISIT_LABELS = (
    Term("First infusion", "Primera infusión", "首次输注"),
    Term("Second infusion", "Segunda infusión", "第二次输注"),
    Term("Third infusion", "Tercera infusión", "第三次输注"),
    Term("Visit 2: first vaccination", "Visita 2: primera vacunación", "访视2：首次接种"),
    Term("Visit 10: second vaccination", "Visita 10: segunda vacunación", "访视10：第二次接种"),
    Term("Visit 18: third vaccination", "Visita 18: tercera vacunación", "访视18：第三次接种"),
)
