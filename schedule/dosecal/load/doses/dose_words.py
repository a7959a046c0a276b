"""The words that are known in a written dose; any other word keeps the dose from being certain.

Conventions: lower case. No word here changes how much is given: "half", "double", "plus", "fold", "each side" are left
out on purpose.
"""

from __future__ import annotations

from dosecal.model.regex import regex

COUNT = r"\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|multiple"
"""How a small number of doses, days or patients is written; for use inside a pattern."""

CELL_WORDS = regex(
    r"(?i:cells?|lymphocytes?|leu[ck]ocytes?|monocytes?|macrophages?|granulocytes?|fibroblasts?|keratinocytes?|hepatocytes?"
    r"|chondrocytes?|myoblasts?|cardiomyocytes?|splenocytes?|thymocytes?|melanocytes?|osteoblasts?|cardiospheres?)"
    r"|(?:[A-Za-z]{0,5}|[A-Za-z]{1,3}-)MSC(?:s|c)?|(?:h|hU|hB|hP|hAd)?(?:ADSC|ASC|ADRC|HSC|HSPC|AEC|EPC|NSC|PSC|CDC|VST|TIL|CTL|DC|UCBC)s?"
    r"|i?PSCs?|PBMCs?|BMMNCs?|BMMCs?|MNCs?|TNCs?|PBSCs?|T[Rr]egs?|MAPCs?|MDSCs?",
)
"""What counts as cells."""

ADJECTIVES = frozenset(
    """
    activated ad adherent adipose adult allogeneic allogenic amnion amniotic anti antigen at autologous b based
    blood bm bmsc bone car cardiac chimeric chorionic cord core corneal cryopreserved cultured cytotoxic decidual
    dendritic dental derived donor dp edited embryonic endometrial endothelial engineered epithelial ex expanded fat
    fresh frozen gene genetically haematopoietic haplo haploidentical helper hematopoietic hla human immune induced
    infiltrating islet jelly killer limbal lineage liver lung lymphoid manufactured marrow matched memory menstrual
    mesenchymal modified mononuclear multipotent muscle myeloid naive natural neural nk nucleated of olfactory
    pathogen peripheral placenta placental pluripotent positive precursor progenitor pulp purified receptor
    redirected regulatory resident retinal selected skeletal specific stem stimulated stromal suppressor t thawed
    the third-party tissue transduced transfected treg tumor tumour uc umbilical unmodified unselected us virus vivo
    wharton wharton's whartons wj
    """.split(),  # noqa: SIM905  a list of 200 lines is not easier to read
)
"""Words that can stand between a number and its cells."""

LABELS = frozenset({"low", "medium", "middle", "mid", "intermediate", "high", "between", "from", "either"})
"""Words that name one dose of several, or open a range."""

FILLERS = frozenset(
    """
    a actual administered administration after against an apart are arteria arterial at be before bendamustine
    bevacizumab body busulfan by carboplatin catheter central chemotherapy cisplatin consecutive
    containing control cyclophosphamide cytarabine dexamethasone docetaxel dose doses dosing doxorubicin drip
    each experimental fixed flat fludarabine for gemcitabine given heparin hsct i.v. im in individual infused
    infusion infusions injected injection injections interval intervals intra intraarterial intracoronary
    intradermal intradermally intralesional intramuscular intramuscularly intramyocardial intraperitoneal
    intraperitoneally intrathecal intrathecally intravenous intravenously intravitreal is it iv melphalan mesna
    methotrexate methylprednisolone nivolumab of on once only oral orally oxaliplatin paclitaxel participant
    participants patient patients pembrolizumab pemetrexed peripheral po post prednisone prior receive received
    receives recipient recipient's repeat repeated rituximab rounds route saline sc separate sequential single slow
    slowly solution subcutaneous subcutaneously subject subjects suspended suspension the therapy through time
    tocilizumab transplant transplantation transplanted trastuzumab treatment vein via volume was were
    will with
    """.split(),  # noqa: SIM905  a list of 200 lines is not easier to read
)
"""Words that stand around a dose and don't change it."""
