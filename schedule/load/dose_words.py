"""The words that are known in a written dose; any other word keeps the dose from being certain.

Conventions: lower case. No word here changes how much is given: "half", "double", "plus", "fold", "each side" are left
out on purpose.
"""

from __future__ import annotations

import re

COUNT = r"\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|multiple"
"""How a small number of doses, days or patients is written; for use inside a pattern."""

CELL_WORDS = re.compile(
    r"(?i:cells?|lymphocytes?|leu[ck]ocytes?|monocytes?|macrophages?|granulocytes?|fibroblasts?|keratinocytes?|hepatocytes?"
    r"|chondrocytes?|myoblasts?|cardiomyocytes?|splenocytes?|thymocytes?|melanocytes?|osteoblasts?|cardiospheres?)"
    r"|(?:[A-Za-z]{0,5}|[A-Za-z]{1,3}-)MSC(?:s|c)?|(?:h|hU|hB|hP|hAd)?(?:ADSC|ASC|ADRC|HSC|HSPC|AEC|EPC|NSC|PSC|CDC|VST|TIL|CTL|DC|UCBC)s?"
    r"|i?PSCs?|PBMCs?|BMMNCs?|BMMCs?|MNCs?|TNCs?|PBSCs?|T[Rr]egs?|MAPCs?|MDSCs?",
)
"""What counts as cells."""

ADJECTIVES = frozenset(
    """
    adherent adipose adult allogeneic allogenic amnion amniotic anti antigen autologous b based blood bm bone cardiac car chimeric
    chorionic cord core cultured cytotoxic decidual dendritic dental derived donor edited embryonic endometrial endothelial engineered
    epithelial ex expanded fat frozen gene genetically haematopoietic haploidentical haplo hematopoietic hla human immune induced islet
    jelly killer lineage liver manufactured marrow matched memory menstrual mesenchymal modified mononuclear multipotent muscle naive
    natural neural nk nucleated olfactory pathogen peripheral placenta placental pluripotent positive precursor progenitor pulp
    purified receptor regulatory resident selected specific stem stimulated stromal suppressor t the third-party thawed
    tissue transduced transfected treg umbilical uc us virus vivo wharton wharton's whartons wj ad bmsc at dp lung activated infiltrating
    tumor tumour helper myeloid lymphoid redirected cryopreserved fresh unmodified limbal corneal retinal skeletal of unselected
    """.split(),
)
"""Words that can stand between a number and its cells."""

LABELS = frozenset("low lower medium middle mid intermediate high higher between from either".split())
"""Words that name one dose of several, or open a range."""

FILLERS = frozenset(
    """
    a actual administered administration after against an arterial are around arteria as at be before body bodyweight both by bw catheter
    central chemotherapy consecutive control daily dose doses dosing drip each experimental first fixed flat for
    hsct i.v. im in individual infused infusion infusions injected injection injections intra intraarterial intracoronary
    intradermal intradermally intralesional intramuscular intramuscularly intramyocardial intraperitoneal intraperitoneally intrathecal
    intrathecally intravenous intravenously intravitreal is it iv of on once only oral orally peripheral
    po post prior received recipient's repeat repeated route saline sc second separate sequential single slow slowly solution
    subcutaneous subcutaneously suspended suspension the then therapy third through time transplant transplantation treatment
    up vein via volume was weekly weight were will with patient patients subject subjects participant participants receive receives
    given transplanted apart interval intervals monthly start starting
    fludarabine cyclophosphamide docetaxel paclitaxel carboplatin cisplatin methotrexate dexamethasone methylprednisolone prednisone
    tocilizumab rituximab bevacizumab trastuzumab pembrolizumab nivolumab bendamustine melphalan busulfan cytarabine doxorubicin
    oxaliplatin gemcitabine pemetrexed mesna heparin
    """.split(),
)
"""Words that stand around a dose and don't change it."""
