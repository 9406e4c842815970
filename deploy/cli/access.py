"""Who may do what, as a table: made from the declarations beside the entry points."""

from __future__ import annotations

from deploy.parts import SERVICES, assembly
from shared.kit.service_tokens import OPERATOR
from shared.kit.web.declaration import Declaration
from shared.town.access.allow import EVERY_PART, Allow
from shared.town.access.roles import ROLES

_AT = {"town": "", "unit": "own unit", "resident": "own people", "part": "own site"}
_HEADER = """# Who may do what

Made by `vaxledger access` from the declarations beside the entry points; `tests/access/test_walk.py`
keeps it true and walks it: every role tries every entry point on its own and on foreign scope.

- ● may, wherever the role is granted; ◐ may within the granted scope: for *own unit* and *own people*
  the unit, or the site the unit is docked to; for *own site* that site. Town-wide roles reach everything.
- A role granted for *an own list* reaches, of *own people*, only those of the unit whom this login is
  responsible for (registration knows; elsewhere nobody), and never a whole unit.
- Roles in *italics* read records without identities.
- *parts*: calls of these parts, or of the operator at the command line, with a token for the purpose in brackets.
"""


def table() -> str:
    """Return the Markdown document of every service, entry point and role."""
    sections = [_HEADER, "## Roles\n", *_roles()]
    for service in SERVICES:
        sections += [f"\n## {service}\n", *_service(service)]
    return "\n".join(sections) + "\n"


def _roles() -> list[str]:
    rows = ["| role | 角色 | in English | granted for |", "| --- | --- | --- | --- |"]
    for role in ROLES.values():
        name = f"*{role.en}*" if role.pseudonymous else role.en
        where = f"a {role.scope}" + (f", or an own {role.narrower} in one" if role.narrower else "")
        rows.append(f"| `{role.code}` | {role.zh} | {name} | {where} |")
    return rows


def _service(service: str) -> list[str]:
    roles = [role.code for role in ROLES.values()]
    heads = [f"*{code}*" if ROLES[code].pseudonymous else code for code in roles]
    rows = [
        f"| entry point | where | {' | '.join(heads)} | others |",
        "| --- | --- |" + " :-: |" * len(roles) + " --- |",
    ]
    for declaration in assembly(service).endpoints.declarations():
        marks = [_mark(declaration.allow, role) for role in roles]
        cells = [_entry(declaration), _AT[declaration.allow.at], *marks, _others(declaration.allow)]
        rows.append("| " + " | ".join(cells) + " |")
    return rows


def _entry(declaration: Declaration) -> str:
    kind = {"page": "page", "internal": "internal"}.get(declaration.kind, "API")
    return f"{kind} `{declaration.verb} {declaration.url}`"


def _mark(allow: Allow, role: str) -> str:
    if role not in allow.roles:
        return ""
    return "●" if allow.at == "town" or ROLES[role].scope == "town" else "◐"


def _others(allow: Allow) -> str:
    if allow.public:
        return "everybody"
    callers = (*SERVICES, OPERATOR) if EVERY_PART in allow.callers else allow.callers
    return f"parts ({allow.purpose}): {', '.join(callers)}" if callers else ""
