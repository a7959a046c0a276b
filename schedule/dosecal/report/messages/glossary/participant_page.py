"""What the calendar says that a participant takes home, beside the protocol's own words."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Phrase

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
    Phrase("about_date", "about {day}", "hacia el {day}", "约{day}"),
    Phrase("about_window", "probably {window}", "probablemente {window}", "预计{window}"),
    Phrase(
        "one_of_days",
        "on one day from {first} to {last}: the study team tells you which",
        "un día del {first} al {last}: el equipo del estudio le indicará cuál",
        "{first}至{last}中的一天：研究团队会告知您是哪天",
    ),
    Phrase("timed_tests", "Tests at set times", "Pruebas a horas fijas", "定时检查"),
    Phrase(
        "no_fixed_end",
        "{often} There is no fixed last visit: your visits go on until you or your study doctor decide to stop. You "
        "get a new page before this one ends.",
        "{often} No hay una última visita fija: las visitas continúan hasta que usted o su médico del estudio "
        "decidan suspenderlas. Recibirá una hoja nueva antes de que termine esta.",
        "{often}没有固定的末次访视：一直持续到您或研究医生决定停止。本页用完之前会给您新的一页。",
    ),
    Phrase(
        "every_weeks",
        "After that you come every {weeks} weeks.",
        "Después viene cada {weeks} semanas.",
        "此后每{weeks}周来访一次。",
    ),
    Phrase("every_week", "After that you come every week.", "Después viene cada semana.", "此后每周来访一次。"),
    Phrase(
        "every_days",
        "After that you come every {days} days.",
        "Después viene cada {days} días.",
        "此后每{days}天来访一次。",
    ),
    Phrase(
        "in_the_same_way",
        "After that your visits go on in the same way.",
        "Después las visitas continúan de la misma manera.",
        "此后按同样方式继续访视。",
    ),
    Phrase(
        "key_not_fixed",
        "about this date: we confirm it at the visit before",
        "hacia esta fecha: se la confirmamos en la visita anterior",
        "约为此日期：上次访视时确认",
    ),
    Phrase("key_visit", "your visit", "su visita", "访视日"),
    Phrase("key_about", "a visit at about this date", "una visita hacia esta fecha", "约在此日的访视"),
    Phrase("key_window", "another possible day", "otro día posible", "其他可选日期"),
    Phrase("key_done", "a visit already made", "una visita ya realizada", "已完成的访视"),
)
