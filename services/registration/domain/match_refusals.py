"""Why two records cannot be linked or taken apart; each message says what to do."""

from __future__ import annotations

from services.registration.domain.refusals import Refusal


class SameRecord(Refusal):
    """A record is compared with itself."""

    code = "same-record"
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "这是同一条登记，不需要合并。请填另一条登记的编号。"
            " This is one and the same record; give the id of the other one."
        )


class MergedElsewhere(Refusal):
    """The record that is to yield has yielded to a third one."""

    code = "merged-elsewhere"

    def __init__(self, into: str) -> None:
        super().__init__(
            "此登记已并入另一条登记。请先撤销那次合并，或与那条登记合并。"
            " This record is already linked to another one; undo that first, or merge with the"
            " record it is linked to.",
            into=into,
        )


class StaysNowhere(Refusal):
    """The record that is to stay has itself yielded: a chain, or a circle."""

    code = "merged-already"

    def __init__(self, into: str) -> None:
        super().__init__(
            "要保留的登记自己已并入另一条登记。请保留那一条，或先撤销那次合并。"
            " The record that is to stay is itself linked to another one; let that one stay, or"
            " undo that first.",
            into=into,
        )


class HoldsOthers(Refusal):
    """Other records have yielded to the one that is to yield."""

    code = "holds-others"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"已有 {number} 条登记并入此登记，它不能再并入别人。请让它保留，或先撤销那些合并。"
            f" {number} record(s) are linked to this one, so it cannot yield: let it stay, or undo"
            " those first."
        )


class CannotCompare(Refusal):
    """Nobody can tell whether an erased record is of the same person."""

    code = "erased"

    def __init__(self) -> None:
        super().__init__(
            "其中一条登记的资料已删除，无法核对，不能合并。"
            " One of the records is erased; nobody can compare them, so they cannot be merged."
        )


class NotMerged(Refusal):
    """There is no link to undo."""

    code = "not-merged"

    def __init__(self) -> None:
        super().__init__(
            "此登记没有并入别的登记，没有可撤销的合并。"
            " This record is linked to no other one; there is nothing to undo."
        )


class OnePerson(Refusal):
    """The two records are linked: it is decided that they are of one person."""

    code = "one-person"

    def __init__(self) -> None:
        super().__init__(
            "这两条登记已合并为一人。不是同一人的，请先撤销合并。"
            " The two records are linked as one person; if they are not, undo the merge first."
        )


class NothingDecided(Refusal):
    """There is no decision to take back."""

    code = "nothing-decided"

    def __init__(self) -> None:
        super().__init__(
            "这一对还没有决定，没有可撤销的。 Nothing has been decided of these two yet."
        )
