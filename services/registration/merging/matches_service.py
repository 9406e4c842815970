"""Close matches over HTTP: the queue, the decisions, and taking them back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from services.registration.allowed import PAIR, PAIRS
from services.registration.application import Registration
from services.registration.merging import matches_schemas as schemas
from services.registration.words import WORDS
from shared.town.access import Place
from shared.town.access.refusals import NotAllowed
from shared.town.service import Service, action, command, page, query

LATER_DAYS = 7


class MatchesService(Service):
    """The part of registration that decides close matches; on the same application."""

    app: Registration

    @query(
        "/api/matches",
        allow=PAIRS,
        params=schemas.Queue,
        answer=schemas.Pairs,
        summary="Pairs of records that may be of one person, and how many are left",
    )
    def matches(self, state: str, limit: int) -> dict[str, Any]:
        """Return the queue."""
        return self.app.matches(state, self.units_in_reach(), limit)

    @command(
        "/api/matches/<uuid:resident>/<uuid:other>/same",
        allow=PAIR,
        body=schemas.Same,
        answer=schemas.MergeAnswer,
        summary="Both records are of one person: link them, one of them stays",
    )
    def same(self, body: dict[str, Any], resident: UUID, other: UUID) -> dict[str, Any]:
        """Merge two records."""
        self._reach(other)
        return self.app.merge(resident, other, body["stays"])

    @command(
        "/api/matches/<uuid:resident>/<uuid:other>/different",
        allow=PAIR,
        answer=schemas.PairAnswer,
        summary="The records are of two people (twins): not asked again",
    )
    def different(self, body: dict[str, Any], resident: UUID, other: UUID) -> dict[str, Any]:
        """Dismiss a pair."""
        del body
        self._reach(other)
        return self.app.dismiss(resident, other)

    @command(
        "/api/matches/<uuid:resident>/<uuid:other>/later",
        allow=PAIR,
        body=schemas.Later,
        answer=schemas.PairAnswer,
        summary="Decide later: on a day, or when somebody asks again",
    )
    def later(self, body: dict[str, Any], resident: UUID, other: UUID) -> dict[str, Any]:
        """Put a pair off."""
        self._reach(other)
        return self.app.postpone(resident, other, body["until"])

    @command(
        "/api/matches/<uuid:resident>/<uuid:other>/again",
        allow=PAIR,
        answer=schemas.PairAnswer,
        summary="Take back “not the same” or “later”: the pair is in the queue again",
    )
    def again(self, body: dict[str, Any], resident: UUID, other: UUID) -> dict[str, Any]:
        """Ask again."""
        del body
        self._reach(other)
        return self.app.reopen_pair(resident, other)

    @command(
        "/api/residents/<uuid:resident>/unmerge",
        allow=PAIR,
        answer=schemas.MergeAnswer,
        summary="Undo a merge: the record that yielded stands alone again",
    )
    def unmerge(self, body: dict[str, Any], resident: UUID) -> dict[str, Any]:
        """Undo a merge."""
        del body
        [person] = self.app.persons(resident)
        self._reach(UUID(person))
        return self.app.unmerge(resident)

    def _reach(self, other: UUID) -> None:
        """The other record of a pair has to be in one's units as well."""
        if not PAIR.matching(self.person, Place(unit=self.app.unit_of(other))):
            raise NotAllowed

    # Pages

    @page(
        "/matches",
        allow=PAIRS,
        params=schemas.QueuePage,
        summary="Likely duplicates, one pair after the other",
    )
    def matches_page(self, state: str, done: str | None) -> str:
        """Show the surest pair, how many are left, and what was decided."""
        reach = self.units_in_reach()
        queue = self.app.matches(state, reach, 1)
        decided = self.app.decided(reach)
        mine = (each for each in decided if each["actor"] == self.person.login and each["stands"])
        pair = next(iter(queue["pairs"]), None)
        sides = self._sides(pair) if pair else None
        other = "later" if state == "open" else "open"
        return self.render(
            "matches.html",
            state=state,
            done=done,
            left=queue["left"],
            elsewhere=self.app.matches(other, reach, 1)["left"],
            pair=pair,
            sides=sides,
            until=self.app.today() + timedelta(days=LATER_DAYS),
            just=next(mine, None) if done in ("same", "different", "later") else None,
            decided=decided,
            units=self.app.unit_names(),
        )

    def _sides(self, pair: dict[str, Any]) -> dict[str, Any]:
        """A pair side by side; a record that has yielded is shown as the one that stays."""
        both = UUID(pair["resident"]), UUID(pair["other"])
        return self.app.side_by_side(*(UUID(each) for each in self.app.persons(*both)))

    @page(
        "/matches/<uuid:resident>/<uuid:other>",
        allow=PAIR,
        params=schemas.ComparePage,
        summary="Two records side by side",
    )
    def compare_page(self, resident: UUID, other: UUID, done: str | None) -> str:
        """Show two records somebody named, with the same three answers."""
        self._reach(other)
        sides = self.app.side_by_side(resident, other)
        return self.render(
            "compare.html",
            sides=sides,
            pair=sides["pair"] or _unknown(resident, other),
            until=self.app.today() + timedelta(days=LATER_DAYS),
            done=done,
            units=self.app.unit_names(),
            words=WORDS,
        )

    @action(
        "/residents/<uuid:resident>/compare",
        allow=PAIR,
        body=schemas.Named,
        summary="Lay another record, named by its id, beside this one",
    )
    def compare(self, body: dict[str, Any], resident: UUID) -> Response:
        """Go to the two records."""
        self._reach(body["other"])
        return redirect(f"/matches/{resident}/{body['other']}", 303)


def _unknown(resident: UUID, other: UUID) -> dict[str, Any]:
    return {
        "resident": str(resident),
        "other": str(other),
        "score": None,
        "reasons": [],
        "state": "",
        "until": None,
    }
