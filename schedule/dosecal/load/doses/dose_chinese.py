"""What a written dose says in Chinese, rewritten in English phrase by phrase.

Conventions: a row is a pattern and its replacement, tried in order, what a dose is stated per first: no row may take
a basis for something else. Characters that no row knows stay as they are and are named as not understood. 万, 亿 and
the like stay beside their number, where they are read as factors.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dosecal.model.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable

HAS_CHINESE = regex(r"[\u4e00-\u9fff]")
"""A Chinese character."""

_FROM = "體細單萬億靜脈輸劑藥給與週時鐘個過約積後療間質幹紅顆載組國際連續總數應內動關節滴飲隔壯圍範"
_TO = "体细单万亿静脉输剂药给与周时钟个过约积后疗间质干红颗载组国际连续总数应内动关节滴饮隔壮围范"
TRADITIONAL = str.maketrans(_FROM, _TO)
"""Traditional characters as simplified ones."""

_DIGITS = {c: value for value, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "亿": 10**8}
_NUMERAL = regex(r"(?:[零〇一二两三四五六七八九十百万亿]|千(?!克))+(?:点[零〇一二三四五六七八九]+)?")
_MIXED = regex(r"(?<![\d.,])(\d+)亿(\d+)(?:(千)?万)?(?![\d.,])")
_COUNTS = (
    r"(?=\s*(?:-|~|至|到|个|例|次|日|天|周|月|小时|分钟|剂|疗程|周期|单位|国际|毫|微|克|细胞|活|病毒|载体|倍"
    r"|mg|mcg|µg|g\b|m[lL]|IU|U\b|cells))"
)


def _numeral(found: re.Match[str]) -> str:
    """A spelled number in digits: 五百万 is 5000000, 两 is 2, 三点五 is 3.5."""
    whole, _, rest = found[0].partition("点")
    total, part, digit = 0, 0, 0
    for c in whole:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _STEPS:
            part, digit = part + (digit or 1) * _STEPS[c], 0
        else:
            total, part, digit = (total + part + digit or 1) * _BIG[c], 0, 0
    value = str(total + part + digit)
    return f"{value}.{''.join(str(_DIGITS[c]) for c in rest)}" if rest else value


def _mixed(found: re.Match[str]) -> str:
    """A number of 亿 and 万 in digits: 1亿5000万 is 150000000."""
    return str(int(found[1]) * 10**8 + int(found[2]) * {True: 10**7, False: 10**4}[bool(found[3])])


def _set_apart(found: re.Match[str]) -> str:
    return (found[1] or "") + (f" {found[2]} " if found[2] else "")


def apart(text: str) -> str:
    """The text with blanks around the characters that no row knows, but for the factor of a number."""
    return re.sub(r"((?<=\d)(?:万亿|[十百千]?[万亿]|[百千]))?([\u4e00-\u9fff]*)", _set_apart, text)


def spelled_numbers(text: str) -> str:
    """The text with the numbers that are spelled in Chinese written in digits."""
    text = re.sub(r"(?<![\d.,])\d+亿\d+千?万", lambda m: _MIXED.sub(_mixed, m[0]), text)
    return re.sub(rf"(?<![\d.十百千万亿]){_NUMERAL.pattern}{_COUNTS}", _numeral, text)


_WEIGHT = r"(?:\s*(?:的)?(?:患者|病人|受试者)?(?:的)?(?:实际)?体重)?"
_SURFACE = r"(?:\s*(?:的)?(?:患者)?(?:的)?体表面积)?"
_N = r"\d+(?:\.\d+)?(?:\s*(?:-|~|至|到|或)\s*\d+(?:\.\d+)?)?"
_DAY = r"(?:日|天)"
_GIVEN = r"\s*(?:静脉|皮下|肌内)?(?:给药|注射|输注|滴注|口服|使用|应用)?\s*"
_MODIFIERS = (
    r"(?:间充质|基质|骨髓|脐带血?|脂肪|外周血?|单个?核|有核|造血|胚胎|多能|干|祖|自体|自身|同种|异体|异基因|淋巴|树突状|杀伤|自然|调节性"
    r"|免疫|肿瘤|人|源性?|来源|的|心肌|成纤维|T|B|NK|CAR-T|CIK|DC|CD\d+\+?|阳性)"
)


def _on_days(found: re.Match[str]) -> str:
    """Numbered days in English: 第1天、第8天 is day 1, 8."""
    days = re.sub(r"[至到~]", "-", re.sub(r"[第日天]", "", found[1]))
    return f" day {re.sub(r'[和及]', ', ', days)} "


Row = tuple[str, "str | Callable[[re.Match[str]], str]"]

CHINESE: tuple[Row, ...] = (
    (r"10\s*的\s*(\d+)\s*次方", r"10^\1"),
    (r"乘以?", " × "),
    # per what
    (r"/\s*[（(]\s*(公斤|千克|kg|平方米|m2|m\^2)\s*[·.*×]\s*(天|日|d|小时|h|分钟?|min)\s*[)）]", r"/\1/\2"),
    (r"(/\s*(?:公斤|千克|kg|平方米|m2|m\^2))\s*[·.*×]\s*(?=天|日|小时|分钟?)", r"\1/"),
    (rf"(?:/\s*(?:公斤|千克)|每\s*(?:公斤|千克|kg)){_WEIGHT}", " per kg "),
    (r"(?<=kg)\s*(?:的)?体重", " "),
    (rf"(?:/\s*(?:平方米|平方公尺)|每\s*(?:平方米|平方公尺|m2|m\^2)){_SURFACE}", " per m2 "),
    (r"(?<=m2|\^2)\s*(?:的)?体表面积", " "),
    (r"(?:根据|依据|按照?|以)\s*(?:患者|病人)?(?:的)?(?:实际)?体重", " by body weight "),
    (r"(?:根据|依据|按照?|以)\s*(?:患者|病人)?(?:的)?体表面积", " by body surface "),
    (r"理想体重", " ideal body weight "),
    (r"(?:/|每)\s*小时(?!\d*\s*次)", " /h "),
    (r"(?:/|每)\s*分钟?", " /min "),
    # how often, how long, on which days
    (rf"(?:每|/)?\s*1?\s*(?:{_DAY}|晚|早|晨){_GIVEN}({_N})\s*次", r" \1 times daily "),
    (rf"(?:每|/)\s*周{_GIVEN}({_N})\s*次", r" \1 times weekly "),
    (rf"(?:每|/)\s*月{_GIVEN}({_N})\s*次", r" \1 times monthly "),
    (rf"({_N})\s*次\s*/\s*(?:日|天|d)", r" \1 times daily "),
    (rf"({_N})\s*次\s*/\s*周", r" \1 times weekly "),
    (rf"每\s*隔?\s*({_N})\s*(?:个)?小时(?:{_GIVEN}1次)?", r" every \1 hours "),
    (rf"每\s*隔?\s*({_N})\s*{_DAY}(?:{_GIVEN}1次)?", r" every \1 days "),
    (rf"每\s*隔?\s*({_N})\s*周(?:{_GIVEN}1次)?", r" every \1 weeks "),
    (rf"每\s*隔?\s*({_N})\s*个?月(?:{_GIVEN}1次)?", r" every \1 months "),
    (r"隔日(?:1?次)?", " every other day "),
    (r"每\s*(?:晚|早|晨)", " every day "),
    (rf"第\s*(-?\d+(?:\s*{_DAY}?\s*[,和及至到~-]\s*第?\s*-?\d+)*)\s*{_DAY}", _on_days),
    (r"第\s*(\d+)\s*周", r" week \1 "),
    (rf"(?:×|x|连用|连续|共|疗程|持续|为期)\s*({_N})\s*{_DAY}", r" for \1 days "),
    (rf"({_N})\s*{_DAY}\s*为?1?个?(?:疗程|周期)", r" for \1 days "),
    (rf"({_N})\s*(?:个)?\s*(?:周期|疗程)", r" \1 cycles "),
    (r"周疗", " weekly "),
    (rf"(?:×|x|连续|共)?\s*({_N})\s*周(?!岁)", r" \1 weeks "),
    (rf"({_N})\s*个月", r" \1 months "),
    (rf"({_N})\s*(?:个)?小时", r" \1 hours "),
    (rf"({_N})\s*分钟", r" \1 minutes "),
    (rf"分\s*(?:成|为)?\s*({_N})\s*次", r" divided in \1 doses "),
    (r"(?:每|1|单|首|/)\s*次(?:剂量)?", " per dose "),
    (rf"(?:共|总共|连续)?\s*({_N})\s*次", r" \1 doses "),
    (r"(?:每|/)\s*(?:人|例|患者|受试者)", " per patient "),
    (rf"(?:每|1|/)\s*{_DAY}|(?<![\d第]){_DAY}(?=\s*(?:剂量|用量))", " per day "),
    (rf"({_N})\s*{_DAY}", r" \1 days "),
    (r"(?:每|1|/)\s*周", " per week "),
    (r"(?:每|/)\s*个?月", " per month "),
    # bounds, ranges, lists
    (r"(?:最大|最高)(?:剂量|用量|量)?(?:为|不超过|不得超过)?|最多|不得?超过|不大于|上限为?|至多", " maximum "),
    (r"至少|不少于|不低于|最低(?:剂量)?|最少", " at least "),
    (r"大约|约为?", " about "),
    (r"左右", " approximately "),
    (r"以上", " or more "),
    (r"以下|以内", " or less "),
    (r"(?<=[\dA-Za-z万亿千百 ])\s*[至到]\s*(?=\d)", "-"),
    (r"或者?(?=\s*\d)", " or "),
    (r"(?:、|和|及|与)\s*(?=\d)", ", "),
    (r"(?:随后|然后|继以|续以|之后|以后|再)", " followed by "),
    (r"总(?:剂量|量|数)?", " total "),
    # what
    (r"百万", " million "),
    (r"国际单位", " IU "),
    (r"单位", " units "),
    (r"毫克", " mg "),
    (r"微克", " mcg "),
    (r"纳克", " ng "),
    (r"毫升", " mL "),
    (r"(?<=[\d万亿千百])\s*克", " g "),
    (r"(?<=\d)\s*升", " L "),
    (r"病毒颗粒", " viral particles "),
    (r"(?:载体|病毒)基因组(?:拷贝)?", " vg "),
    (rf"(?:个)?\s*(?:存活|有活力|活){_MODIFIERS}*细胞(?:数)?", " viable cells "),
    (rf"(?:个)?\s*{_MODIFIERS}*细胞(?:数)?", " cells "),
    (r"(?<=[\d万亿千百 ])\s*个", " "),
    (r"片|粒|胶囊", " tablets "),
    (r"支|瓶|袋", " vials "),
    (r"(?:穿刺)?针头?", " needle "),
    # how
    (r"(?:经)?静脉(?:输注|滴注|注射|推注|输液|给药|回输)?|静滴|静注|静推", " IV "),
    (r"皮下(?:注射)?", " SC "),
    (r"肌内?肉?(?:注射)|肌注", " IM "),
    (r"口服", " oral "),
    (r"(?:生理)?盐水|氯化钠(?:注射液)?", " saline "),
    (r"(?:溶于|加入|稀释于|稀释至|加至|溶解于)", " in "),
    (r"单剂|单次|首剂|首次|负荷", " single "),
    (r"(?:缓慢|快速)?(?:输注|滴注|注射|给药|给予|使用|应用|回输|移植|治疗|输入)", " given "),
    (r"剂量|用量|按照?|患者|病人|计算|为(?=\s*\d)|的", " "),
    (r"每\s*个?([\u4e00-\u9fff]{1,4})", r" per \1 "),
)
"""The rows, in order."""
