"""Report: what each fault has cost, as a table of `docs/faults.md`."""

from __future__ import annotations

from collections.abc import Sequence

from tests.faults.trial import Outcome

HEAD = """# Faults: what was injected, and what it cost

Written by `make faults`, which runs a real cluster (RabbitMQ, PostgreSQL, every part and relay a process, started
again when it dies) and the embedded system under the load of six clients. Each fault is injected, healed and waited
for; then a checker compares the clients' journal of acknowledged commands with the parts' logs (*lost*: no event
bears the command's key; *doubled*: two events do what one should), the ledger with the union of the logs, the plan's
rules with the ledger, and all views with what a rebuild makes of them. `converged` is the time from healing until
everybody was well again and had everything, 2 s of further load included. What `vaxledger status --json` and
`/health` said meanwhile stands with the number of looks at which it was said, two a second at most.

| fault | how | s | acknowledged | lost | doubled | said meanwhile | converged, s | otherwise |
| --- | --- | --: | --: | --: | --: | --- | --: | --- |
"""


def row(outcome: Outcome) -> str:
    """A fault's line of the table."""
    fault = outcome.fault
    converged = "never" if outcome.converged is None else f"{outcome.converged:.0f}"
    cells = [fault.name, fault.how, f"{outcome.raged:.0f}", f"{outcome.acknowledged:,}"]
    cells += [str(outcome.lost), str(outcome.doubled), ", ".join(outcome.during), converged]
    said = [f"**{each}**" for each in (*outcome.troubles, *outcome.after)] + outcome.notes
    cells.append("; ".join(said))
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def page(outcomes: Sequence[Outcome]) -> str:
    """The whole page."""
    acknowledged = sum(outcome.acknowledged for outcome in outcomes)
    lost = sum(outcome.lost for outcome in outcomes)
    doubled = sum(outcome.doubled for outcome in outcomes)
    total = f"\nIn all {acknowledged:,} commands acknowledged, {lost} lost, {doubled} doubled.\n"
    return HEAD + "".join(row(outcome) + "\n" for outcome in outcomes) + total
