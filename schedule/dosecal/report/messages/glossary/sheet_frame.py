"""What the pages of sheets say around their lines."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Phrase

SHEET_FRAME = (
    Phrase("worksheet_title", "Worksheets of doses", "Hojas de dosis", "给药工作单"),
    Phrase("sheet_subject", "subject {subject}", "participante {subject}", "受试者 {subject}"),
    Phrase("sheet_visit", "visit {visit}", "visita {visit}", "访视 {visit}"),
    Phrase("sheet_dose", "dose {number} of {count}", "dosis {number} de {count}", "第{number}剂，共{count}剂"),
    Phrase("unblinded", "UNBLINDED", "SIN CEGAMIENTO", "已揭盲"),
    Phrase("sheet_warning", "WARNING", "ADVERTENCIA", "警告"),
    Phrase("sheet_query", "Query: {query}", "Consulta: {query}", "待澄清：{query}"),
    Phrase(
        "sheet_query_quoted",
        "Query: {query}",
        "Consulta, en las palabras del archivo del protocolo: «{query}»",
        "待澄清（方案文件原文）：“{query}”",
    ),
    Phrase("sheet_name", "name", "nombre", "姓名"),
    Phrase("sheet_signature", "signature", "firma", "签名"),
    Phrase("sheet_date", "date", "fecha", "日期"),
    Phrase("sheet_time", "time", "hora", "时间"),
)
