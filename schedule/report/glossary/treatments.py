"""Words of the shipped studies about what is given: products, regimens, routes and arms."""

from __future__ import annotations

from schedule.report.glossary.phrase import Term

PRODUCTS = (
    Term("mesenchymal stem cells", "células madre mesenquimales", "间充质干细胞"),
    Term(
        "adipose tissue-derived mesenchymal stem cells",
        "células madre mesenquimales derivadas de tejido adiposo",
        "脂肪组织来源间充质干细胞",
    ),
    Term("mesenchymal stromal cells", "células estromales mesenquimales", "间充质基质细胞"),
    Term(
        "allogeneic bone marrow-derived human mesenchymal stromal cells",
        "células estromales mesenquimales humanas alogénicas derivadas de médula ósea",
        "同种异体骨髓来源人间充质基质细胞",
    ),
    Term(
        "remestemcel-L, mesenchymal stromal cells",
        "remestemcel-L, células estromales mesenquimales",
        "remestemcel-L，间充质基质细胞",
    ),
    Term("CD19-targeted CART cells", "células CART dirigidas a CD19", "靶向CD19的CART细胞"),
    Term(
        "decitabine-primed tandem CART 19/20 cells",
        "células CART 19/20 en tándem preparadas con decitabina",
        "地西他滨预处理的串联CART 19/20细胞",
    ),
    Term(
        "axicabtagene ciloleucel, CAR-positive viable T cells",
        "axicabtagene ciloleucel, células T viables CAR positivas",
        "阿基仑赛（axicabtagene ciloleucel），CAR阳性活T细胞",
    ),
    Term(
        "tisagenlecleucel, CAR-positive viable T cells",
        "tisagenlecleucel, células T viables CAR positivas",
        "替沙仑赛（tisagenlecleucel），CAR阳性活T细胞",
    ),
    Term("INM004, equine F(ab')2 fragments", "INM004, fragmentos F(ab')2 equinos", "INM004，马F(ab')2片段"),
    Term("carboplatin", "carboplatino", "卡铂"),
    Term("cyclophosphamide", "ciclofosfamida", "环磷酰胺"),
    Term("docetaxel", "docetaxel", "多西他赛"),
    Term("fludarabine", "fludarabina", "氟达拉滨"),
    Term("hepatitis E vaccine HEV 239", "vacuna contra la hepatitis E HEV 239", "戊型肝炎疫苗HEV 239"),
    Term("hepatitis B vaccine", "vacuna contra la hepatitis B", "乙型肝炎疫苗"),
    Term("study drug", "fármaco del estudio", "试验药物"),
)
REGIMENS = (
    Term("infusion", "infusión", "输注"),
    Term("MSC infusion", "infusión de MSC", "MSC输注"),
    Term("intravenous infusion", "infusión intravenosa", "静脉输注"),
    Term("intravenous", "intravenosa", "静脉"),
    Term("intravenously", "por vía intravenosa", "静脉给药"),
    Term("intramuscular injection", "inyección intramuscular", "肌内注射"),
    Term("i.v. infusion", "infusión i.v.", "静脉输注"),
    Term("IV", "IV", "静脉（IV）"),
    Term("CD3+ cells", "células CD3+", "CD3+细胞"),
)
ARMS = (
    Term("MSC transfusion", "Transfusión de MSC", "MSC输注组"),
    Term("Control", "Control", "对照组"),
    Term("MSCs Treatment Group", "Grupo de tratamiento con MSC", "MSC治疗组"),
    Term("Conventional Control Group", "Grupo de control convencional", "常规对照组"),
    Term("Active", "Activo", "治疗组"),
    Term("Cells", "Células", "细胞组"),
    Term(
        "Androgen-Deprivation Therapy and Docetaxel",
        "Terapia de privación de andrógenos y docetaxel",
        "雄激素剥夺治疗联合多西他赛",
    ),
    Term("Androgen-Deprivation Therapy Alone", "Terapia de privación de andrógenos sola", "单用雄激素剥夺治疗"),
    Term("Axicabtagene ciloleucel", "Axicabtagene ciloleucel", "阿基仑赛（axicabtagene ciloleucel）"),
    Term("Tisagenlecleucel", "Tisagenlecleucel", "替沙仑赛（tisagenlecleucel）"),
    Term(
        "B-ALL treated with CD19 CART cell",
        "LLA-B tratada con células CART CD19",
        "接受CD19 CART细胞治疗的B-ALL",
    ),
    Term("Carboplatin and paclitaxel", "Carboplatino y paclitaxel", "卡铂联合紫杉醇"),
    Term("Dose escalation (phase 1)", "Escalamiento de dosis (fase 1)", "剂量递增（1期）"),
    Term("Hepatitis E vaccine", "Vacuna contra la hepatitis E", "戊型肝炎疫苗组"),
    Term("Hepatitis B vaccine (control)", "Vacuna contra la hepatitis B (control)", "乙型肝炎疫苗组（对照）"),
    Term("Human Mesenchymal Stromal Cells", "Células estromales mesenquimales humanas", "人间充质基质细胞组"),
    Term("Plasma-Lyte A", "Plasma-Lyte A", "Plasma-Lyte A"),
    Term("INM004 4 mg/kg", "INM004 4 mg por kg", "INM004 每千克4 mg"),
    Term("Placebo", "Placebo", "安慰剂组"),
    Term("Remestemcel-L", "Remestemcel-L", "Remestemcel-L组"),
    Term(
        "Traditional Chinese medicine with chemotherapy",
        "Medicina tradicional china con quimioterapia",
        "中药联合化疗",
    ),
    Term("Placebo with chemotherapy", "Placebo con quimioterapia", "安慰剂联合化疗"),
    Term(
        "Plant sterols in period 1, placebo in period 2",
        "Esteroles vegetales en el periodo 1, placebo en el periodo 2",
        "第1期植物甾醇，第2期安慰剂",
    ),
    Term(
        "Placebo in period 1, plant sterols in period 2",
        "Placebo en el periodo 1, esteroles vegetales en el periodo 2",
        "第1期安慰剂，第2期植物甾醇",
    ),
    Term(
        "Xanomeline low dose: 50 cm2, 54 mg", "Xanomelina en dosis baja: 50 cm², 54 mg", "占诺美林低剂量：50 cm²，54 mg"
    ),
    Term(
        "Xanomeline high dose: 75 cm2, 81 mg",
        "Xanomelina en dosis alta: 75 cm², 81 mg",
        "占诺美林高剂量：75 cm²，81 mg",
    ),
    Term(
        "Durvalumab with gemcitabine and cisplatin",
        "Durvalumab con gemcitabina y cisplatino",
        "度伐利尤单抗联合吉西他滨和顺铂",
    ),
    Term("Placebo with gemcitabine and cisplatin", "Placebo con gemcitabina y cisplatino", "安慰剂联合吉西他滨和顺铂"),
)
TREATMENTS = (*PRODUCTS, *REGIMENS, *ARMS)
