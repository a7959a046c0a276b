"""Written doses in Spanish and Chinese, and in spellings that no file takes; each meaning is worked by hand.

None is ever certain: the reading is offered, with what it was taken as, so that a person can write it plainly.
"""

from __future__ import annotations

import pytest

from dosecal.load.doses.dose_text import Status, read_dose
from tests.load.doses.test_dose_text import readings_of

SPANISH = (
    ("1 millón de células/kg", "1000000 cells/kg"),
    ("2 millones de células por kg de peso", "2000000 cells/kg"),
    ("1,5 millones de células por kilogramo de peso corporal", "1500000 cells/kg; 15000000 cells/kg"),
    ("De 1 a 4 millones de células/kg", "1000000 cells/kg; 4000000 cells/kg"),
    ("entre 1 y 5 millones de células por kg", "1000000 cells/kg; 5000000 cells/kg"),
    ("ESTREPTOQUINASA 1.5millones de UI", "1500000 units"),
    ("1×10⁶ células madre mesenquimales/kg", "1000000 cells/kg"),
    ("2 millones de células mesenquimales viables/kg", "2000000 viable cells/kg"),
    ("mil millones de partículas virales", "1000000000 viral particles"),
    ("2 x 10^11 genomas vectoriales/kg", "200000000000 vg/kg"),
    ("medio millón de células", "500000 cells"),
    ("300 mil UI", "300000 units"),
    ("5.000 UI/kg", "5000 units/kg"),
    ("100.000 UI/kg/día", "100000 units/kg"),
    ("1.000.000 de células", "1000000 cells"),
    ("1.500 UI", "1500 units; 1.5 units"),
    ("2'5 mg", "2.5 mg"),
    ("0,5 mg/kg/día", "0.5 mg/kg"),
    ("15-20 mg/kg cada 8-12 horas", "15 mg/kg; 20 mg/kg"),
    ("5 mg/kg c/12h", "5 mg/kg"),
    ("0.05-0.1 UI/kg/h", "0.05 units/kg/h; 0.1 units/kg/h"),
    ("75 mg por metro cuadrado de superficie corporal", "75 mg/m²"),
    ("375 mg/m² una vez a la semana durante 4 semanas", "375 mg/m²"),
    ("1,4 mg/m² (máximo 2 mg)", "1.4 mg/m²; 14 mg/m²"),
    ("8 mg/kg seguido de 6 mg/kg cada 3 semanas", "8 mg/kg; 6 mg/kg"),
    ("3 dosis de 1 millón de células/kg", "1000000 cells/kg"),
    ("1 millón de células por rodilla", "1000000 cells/rodilla"),
    ("100 mg en 250 ml de suero salino en 30 minutos", "100 mg"),
    ("50 mg/m2 con aguja de 25G", "50 mg/m²"),
    ("5 mg/kg por 5 días", "5 mg/kg"),
    ("hasta 400 mg/día", "400 mg"),
    ("AUC de 5", "5 AUC"),
)

CHINESE = (
    ("静脉输注10mg/kg,每2周一次", "10 mg/kg"),
    ("每公斤体重1×10⁶个细胞", "1000000 cells/kg"),
    ("每千克体重2mg", "2 mg/kg"),
    ("每平方米体表面积75mg", "75 mg/m²"),
    ("按体表面积500mg/m2，静脉滴注", "500 mg/m²"),
    ("按体重每4小时50~100单位/kg", "50 units/kg; 100 units/kg"),
    ("按患者体重1×10⁶个细胞/kg计算", "1000000 cells/kg"),
    ("4-6万单位/kg体重", "40000 units/kg; 60000 units/kg"),
    ("1.5亿 – 2亿个细胞", "150000000 cells; 200000000 cells"),
    ("1亿5000万个细胞", "150000000 cells"),
    ("3千万个细胞", "30000000 cells"),
    ("一百万个细胞/kg", "1000000 cells/kg"),
    ("两亿个细胞", "200000000 cells"),
    ("二十万单位/公斤", "200000 units/kg"),
    ("每日三次，每次一百毫克", "100 mg"),
    ("每日每公斤体重2～4万单位", "20000 units/kg; 40000 units/kg"),
    ("(1~5)×10⁶/kg", "1000000 cells/kg; 5000000 cells/kg"),
    ("2×10⁶CAR-T细胞/kg", "2000000 cells/kg"),
    ("5×10⁶个活细胞/kg", "5000000 viable cells/kg"),
    ("1×10¹²载体基因组/kg", "1000000000000 vg/kg"),
    ("3×10¹⁰病毒颗粒", "30000000000 viral particles"),
    ("300 mg/m²，最多 500 mg", "300 mg/m²"),
    ("单次输注约使用5×10⁷个细胞", "50000000 cells"),
    ("一日80万～200万单位，分3～4次给药", "800000 units; 2000000 units"),
    ("紫杉醇50mg/m²，周疗×5周", "50 mg/m²"),
    ("第1、8、15天静脉注射60mg/m²", "60 mg/m²"),
    ("首剂8mg/kg，随后6mg/kg每3周", "8 mg/kg; 6 mg/kg"),
    ("每次1ml，含5×10⁷个细胞", "50000000 cells"),
    ("每只膝关节注射5×10⁷个细胞", "50000000 cells/只膝关节"),
    ("5mg/(kg·min)", "5 mg/kg/min"),
    ("每分钟每公斤5微克", "5 mcg/kg/min"),
    ("使用25G针头注射2mg", "2 mg"),
    ("每公斤體重2mg", "2 mg/kg"),
    ("５０mg／m２", "50 mg/m²"),
)

SPELLINGS = (
    ("1∼10 × 107 cells", "10000000 cells; 100000000 cells; 107 cells; 1070 cells"),
    ("(1-10)*106 cells", "1000000 cells; 10000000 cells; 106 cells; 1060 cells"),
    ("10 to the 6th cells/kg", "1000000 cells/kg"),
    ("10exp6 cells/kg", "1000000 cells/kg"),
    ("18 MIU sc", "18000000 units"),
    ("50 kU", "50000 units"),
    ("50-100,000 IU", "50000 units; 100000 units; 50 units; 100000 units"),
    ("500 milligrammes", "500 mg"),
    ("150mgx2", "150 mg"),
)


@pytest.mark.parametrize(("text", "meaning"), [*SPANISH, *CHINESE, *SPELLINGS])
def test_dose_in_another_language_or_spelling_is_offered_and_never_certain(text: str, meaning: str) -> None:
    assert read_dose(text).status is Status.AMBIGUOUS
    assert readings_of(text) == meaning


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("1-4 millones células/kg IV", "1-4 million cells/kg IV"),
        ("静脉输注10mg/kg,每2周一次", "IV 10mg/kg, every 2 weeks"),
        ("27 mg/sqm", "27 mg/m2"),
    ],
)
def test_note_says_what_a_text_was_taken_as(text: str, taken: str) -> None:
    assert f'taken as "{taken}"' in read_dose(text).note


@pytest.mark.parametrize(
    "text", ["每次2片", "输液速度", "成人", "细胞/kg", "万古霉素", "una dosis", "2 comprimidos", "días 1 y 8"]
)
def test_text_without_a_dose_is_unreadable_in_any_language(text: str) -> None:
    assert read_dose(text).status is Status.UNREADABLE


def test_characters_that_are_not_known_are_named() -> None:
    assert '"紫杉醇"' in read_dose("紫杉醇50mg/m²").note


def test_digits_of_two_widths_in_one_number_are_refused() -> None:
    assert "two widths" in read_dose("1０mg").note
    assert read_dose("1０mg").readings == ()
