"""Words of the example protocols, those of one protocol together."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Term

EXAMPLE_TERMS = (
    # axicabtagene
    Term("Axicabtagene ciloleucel", "Axicabtagén ciloleucel", "阿基仑赛"),
    Term("cyclophosphamide", "ciclofosfamida", "环磷酰胺"),
    Term("fludarabine", "fludarabina", "氟达拉滨"),
    Term(
        "axicabtagene ciloleucel, CAR-positive viable T cells",
        "axicabtagén ciloleucel, linfocitos T viables CAR positivos",
        "阿基仑赛，CAR阳性活T细胞",
    ),
    Term("infusion of axicabtagene ciloleucel (D0)", "infusión de axicabtagén ciloleucel (D0)", "阿基仑赛输注（D0）"),
    # car-t-escalation
    Term(
        "End of the observation for dose-limiting toxicity",
        "Fin de la observación de toxicidad limitante de la dosis",
        "剂量限制性毒性观察结束",
    ),
    Term("Dose escalation (phase 1)", "Escalamiento de dosis (fase 1)", "剂量递增（1期）"),
    Term(
        "decitabine-primed tandem CART 19/20 cells",
        "células CART 19/20 en tándem preparadas con decitabina",
        "地西他滨预处理的串联CART 19/20细胞",
    ),
    Term("Dose-limiting toxicity", "Toxicidad limitante de la dosis", "剂量限制性毒性"),
    Term("infusion of the cells (D0)", "infusión de las células (D0)", "细胞输注（D0）"),
    # car-t-split
    Term("B-ALL treated with CD19 CART cell", "LLA-B tratada con células CART CD19", "接受CD19 CART细胞治疗的B-ALL"),
    Term("CD19-targeted CART cells", "células CART dirigidas a CD19", "靶向CD19的CART细胞"),
    Term("first infusion (D1)", "primera infusión (D1)", "首次输注（D1）"),
    # carboplatin-auc
    Term("Carboplatin and paclitaxel", "Carboplatino y paclitaxel", "卡铂联合紫杉醇"),
    Term("carboplatin", "carboplatino", "卡铂"),
    Term("first infusion (C1D1)", "primera infusión (C1D1)", "首次输注（C1D1）"),
    # docetaxel-cycles
    Term(
        "Androgen-Deprivation Therapy and Docetaxel",
        "Terapia de privación androgénica y docetaxel",
        "雄激素剥夺治疗联合多西他赛",
    ),
    Term("Androgen-Deprivation Therapy Alone", "Solo terapia de privación androgénica", "单纯雄激素剥夺治疗"),
    Term("docetaxel", "docetaxel", "多西他赛"),
    Term(
        "first infusion of docetaxel (C1D1); without docetaxel the day that study treatment starts",
        "primera infusión de docetaxel (C1D1); sin docetaxel, el día en que empieza el tratamiento del estudio",
        "首次多西他赛输注（C1D1）；不用多西他赛者为研究治疗开始之日",
    ),
    # es-sclc-chemotherapy
    Term("Screening and baseline", "Selección y visita basal", "筛选与基线"),
    Term("Cycle 1 begins", "Comienza el ciclo 1", "第1周期开始"),
    Term("End of cycle 6", "Fin del ciclo 6", "第6周期结束"),
    Term(
        "Traditional Chinese medicine with chemotherapy",
        "Medicina tradicional china con quimioterapia",
        "中药联合化疗",
    ),
    Term("Placebo with chemotherapy", "Placebo con quimioterapia", "安慰剂联合化疗"),
    Term("Imaging examination", "Estudio de imagen", "影像学检查"),
    Term("Blood, urine and stool", "Sangre, orina y heces", "血、尿、便检查"),
    Term("ECOG performance status", "Estado funcional ECOG", "ECOG体能状态"),
    Term("Adverse events", "Eventos adversos", "不良事件"),
    Term("first day of cycle 1", "primer día del ciclo 1", "第1周期第1天"),
    # genepredict-ps
    Term("Visits 1 and 2, beginning of period 1", "Visitas 1 y 2, comienzo del periodo 1", "访视1和2，第1阶段开始"),
    Term("Visits 3 and 4, end of period 1", "Visitas 3 y 4, fin del periodo 1", "访视3和4，第1阶段结束"),
    Term("Visits 5 and 6, beginning of period 2", "Visitas 5 y 6, comienzo del periodo 2", "访视5和6，第2阶段开始"),
    Term("Visits 7 and 8, end of period 2", "Visitas 7 y 8, fin del periodo 2", "访视7和8，第2阶段结束"),
    Term("period {}", "periodo {}", "第{}阶段"),
    Term(
        "Plant sterols in period 1, placebo in period 2",
        "Esteroles vegetales en el periodo 1, placebo en el periodo 2",
        "第1阶段植物甾醇，第2阶段安慰剂",
    ),
    Term(
        "Placebo in period 1, plant sterols in period 2",
        "Placebo en el periodo 1, esteroles vegetales en el periodo 2",
        "第1阶段安慰剂，第2阶段植物甾醇",
    ),
    Term(
        "Vital signs and anthropometric measures", "Signos vitales y medidas antropométricas", "生命体征和人体测量指标"
    ),
    Term("Blood lipid profile and glucose", "Perfil de lípidos y glucosa en sangre", "血脂谱和血糖"),
    Term(
        "Blood sterol and sterol precursor profile",
        "Perfil de esteroles y de sus precursores en sangre",
        "血液甾醇及甾醇前体谱",
    ),
    Term(
        "Gastrointestinal tolerability questionnaires",
        "Cuestionarios de tolerabilidad gastrointestinal",
        "胃肠道耐受性问卷",
    ),
    Term("Plant sterols or placebo dispensed", "Entrega de esteroles vegetales o placebo", "发放植物甾醇或安慰剂"),
    Term("study product", "producto del estudio", "研究产品"),
    Term("week 0, first day of period 1", "semana 0, primer día del periodo 1", "第0周，第1阶段第1天"),
    # what stands in place of blinded arms
    Term("blinded", "con cegamiento", "已设盲"),
    Term("study treatment", "tratamiento del estudio", "研究治疗"),
    Term("study visit", "visita del estudio", "研究访视"),
    Term("study procedure", "procedimiento del estudio", "研究操作"),
    Term("study vaccine", "vacuna del estudio", "研究疫苗"),
    Term("study granules with chemotherapy", "gránulos del estudio con quimioterapia", "研究颗粒剂联合化疗"),
    Term(
        "study treatment with gemcitabine and cisplatin",
        "tratamiento del estudio con gemcitabina y cisplatino",
        "研究治疗联合吉西他滨和顺铂",
    ),
    # hepatitis-e-vaccine
    Term("Visit 1: invitation", "Visita 1: invitación", "访视1：邀请"),
    Term("Visit 2: first vaccination", "Visita 2: primera vacunación", "访视2：第1次接种"),
    Term("Home visit after dose {}", "Visita domiciliaria tras la dosis {}", "第{}剂后家访"),
    Term("Visit 10: second vaccination", "Visita 10: segunda vacunación", "访视10：第2次接种"),
    Term("Visits 11 to 17: home visits", "Visitas 11 a 17: visitas domiciliarias", "访视11至17：家访"),
    Term("Visit 18: third vaccination", "Visita 18: tercera vacunación", "访视18：第3次接种"),
    Term("Visits 19 to 25: home visits", "Visitas 19 a 25: visitas domiciliarias", "访视19至25：家访"),
    Term("Visit 26: blood sample", "Visita 26: muestra de sangre", "访视26：采血"),
    Term("Visit 27: end of the study", "Visita 27: fin del estudio", "访视27：研究结束"),
    Term("vaccination", "vacunación", "接种期"),
    Term("Hepatitis E vaccine", "Vacuna contra la hepatitis E", "戊型肝炎疫苗"),
    Term("Hepatitis B vaccine (control)", "Vacuna contra la hepatitis B (control)", "乙型肝炎疫苗（对照）"),
    Term("hev_vaccine", "vacuna contra la hepatitis E", "戊型肝炎疫苗"),
    Term("hbv_vaccine", "vacuna contra la hepatitis B", "乙型肝炎疫苗"),
    Term("hepatitis E vaccine HEV 239", "vacuna contra la hepatitis E HEV 239", "戊型肝炎疫苗HEV 239"),
    Term("hepatitis B vaccine", "vacuna contra la hepatitis B", "乙型肝炎疫苗"),
    Term("Immediate reactions", "Reacciones inmediatas", "即时反应"),
    Term("Home visit for harms", "Visita domiciliaria por posibles daños", "家访了解不良反应"),
    Term("Dried blood spots", "Gotas de sangre seca", "干血斑"),
    Term("first vaccination", "primera vacunación", "第1次接种"),
    # inm004-phase-1
    Term("First infusion", "Primera infusión", "第1次输注"),
    Term("Second infusion", "Segunda infusión", "第2次输注"),
    Term("Third infusion", "Tercera infusión", "第3次输注"),
    Term("INM004 4 mg/kg", "INM004 4 mg/kg", "INM004 4 mg/kg"),
    Term("Placebo", "Placebo", "安慰剂"),
    Term("INM004, equine F(ab')2 fragments", "INM004, fragmentos F(ab')2 de origen equino", "INM004，马源F(ab')2片段"),
    Term("Serum for INM004", "Suero para INM004", "INM004血清检测"),
    Term("Immunogenicity", "Inmunogenicidad", "免疫原性"),
    Term("first infusion", "primera infusión", "第1次输注"),
    Term("third infusion", "tercera infusión", "第3次输注"),
    # lzzt
    Term("Ambulatory ECG placed", "Colocación del ECG ambulatorio", "佩戴动态心电图"),
    Term(
        "Xanomeline low dose: 50 cm2, 54 mg", "Xanomelina, dosis baja: 50 cm2, 54 mg", "占诺美林低剂量：50 cm2，54 mg"
    ),
    Term(
        "Xanomeline high dose: 75 cm2, 81 mg", "Xanomelina, dosis alta: 75 cm2, 81 mg", "占诺美林高剂量：75 cm2，81 mg"
    ),
    Term("ADAS-Cog, CIBIC+ and DAD", "ADAS-Cog, CIBIC+ y DAD", "ADAS-Cog、CIBIC+和DAD"),
    Term(
        "Electrocardiogram, chemistry and haematology",
        "Electrocardiograma, química sanguínea y hematología",
        "心电图、血生化和血液学检查",
    ),
    Term("Urinalysis", "Examen general de orina", "尿液分析"),
    Term(
        "Plasma levels of xanomeline and metabolites",
        "Concentraciones plasmáticas de xanomelina y sus metabolitos",
        "占诺美林及其代谢物的血浆浓度",
    ),
    Term("Medication dispensed", "Entrega de la medicación", "发放药物"),
    Term(
        "visit 3, week 0: randomisation and first application",
        "visita 3, semana 0: aleatorización y primera aplicación",
        "访视3，第0周：随机化和首次用药",
    ),
    # mesenchymal-ards
    Term("Human Mesenchymal Stromal Cells", "Células estromales mesenquimales humanas", "人间充质基质细胞"),
    Term("Plasma-Lyte A", "Plasma-Lyte A", "Plasma-Lyte A"),
    Term(
        "allogeneic bone marrow-derived human mesenchymal stromal cells",
        "células estromales mesenquimales humanas alogénicas derivadas de médula ósea",
        "同种异体骨髓来源的人间充质基质细胞",
    ),
    Term("infusion of the study product (D0)", "infusión del producto del estudio (D0)", "研究产品输注（D0）"),
    # ryoncil
    Term("Response", "Respuesta", "疗效评估"),
    Term("Remestemcel-L", "Remestemcel-L", "Remestemcel-L"),
    Term(
        "remestemcel-L, mesenchymal stromal cells",
        "remestemcel-L, células estromales mesenquimales",
        "remestemcel-L，间充质基质细胞",
    ),
    Term(
        "Response of the graft versus host disease",
        "Respuesta de la enfermedad de injerto contra huésped",
        "移植物抗宿主病的缓解情况",
    ),
    # tisagenlecleucel
    Term("Tisagenlecleucel", "Tisagenlecleucel", "替沙仑赛"),
    Term(
        "tisagenlecleucel, CAR-positive viable T cells",
        "tisagenlecleucel, linfocitos T viables CAR positivos",
        "替沙仑赛，CAR阳性活T细胞",
    ),
    Term("infusion (D0)", "infusión (D0)", "输注（D0）"),
    # topaz-1
    Term("disease progression", "la progresión de la enfermedad", "疾病进展"),
    Term("monotherapy", "monoterapia", "单药治疗期"),
    Term(
        "Durvalumab with gemcitabine and cisplatin",
        "Durvalumab con gemcitabina y cisplatino",
        "度伐利尤单抗联合吉西他滨和顺铂",
    ),
    Term("Placebo with gemcitabine and cisplatin", "Placebo con gemcitabina y cisplatino", "安慰剂联合吉西他滨和顺铂"),
    Term("Durvalumab or placebo infusion", "Infusión de durvalumab o placebo", "度伐利尤单抗或安慰剂输注"),
    Term("Gemcitabine and cisplatin", "Gemcitabina y cisplatino", "吉西他滨和顺铂"),
    Term("cycle 1 day 1", "ciclo 1, día 1", "第1周期第1天"),
)
