"""A protocol version as frozen types."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosecal.model.protocol import AgeRange, Protocol
from dosecal.model.quantity import Amount, Unit
from tests.example_protocols import protocol_of, protocol_text

MORE = """\
assessments:
  chest_ct: {label: Chest CT, visits: [D3, D1]}
  adverse_events: {label: Adverse events, arms: [active], visits: [D3]}
"""


@pytest.fixture
def protocol() -> Protocol:
    """Three visits, a dose per kg, two assessments."""
    text = protocol_text(
        regimen="dose: 2 mg/kg\nvisits: [D3, D1]", visits="D1: {}\nD3: {}\nD8: {arms: [control]}", more=MORE
    )
    return protocol_of(text)


def test_digest_is_the_first_12_digits_of_the_sum(protocol: Protocol) -> None:
    assert len(protocol.sha256) == 64
    assert protocol.digest == protocol.sha256[:12]


def test_things_are_found_by_their_ids(protocol: Protocol) -> None:
    assert protocol.visit("D3").offset == 2
    assert (protocol.visit_index("D8"), protocol.anchor_index("start")) == (2, 0)
    assert protocol.product("drug").label == "study drug"
    with pytest.raises(KeyError):
        protocol.visit("D4")


def test_arm_has_its_own_visits_and_regimens(protocol: Protocol) -> None:
    assert protocol.visits_of("active") == (0, 1)
    assert protocol.visits_of("control") == (0, 1, 2)
    assert protocol.regimens_of("active") == (0,)
    assert protocol.regimens_of("control") == ()


def test_visit_has_the_doses_and_assessments_of_the_arm(protocol: Protocol) -> None:
    assert [regimen.id for regimen in protocol.regimens_at("D1", "active")] == ["infusion"]
    assert protocol.regimens_at("D1", "control") == ()
    assert [one.id for one in protocol.assessments_at("D3", "active")] == ["chest_ct", "adverse_events"]
    assert [one.id for one in protocol.assessments_at("D3", "control")] == ["chest_ct"]
    assert protocol.assessments_at("D8", "control") == ()


def test_visits_of_a_regimen_stand_in_the_order_of_the_file(protocol: Protocol) -> None:
    assert protocol.regimens[0].visits == ("D1", "D3")
    assert protocol.assessments[0].visits == ("D1", "D3")


def test_dose_per_kg_needs_a_weight_and_a_flat_one_does_not(protocol: Protocol) -> None:
    assert protocol.regimens[0].is_per_weight
    assert protocol.needs_weight
    flat = protocol_of(protocol_text(regimen="dose: 30 mg"))
    assert not flat.regimens[0].is_per_weight
    assert not flat.needs_weight
    assert flat.regimens[0].dose == Amount(Fraction(30), Unit("mg"))


def test_protocol_is_frozen(protocol: Protocol) -> None:
    with pytest.raises(AttributeError):
        protocol.study = "other"  # type: ignore[misc]


def test_same_text_is_the_same_protocol(protocol: Protocol) -> None:
    text = protocol_text(
        regimen="dose: 2 mg/kg\nvisits: [D3, D1]", visits="D1: {}\nD3: {}\nD8: {arms: [control]}", more=MORE
    )
    assert protocol_of(text) == protocol
    assert protocol_of(text + "\n") != protocol


@pytest.mark.parametrize(
    ("ages", "words"),
    [
        (AgeRange(18, 65), "18 to 65 years"),
        (AgeRange(18, None), "18 years and over"),
        (AgeRange(None, 65), "up to 65 years"),
    ],
)
def test_age_range_is_printed(ages: AgeRange, words: str) -> None:
    assert ages.words == words
