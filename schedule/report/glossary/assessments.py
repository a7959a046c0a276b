"""Labels of the assessments of the shipped studies."""

from __future__ import annotations

from schedule.report.glossary.phrase import Term

ASSESSMENTS = (
    Term(
        "Size of lesion area by chest radiograph or CT",
        "Tamaño del área de lesión por radiografía o TC de tórax",
        "胸部X线或CT所示病变面积",
    ),
    Term("Side effects, by CTCAE v4.0", "Efectos secundarios, según CTCAE v4.0", "不良反应（按CTCAE v4.0）"),
    Term(
        "Clinical symptoms, including duration of fever and respiratory",
        "Síntomas clínicos, incluida la duración de la fiebre y los respiratorios",
        "临床症状，包括发热持续时间和呼吸道症状",
    ),
    Term("Nucleic acid test for SARS-CoV-2", "Prueba de ácido nucleico de SARS-CoV-2", "SARS-CoV-2核酸检测"),
    Term("Mortality within 28 days", "Mortalidad a 28 días", "28天内死亡率"),
    Term("CD4+ and CD8+ T cell count", "Conteo de células T CD4+ y CD8+", "CD4+和CD8+ T细胞计数"),
    Term("Alanine aminotransferase", "Alanina aminotransferasa", "丙氨酸氨基转移酶"),
    Term("C-reactive protein", "Proteína C reactiva", "C反应蛋白"),
    Term("Creatine kinase", "Creatina cinasa", "肌酸激酶"),
    Term(
        "Chest X-ray or CT, pulmonary lesion area",
        "Radiografía o TC de tórax, área de lesión pulmonar",
        "胸部X线或CT，肺部病变面积",
    ),
    Term("Clinical improvement", "Mejoría clínica", "临床改善"),
    Term("Temperature and other vital signs", "Temperatura y otros signos vitales", "体温及其他生命体征"),
    Term("Arterial oxygen saturation", "Saturación arterial de oxígeno", "动脉血氧饱和度"),
    Term(
        "Blood chemistry, including liver function tests",
        "Química sanguínea, incluidas pruebas de función hepática",
        "血生化，包括肝功能检查",
    ),
    Term("Creatine phosphokinase", "Creatina fosfocinasa", "肌酸磷酸激酶"),
    Term("HLA profile expression", "Expresión del perfil HLA", "HLA谱表达"),
    Term("Weaning from mechanical ventilation", "Retiro de la ventilación mecánica", "脱离机械通气"),
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
    Term("Dose-limiting toxicity", "Toxicidad limitante de la dosis", "剂量限制性毒性"),
    Term("Imaging examination", "Examen por imagen", "影像学检查"),
    Term("Blood, urine and stool", "Sangre, orina y heces", "血、尿和粪便检查"),
    Term("ECOG performance status", "Estado funcional ECOG", "ECOG体能状态"),
    Term("Adverse events", "Eventos adversos", "不良事件"),
    Term("Vital signs and anthropometric measures", "Signos vitales y medidas antropométricas", "生命体征和人体测量"),
    Term("Blood lipid profile and glucose", "Perfil de lípidos y glucosa en sangre", "血脂和血糖"),
    Term(
        "Blood sterol and sterol precursor profile",
        "Perfil de esteroles y precursores de esteroles en sangre",
        "血甾醇及甾醇前体谱",
    ),
    Term(
        "Gastrointestinal tolerability questionnaires",
        "Cuestionarios de tolerabilidad gastrointestinal",
        "胃肠道耐受性问卷",
    ),
    Term("Plant sterols dispensed", "Se entregan esteroles vegetales", "发放植物甾醇"),
    Term("Placebo dispensed", "Se entrega placebo", "发放安慰剂"),
    Term("Immediate reactions", "Reacciones inmediatas", "即刻反应"),
    Term("Home visit for harms", "Visita domiciliaria por efectos nocivos", "家访记录不良反应"),
    Term("Dried blood spots", "Gotas de sangre seca", "干血斑"),
    Term("Serum for INM004", "Suero para INM004", "血清INM004检测"),
    Term("Immunogenicity", "Inmunogenicidad", "免疫原性"),
    Term("ADAS-Cog, CIBIC+ and DAD", "ADAS-Cog, CIBIC+ y DAD", "ADAS-Cog、CIBIC+和DAD"),
    Term(
        "Electrocardiogram, chemistry and haematology",
        "Electrocardiograma, química y hematología",
        "心电图、生化和血液学",
    ),
    Term("Urinalysis", "Análisis de orina", "尿液分析"),
    Term(
        "Plasma levels of xanomeline and metabolites",
        "Concentraciones plasmáticas de xanomelina y metabolitos",
        "血浆占诺美林及代谢物浓度",
    ),
    Term("Medication dispensed", "Se entrega la medicación", "发放药物"),
    Term(
        "Response of the graft versus host disease",
        "Respuesta de la enfermedad de injerto contra huésped",
        "移植物抗宿主病的疗效",
    ),
    Term("Durvalumab or placebo infusion", "Infusión de durvalumab o placebo", "度伐利尤单抗或安慰剂输注"),
    Term("Gemcitabine and cisplatin", "Gemcitabina y cisplatino", "吉西他滨和顺铂"),
)
