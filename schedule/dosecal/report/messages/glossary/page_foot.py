"""What stands at the foot of every printed page."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Phrase

PAGE_FOOT = (
    Phrase("page_words", "page {page} of {pages}", "página {page} de {pages}", "第{page}页，共{pages}页"),
    Phrase(
        "foot",
        "{study} · version {version} · file {digest} · made by dosecal {program}, as of {day}",
        "{study} · versión {version} · archivo {digest} · elaborado con dosecal {program}, al {day}",
        "{study} · 版本 {version} · 文件 {digest} · 由 dosecal {program} 生成，截至 {day}",
    ),
    Phrase("foot_subject", "participant {subject}", "participante {subject}", "参与者 {subject}"),
    Phrase("joint", "; ", "; ", "；"),
    Phrase("plain_date", "d MMMM y", "d 'de' MMMM 'de' y", "y年M月d日"),
)
