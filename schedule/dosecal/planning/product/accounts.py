"""What became of the containers at hand: where each is, what is left in it, and which doses have theirs already.

Conventions: what happened last says where a container is; one of which nothing is on record is at hand, since its lots
file says so. A container that was set aside, prepared, given, returned, destroyed or lost is promised to no dose; one
that is received again is. A dose keeps the containers that were set aside, prepared or given for its subject and visit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.preparation import ContainerEvent
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dosecal.model.preparation import ContainerMove, LotContainer
    from dosecal.model.quantity import Amount

_OF_A_DOSE = (ContainerEvent.SET_ASIDE, ContainerEvent.PREPARED, ContainerEvent.GIVEN)


class Accounts(Struct, frozen=True):
    """What is on record of containers.

    Attributes:
        moves: What happened to each container, in the order of the record; a container without any is not in it.
        of_doses: The containers that each dose has, by subject, visit and product.
        is_kept: Whether a record is kept at all.
    """

    moves: dict[LotContainer, tuple[ContainerMove, ...]] = field(default_factory=dict)
    of_doses: dict[tuple[str, str, str], tuple[LotContainer, ...]] = field(default_factory=dict)
    is_kept: bool = False

    def is_at_hand(self, container: LotContainer) -> bool:
        """Whether a dose may still get a container."""
        moves = self.moves.get(container)
        return moves is None or moves[-1].what.is_at_hand


class Balance(Struct, frozen=True):
    """Where a container is, and what is left in it.

    Attributes:
        container: The container.
        last: What happened to it last; None for nothing on record.
        left: What was left in it when that was last said, or its content; None where it was used and nobody said.
    """

    container: LotContainer
    last: ContainerMove | None
    left: Amount | None


def accounts_of(moves: Iterable[ContainerMove]) -> Accounts:
    """The accounts of all that happened, in the order of the record."""
    of_container: dict[LotContainer, list[ContainerMove]] = {}
    for move in moves:
        of_container.setdefault(move.container, []).append(move)
    of_doses: dict[tuple[str, str, str], list[LotContainer]] = {}
    for container, own in of_container.items():
        dose = None
        for move in own:
            if move.what is ContainerEvent.RECEIVED:
                dose = None
            elif move.what in _OF_A_DOSE and move.subject:
                dose = (move.subject, move.visit, container.product)
        if dose is not None:
            of_doses.setdefault(dose, []).append(container)
    return Accounts(
        {one: tuple(own) for one, own in of_container.items()},
        {dose: tuple(own) for dose, own in of_doses.items()},
        is_kept=True,
    )


def balances(containers: Iterable[LotContainer], accounts: Accounts) -> tuple[Balance, ...]:
    """The balance of each container, in their order."""
    found = []
    for one in containers:
        moves = accounts.moves.get(one, ())
        last = moves[-1] if moves else None
        said = next((move.left for move in reversed(moves) if move.left is not None), None)
        is_used = any(move.what in {ContainerEvent.PREPARED, ContainerEvent.GIVEN} for move in moves)
        found.append(Balance(one, last, said if said is not None or is_used else one.content))
    return tuple(found)
