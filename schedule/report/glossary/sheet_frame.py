"""What the pages of sheets say around their lines."""

from __future__ import annotations

from schedule.report.glossary.phrase import Phrase

SHEET_FRAME = (
    Phrase("sheet_document", "Sheets of doses", "Hojas de dosis", "给药单"),
    Phrase("sheet_page", "page {page} of {pages}", "página {page} de {pages}", "第{page}页，共{pages}页"),
    Phrase("sheet_version", "version {version}", "versión {version}", "版本 {version}"),
    Phrase("sheet_file", "file {digest}", "archivo {digest}", "文件 {digest}"),
    Phrase(
        "sheet_made_by",
        "made by dosecal {version}, as of {as_of}",
        "hecho con dosecal {version}, al {as_of}",
        "由 dosecal {version} 生成，截至 {as_of}",
    ),
    Phrase("sheet_subject", "subject {subject}", "participante {subject}", "受试者 {subject}"),
    Phrase("sheet_visit", "visit {visit}", "visita {visit}", "访视 {visit}"),
    Phrase("sheet_dose", "dose {number} of {count}", "dosis {number} de {count}", "第{number}剂，共{count}剂"),
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
