"""Words of the two shipped registry trials, and those that many protocols have."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Term

REGISTRY_TERMS = (
    # visits, in all protocols
    Term("Day {}", "Día {}", "第{}天"),
    Term("Day -{}", "Día -{}", "第-{}天"),
    Term("D{}", "D{}", "D{}"),
    Term("D-{}", "D-{}", "D-{}"),
    Term("C{}D{}", "C{}D{}", "C{}D{}"),
    Term("Cycle {} day {}", "Ciclo {}, día {}", "第{}周期第{}天"),
    Term("Week {}", "Semana {}", "第{}周"),
    Term("Visit {}", "Visita {}", "访视{}"),
    Term("Baseline", "Visita basal", "基线"),
    Term("Screening", "Selección", "筛选"),
    Term("Randomisation", "Aleatorización", "随机化"),
    Term("Discharge", "Alta", "出院"),
    Term("screening", "selección", "筛选期"),
    Term("enrolment", "inclusión", "入组"),
    Term("treatment", "tratamiento", "治疗期"),
    Term("follow-up", "seguimiento", "随访期"),
    Term("phone", "llamada telefónica", "电话"),
    Term("home visit", "visita domiciliaria", "家访"),
    # NCT04611256
    Term("MSC transfusion", "Transfusión de células madre mesenquimales (MSC)", "间充质干细胞（MSC）输注"),
    Term("Control", "Control", "对照"),
    Term(
        "adipose tissue-derived mesenchymal stem cells",
        "células madre mesenquimales derivadas de tejido adiposo",
        "脂肪组织来源的间充质干细胞",
    ),
    Term("infusion", "infusión", "输注"),
    Term(
        "first infusion (D1); for controls the day that study treatment starts",
        "primera infusión (D1); en los controles, el día en que empieza el tratamiento del estudio",
        "首次输注（D1）；对照组为研究治疗开始之日",
    ),
    Term(
        "Chest X-ray or CT, pulmonary lesion area",
        "Radiografía o TC de tórax, área de la lesión pulmonar",
        "胸部X线或CT，肺部病变面积",
    ),
    Term("Clinical improvement", "Mejoría clínica", "临床改善"),
    Term("Temperature and other vital signs", "Temperatura y otros signos vitales", "体温及其他生命体征"),
    Term("Arterial oxygen saturation", "Saturación arterial de oxígeno", "动脉血氧饱和度"),
    Term(
        "Blood chemistry, including liver function tests",
        "Química sanguínea, incluidas las pruebas de función hepática",
        "血生化检查，包括肝功能",
    ),
    Term("Creatine phosphokinase", "Creatina fosfocinasa", "肌酸磷酸激酶"),
    Term("HLA profile expression", "Expresión del perfil de HLA", "HLA表达谱"),
    Term("Weaning from mechanical ventilation", "Retiro de la ventilación mecánica", "撤离机械通气"),
    Term("C-reactive protein (blood sample)", "Proteína C reactiva (muestra de sangre)", "C反应蛋白（血样）"),
    Term(
        "Immune cells CD3+, CD4+, CD8+, CD16+, CD19+ and CD56+ (blood sample)",
        "Células inmunitarias CD3+, CD4+, CD8+, CD16+, CD19+ y CD56+ (muestra de sangre)",
        "免疫细胞CD3+、CD4+、CD8+、CD16+、CD19+和CD56+（血样）",
    ),
    Term(
        "Pro-inflammatory cytokines IL-1β, IL-2, TNF-α, ITN-γ, IL-4, IL-6 and IL-10 (blood sample)",
        "Citocinas proinflamatorias IL-1β, IL-2, TNF-α, ITN-γ, IL-4, IL-6 e IL-10 (muestra de sangre)",
        "促炎细胞因子IL-1β、IL-2、TNF-α、ITN-γ、IL-4、IL-6和IL-10（血样）",
    ),
    Term(
        "Immunoglobulins IgA, IgG, IgM and IgE (blood sample)",
        "Inmunoglobulinas IgA, IgG, IgM e IgE (muestra de sangre)",
        "免疫球蛋白IgA、IgG、IgM和IgE（血样）",
    ),
    # NCT04252118
    Term("MSCs Treatment Group", "Grupo de tratamiento con MSC", "MSC治疗组"),
    Term("Conventional Control Group", "Grupo de control convencional", "常规对照组"),
    Term("mesenchymal stem cells", "células madre mesenquimales", "间充质干细胞"),
    Term(
        "day 0 (first infusion); for controls the day that study treatment starts",
        "día 0 (primera infusión); en los controles, el día en que empieza el tratamiento del estudio",
        "第0天（首次输注）；对照组为研究治疗开始之日",
    ),
    Term(
        "Size of lesion area by chest radiograph or CT",
        "Tamaño del área de la lesión por radiografía o TC de tórax",
        "胸部X线或CT测得的病灶面积",
    ),
    Term("Side effects, by CTCAE v4.0", "Efectos secundarios, según los CTCAE v4.0", "副作用（按CTCAE 4.0版）"),
    Term(
        "Clinical symptoms, including duration of fever and respiratory",
        "Síntomas clínicos, incluida la duración de la fiebre y de los síntomas respiratorios",
        "临床症状，包括发热和呼吸道症状的持续时间",
    ),
    Term(
        "Nucleic acid test for SARS-CoV-2",
        "Prueba de ácidos nucleicos para SARS-CoV-2",
        "新型冠状病毒（SARS-CoV-2）核酸检测",
    ),
    Term("Mortality within 28 days", "Mortalidad a los 28 días", "28天内死亡率"),
    Term("CD4+ and CD8+ T cell count", "Recuento de linfocitos T CD4+ y CD8+", "CD4+和CD8+ T细胞计数"),
    Term("Alanine aminotransferase", "Alanina aminotransferasa", "丙氨酸氨基转移酶"),
    Term("C-reactive protein", "Proteína C reactiva", "C反应蛋白"),
    Term("Creatine kinase", "Creatina cinasa", "肌酸激酶"),
)
"""``{}`` stands for a number, which stays as it is."""
