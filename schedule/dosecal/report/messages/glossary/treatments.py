"""Words of the shipped studies about what is given: products, regimens, routes, methods and arms."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Term

PRODUCTS = (
    Term("mesenchymal stromal cells", "células estromales mesenquimales", "间充质基质细胞"),
    Term("study drug", "fármaco del estudio", "试验药物"),
)
REGIMENS = (
    Term("MSC infusion", "infusión de MSC", "MSC输注"),
    Term("intravenous infusion", "infusión intravenosa", "静脉输注"),
    Term("intravenous", "intravenosa", "静脉"),
    Term("intravenously", "por vía intravenosa", "静脉给药"),
    Term("intramuscular injection", "inyección intramuscular", "肌内注射"),
    Term("i.v. infusion", "infusión i.v.", "静脉输注"),
    Term("IV", "IV", "静脉（IV）"),
    Term("CD3+ cells", "células CD3+", "CD3+细胞"),
)
METHODS = (
    Term("trypan blue", "azul de tripano", "台盼蓝"),
    Term("flow cytometry", "citometría de flujo", "流式细胞术"),
)
ARMS = (
    Term("Active", "Activo", "治疗组"),
    Term("Cells", "Células", "细胞组"),
)
TREATMENTS = (*PRODUCTS, *REGIMENS, *METHODS, *ARMS)
