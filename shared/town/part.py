"""A service of the town: the kit's part, with the frame of every page and the staff mirror."""

from __future__ import annotations

from shared.kit.part import Part
from shared.town.access.allow import Allow


def part(
    module: str,
    does: str,
    *,
    title: tuple[str, str],
    rooms: tuple[str, ...],
    follows: tuple[str, ...],
    landing: tuple[tuple[str, Allow], ...],
    nav: tuple[tuple[str, str, str], ...],
    mirrors: tuple[str, ...] = (),
    sharded: bool = False,
) -> Part:
    """Return a part of the town, named by its own `__name__`; `mirrors` are names of modules in `shared.town.mirrors`.

    Everybody follows supervision, to know who may sign in and which key of a part counts.
    """
    assert "supervision" in follows, f"{module} would not know who may sign in"
    return Part(
        module.rpartition(".")[0],
        does,
        title=title,
        rooms=rooms,
        follows=follows,
        landing=landing,
        nav=nav,
        mirrors=tuple(f"shared.town.mirrors.{name}" for name in ("staff", "part_keys", *mirrors)),
        common=("shared.town.web", "shared.town.help"),
        sharded=sharded,
    )
