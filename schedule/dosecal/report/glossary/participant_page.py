"""What the calendar says that a participant takes home, beside the protocol's own words."""

from __future__ import annotations

from dosecal.report.glossary.phrase import Phrase

PARTICIPANT_PAGE = (
    Phrase("participant_title", "Your visit calendar", "Su calendario de visitas", "您的访视日历"),
    Phrase("participant", "Participant", "Participante", "参与者"),
    Phrase("study", "Study", "Estudio", "研究"),
    Phrase("site", "Site", "Centro", "研究中心"),
    Phrase("contact", "Questions? Please contact", "¿Preguntas? Comuníquese con", "如有疑问，请联系"),
    Phrase(
        "participant_advice",
        "Please bring this page to each visit. If you can't come on a day, call us as soon as you can.",
        "Traiga esta hoja a cada visita. Si no puede venir en alguna fecha, llámenos lo antes posible.",
        "请每次访视时携带此页。如某日不能前来，请尽早致电告知。",
    ),
    Phrase("number_head", "No.", "N.º", "序号"),
    Phrase("when_head", "When", "Cuándo", "日期"),
    Phrase("what_head", "What happens", "Qué se hará", "访视内容"),
    Phrase("time_head", "Time", "Hora", "时间"),
    Phrase(
        "any_day", "any day from {first} to {last}", "cualquier día del {first} al {last}", "{first}至{last}之间任一天"
    ),
    Phrase(
        "any_day_but",
        "any day from {first} to {last}, except {days}",
        "cualquier día del {first} al {last}, excepto {days}",
        "{first}至{last}之间任一天，{days}除外",
    ),
    Phrase("list_joint", ", ", ", ", "、"),
    Phrase("this_day_only", "on this day only", "solo en esta fecha", "仅限当天"),
    Phrase("to_be_arranged", "to be arranged", "por acordar", "待安排"),
    Phrase("done", "done", "realizada", "已完成"),
    Phrase("not_held", "did not take place", "no se realizó", "未进行"),
    Phrase("not_planned", "no longer planned", "ya no está prevista", "已取消"),
    Phrase("study_visit", "Study visit", "Visita del estudio", "研究访视"),
    Phrase(
        "further_procedures",
        "Other study procedures, which the study team explains",
        "Otros procedimientos del estudio, que el equipo del estudio le explicará",
        "其他研究操作，由研究团队说明",
    ),
    Phrase("key_visit", "a visit, with its number", "una visita, con su número", "访视日及其序号"),
    Phrase("key_window", "another possible day", "otro día posible", "其他可选日期"),
    Phrase("key_done", "a visit already made", "una visita ya realizada", "已完成的访视"),
)
