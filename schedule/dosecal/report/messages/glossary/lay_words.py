"""Plain words for participants, in place of labels that are written for clinicians.

Conventions: labels that are one thing to a participant, such as tests of one blood sample, are said in the same words;
a page says them once. The words tell nothing of what is given.
"""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Lay

LAY_WORDS = (
    # visits
    Lay(
        ("Baseline",),
        "Baseline visit: tests at the start",
        "Visita inicial: estudios de partida",
        "基线访视：开始时的检查",
    ),
    Lay(
        ("Screening and baseline",),
        "First visit: tests at the start",
        "Primera visita: estudios de partida",
        "首次访视：开始时的检查",
    ),
    Lay(
        ("Randomisation",),
        "Assignment to a study group by chance",
        "Asignación al azar a un grupo del estudio",
        "随机分组",
    ),
    Lay(
        ("Ambulatory ECG placed",),
        "A portable heart monitor is put on",
        "Colocación de un monitor cardiaco portátil",
        "佩戴便携式心电监测仪",
    ),
    Lay(
        ("End of the observation for dose-limiting toxicity",),
        "End of the observation",
        "Fin de la observación",
        "观察结束",
    ),
    Lay(("Home visit after dose 1",), "Home visit", "Visita domiciliaria", "家访"),
    # assessments
    Lay(
        ("Chest X-ray or CT, pulmonary lesion area", "Size of lesion area by chest radiograph or CT"),
        "Chest X-ray or CT scan",
        "Radiografía o tomografía de tórax",
        "胸部X线或CT检查",
    ),
    Lay(
        ("Clinical improvement", "Clinical symptoms, including duration of fever and respiratory"),
        "Check of your symptoms",
        "Revisión de sus síntomas",
        "症状检查",
    ),
    Lay(("Arterial oxygen saturation",), "Oxygen level in your blood", "Nivel de oxígeno en la sangre", "血氧水平检查"),
    Lay(("HLA profile expression",), "HLA test", "Estudio de HLA", "HLA检测"),
    Lay(
        ("Weaning from mechanical ventilation",),
        "Check of your breathing support",
        "Revisión de su apoyo respiratorio",
        "呼吸支持情况检查",
    ),
    Lay(
        (
            "Blood chemistry, including liver function tests",
            "Creatine phosphokinase",
            "C-reactive protein (blood sample)",
            "Immune cells CD3+, CD4+, CD8+, CD16+, CD19+ and CD56+ (blood sample)",
            "Pro-inflammatory cytokines IL-1β, IL-2, TNF-α, ITN-γ, IL-4, IL-6 and IL-10 (blood sample)",
            "Immunoglobulins IgA, IgG, IgM and IgE (blood sample)",
            "CD4+ and CD8+ T cell count",
            "Alanine aminotransferase",
            "C-reactive protein",
            "Creatine kinase",
            "Blood lipid profile and glucose",
            "Blood sterol and sterol precursor profile",
            "Plasma levels of xanomeline and metabolites",
            "Serum for INM004",
            "Immunogenicity",
        ),
        "Blood tests",
        "Análisis de sangre",
        "血液检查",
    ),
    Lay(
        ("Side effects, by CTCAE v4.0", "Adverse events", "Dose-limiting toxicity"),
        "Questions about side effects",
        "Preguntas sobre efectos secundarios",
        "询问副作用",
    ),
    Lay(
        ("Nucleic acid test for SARS-CoV-2",),
        "Test for the coronavirus (SARS-CoV-2)",
        "Prueba de coronavirus (SARS-CoV-2)",
        "新型冠状病毒（SARS-CoV-2）检测",
    ),
    Lay(("Mortality within 28 days",), "Check on how you are", "Revisión de su estado de salud", "了解您的健康状况"),
    Lay(("Imaging examination",), "Scan or X-ray", "Estudio de imagen (radiografía o tomografía)", "影像检查"),
    Lay(
        ("Blood, urine and stool",),
        "Blood, urine and stool samples",
        "Muestras de sangre, orina y heces",
        "血、尿、便标本",
    ),
    Lay(
        ("ECOG performance status",),
        "Questions about your daily activities",
        "Preguntas sobre sus actividades diarias",
        "询问日常活动能力",
    ),
    Lay(
        ("Vital signs and anthropometric measures",),
        "Vital signs and body measurements",
        "Signos vitales y medidas corporales",
        "生命体征和身体测量",
    ),
    Lay(
        ("Gastrointestinal tolerability questionnaires",),
        "Questionnaires about your digestion",
        "Cuestionarios sobre su digestión",
        "消化情况问卷",
    ),
    Lay(
        ("Immediate reactions",), "Check for immediate reactions", "Vigilancia de reacciones inmediatas", "观察即时反应"
    ),
    Lay(("Home visit for harms",), "Questions about how you feel", "Preguntas sobre cómo se siente", "询问身体感受"),
    Lay(("Dried blood spots",), "A few drops of blood", "Unas gotas de sangre", "采集少量血滴"),
    Lay(
        ("ADAS-Cog, CIBIC+ and DAD",),
        "Tests of memory and questions about daily life",
        "Pruebas de memoria y preguntas sobre la vida diaria",
        "记忆测试及日常生活询问",
    ),
    Lay(
        ("Electrocardiogram, chemistry and haematology",),
        "Heart tracing (ECG) and blood tests",
        "Electrocardiograma y análisis de sangre",
        "心电图和血液检查",
    ),
    Lay(("Urinalysis",), "Urine test", "Análisis de orina", "尿液检查"),
)
"""Every wording, each label once."""
