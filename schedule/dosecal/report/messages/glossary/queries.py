"""The queries of the registry trials: what the source leaves open, in the words of their protocol files.

Conventions: what a query quotes stays in the language of the source.
"""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Term

_BASELINE = "The record does not say on which day baseline is; it is put on day {day}, before the infusion."
QUERIES = (
    Term(
        'The dose is printed as "1X106/kg" in the description and as "1*10E6 … /kg" in the arm: read as 1 million '
        "cells per kg, since the first has lost a superscript and the second writes 10E6 for 10^6.",
        'La dosis está impresa como "1X106/kg" en la descripción y como "1*10E6 … /kg" en el grupo: se lee como 1 '
        "millón de células por kg, ya que la primera perdió un superíndice y la segunda escribe 10E6 en vez de 10^6.",
        '剂量在说明中印作"1X106/kg"，在组别中印作"1*10E6 … /kg"：按每千克1百万个细胞理解，'
        "因为前者丢失了上标，后者用10E6表示10^6。",
    ),
    Term(
        _BASELINE.format(day=1),
        "El registro no dice en qué día es la visita basal; se coloca en el día 1, antes de la infusión.",
        "登记记录未说明基线在哪一天；此处置于第1天，输注之前。",
    ),
    Term(
        _BASELINE.format(day=0),
        "El registro no dice en qué día es la visita basal; se coloca en el día 0, antes de la infusión.",
        "登记记录未说明基线在哪一天；此处置于第0天，输注之前。",
    ),
    Term(
        "The outcome measures call for change from baseline in arterial oxygen saturation, while the description lists "
        "it from day 2 on: it is also done at baseline.",
        "Las medidas de resultado piden el cambio desde la visita basal en la saturación arterial de oxígeno, mientras "
        "que la descripción la enumera desde el día 2: también se hace en la visita basal.",
        "结局指标要求动脉血氧饱和度相对基线的变化，而说明中自第2天起才列出：因此基线时也进行。",
    ),
    Term(
        "One of the two outcome measures titled arterial oxygen saturation is described as lesion area on a chest "
        "x-ray or computed axial tomography.",
        "Una de las dos medidas de resultado tituladas saturación arterial de oxígeno se describe como el área de "
        "lesión en una radiografía de tórax o tomografía axial computarizada.",
        "两项名为动脉血氧饱和度的结局指标中，有一项被描述为胸部X线或计算机轴向断层扫描上的病变面积。",
    ),
    Term(
        "C-reactive protein and immune cells: the description lists days 2, 3, 5, 10, 15, 20, 25; the outcome measures "
        "say blood samples on days 1, 3, 7, 15, 20, 25.",
        "Proteína C reactiva y células inmunitarias: la descripción enumera los días 2, 3, 5, 10, 15, 20, 25; las "
        "medidas de resultado indican muestras de sangre en los días 1, 3, 7, 15, 20, 25.",
        "C反应蛋白和免疫细胞：说明列出第2、3、5、10、15、20、25天；结局指标则为第1、3、7、15、20、25天采血。",
    ),
    Term(
        "Cytokines and immunoglobulins: the description lists them under days 2, 3, 5, 10, 15, 20, 25; the outcome "
        "measures say blood samples on days 1, 3, 7, 15, 20, 25.",
        "Citocinas e inmunoglobulinas: la descripción las enumera en los días 2, 3, 5, 10, 15, 20, 25; las medidas de "
        "resultado indican muestras de sangre en los días 1, 3, 7, 15, 20, 25.",
        "细胞因子和免疫球蛋白：说明将其列于第2、3、5、10、15、20、25天；结局指标则为第1、3、7、15、20、25天采血。",
    ),
    Term(
        '"ITN-γ" is printed among the cytokines as it stands here; IFN-γ may be meant.',
        '"ITN-γ" está impreso entre las citocinas tal como aparece aquí; quizá se refiera a IFN-γ.',
        '细胞因子中印作"ITN-γ"，此处照录；可能是指IFN-γ。',
    ),
    Term(
        "The clinical improvement outcome measure is described as the number of days to discharge.",
        "La medida de resultado de mejoría clínica se describe como el número de días hasta el alta.",
        "临床改善这一结局指标被描述为至出院的天数。",
    ),
    Term(
        "The record states no visit windows, no weight rule, no cap, no rounding, no product concentration and no "
        "infusion rate.",
        "El registro no indica ventanas de visita, regla del peso, tope, redondeo, concentración del producto ni "
        "velocidad de infusión.",
        "登记记录未说明访视窗、体重规则、上限、修约、产品浓度和输注速度。",
    ),
    Term(
        'The dose is printed as "3.0*10E7": read as 30 million cells, since the record writes 10E7 for 10^7; 10 × 10^7 '
        "would be ten times more.",
        'La dosis está impresa como "3.0*10E7": se lee como 30 millones de células, ya que el registro escribe 10E7 en '
        "vez de 10^7; 10 × 10^7 sería diez veces más.",
        '剂量印作"3.0*10E7"：按30百万个细胞理解，因为记录用10E7表示10^7；若为10 × 10^7则是十倍。',
    ),
    Term(
        "Side effects are listed for the treated group only.",
        "Los efectos secundarios se enumeran solo para el grupo tratado.",
        "不良反应仅列出治疗组。",
    ),
    Term(
        'The age limit is printed as "18 years (including) -70 years old"; whether 70 is included is read from "18 '
        'Years to 70 Years".',
        'El límite de edad está impreso como "18 years (including) -70 years old"; que 70 esté incluido se lee de "18 '
        'Years to 70 Years".',
        '年龄限制印作"18 years (including) -70 years old"；是否包含70岁依据"18 Years to 70 Years"判断。',
    ),
    Term(
        "The record states no visit windows, no rounding, no product concentration and no infusion rate.",
        "El registro no indica ventanas de visita, redondeo, concentración del producto ni velocidad de infusión.",
        "登记记录未说明访视窗、修约、产品浓度和输注速度。",
    ),
)
