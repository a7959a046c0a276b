"""Labels of the visits and anchors of the shipped studies."""

from __future__ import annotations

from schedule.report.glossary.phrase import Sentence, Term

VISIT_PATTERNS = (
    Sentence("Day {#n}", "Día {n}", "第{n}天"),
    Sentence("Week {#n}", "Semana {n}", "第{n}周"),
    Sentence("Cycle {#n} day {#d}", "Ciclo {n} día {d}", "第{n}周期第{d}天"),
    Sentence("Cycle {#n} begins", "Comienza el ciclo {n}", "第{n}周期开始"),
    Sentence("End of cycle {#n}", "Final del ciclo {n}", "第{n}周期结束"),
    Sentence("Home visit after dose {#n}", "Visita domiciliaria tras la dosis {n}", "第{n}剂后家访"),
    Sentence("Visit {#n}: {what}", "Visita {n}: {what}", "访视{n}：{what}"),
    Sentence("Visits {#first} to {#last}: {what}", "Visitas {first} a {last}: {what}", "访视{first}至{last}：{what}"),
    Sentence("Visits {#first} and {#last}, {what}", "Visitas {first} y {last}, {what}", "访视{first}和{last}，{what}"),
    Sentence("beginning of period {#n}", "inicio del periodo {n}", "第{n}期开始"),
    Sentence("end of period {#n}", "final del periodo {n}", "第{n}期结束"),
)
VISIT_LABELS = (
    Term("Baseline", "Basal", "基线"),
    Term("First infusion", "Primera infusión", "首次输注"),
    Term("Second infusion", "Segunda infusión", "第二次输注"),
    Term("Third infusion", "Tercera infusión", "第三次输注"),
    Term("first vaccination", "primera vacunación", "首次接种"),
    Term("second vaccination", "segunda vacunación", "第二次接种"),
    Term("third vaccination", "tercera vacunación", "第三次接种"),
    Term("invitation", "invitación", "邀请"),
    Term("home visits", "visitas domiciliarias", "家访"),
    Term("blood sample", "muestra de sangre", "采血"),
    Term("end of the study", "final del estudio", "研究结束"),
    Term("Screening", "Selección", "筛选"),
    Term("Screening and baseline", "Selección y basal", "筛选和基线"),
    Term("Discharge", "Alta", "出院"),
    Term("Response", "Respuesta", "疗效评估"),
    Term("Ambulatory ECG placed", "Se coloca el ECG ambulatorio", "佩戴动态心电图"),
    Term("Randomisation", "Aleatorización", "随机分组"),
    Term(
        "End of the observation for dose-limiting toxicity",
        "Final de la observación de toxicidad limitante de la dosis",
        "剂量限制性毒性观察结束",
    ),
)
ANCHORS = (
    Term(
        "first infusion (D1); for controls the day that study treatment starts",
        "primera infusión (D1); en los controles, el día en que empieza el tratamiento del estudio",
        "首次输注（D1）；对照组为研究治疗开始之日",
    ),
    Term(
        "day 0 (first infusion); for controls the day that study treatment starts",
        "día 0 (primera infusión); en los controles, el día en que empieza el tratamiento del estudio",
        "第0天（首次输注）；对照组为研究治疗开始之日",
    ),
    Term("first infusion", "primera infusión", "首次输注"),
    Term("third infusion", "tercera infusión", "第三次输注"),
    Term(
        "infusion of axicabtagene ciloleucel",
        "infusión de axicabtagene ciloleucel",
        "阿基仑赛（axicabtagene ciloleucel）输注",
    ),
    Term("infusion of the cells", "infusión de las células", "细胞输注"),
    Term("infusion of the study product", "infusión del producto del estudio", "试验产品输注"),
    Term(
        "first infusion of docetaxel (C1D1); without docetaxel the day that study treatment starts",
        "primera infusión de docetaxel (C1D1); sin docetaxel, el día en que empieza el tratamiento del estudio",
        "多西他赛首次输注（C1D1）；不用多西他赛者为研究治疗开始之日",
    ),
    Term("first infusion (C1D1)", "primera infusión (C1D1)", "首次输注（C1D1）"),
    Term("first day of cycle 1", "primer día del ciclo 1", "第1周期第一天"),
    Term("cycle 1 day 1", "ciclo 1 día 1", "第1周期第1天"),
    Term("week 0, first day of period 1", "semana 0, primer día del periodo 1", "第0周，第1期第一天"),
    Term(
        "visit 3, week 0: randomisation and first application",
        "visita 3, semana 0: aleatorización y primera aplicación",
        "访视3，第0周：随机分组和首次用药",
    ),
)
