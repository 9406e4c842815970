"""Looks through source for what turns text that somebody sent into something that runs."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for folder in ("shared", "services", "deploy") for path in (ROOT / folder).rglob("*.py")
)
READS_OBJECTS = {"pickle", "cPickle", "dill", "cloudpickle", "jsonpickle", "marshal", "shelve"}
READS_OBJECTS |= {"yaml", "ruamel", "xmlrpc", "joblib", "runpy", "code", "telnetlib", "ctypes"}
RUNS_TEXT = {"eval", "exec", "compile", "__import__", "system", "popen", "from_string", "Template"}
TAKES_SQL = {"text", "exec_driver_sql", "literal_column", "DDL"}
CALLS_OUT = {"get", "post", "put", "request"}
STARTS_PROGRAMS = {"subprocess", "pty", "multiprocessing"}
MAY_CALL_C = {
    "shared/kit/memory.py": "lets the C library give freed memory back and wipe it",
    "shared/kit/web/server.py": "puts a filter of the kernel on its own listening socket",
}
MAY_START_PROGRAMS = {
    "deploy/simulation/many.py": "plays seeds on all processors, in processes of its own kind",
    "deploy/local/children.py": "starts and ends children",
    "deploy/local/postgresql.py": "starts PostgreSQL",
    "deploy/local/processes.py": "starts the parts",
    "deploy/local/rabbitmq.py": "starts RabbitMQ",
    "deploy/local/servers.py": "starts PostgreSQL and RabbitMQ",
    "shared/kit/side_process.py": "lets a module of ours do what is long or dangerous in a process of its own",
    "shared/town/privacy/master.py": "asks the operator's own command for the master key",
}
SETS_PAPERS = {"shared/kit/office/typesetting.py": "typst compiles the templates of our own papers"}
MAY_WRITE_SQL = {
    "shared/kit/eventstore/recorded.py": "a trigger on our own tables, whose names it knows",
    "shared/kit/eventstore/tables.py": "triggers on our own tables, whose names it knows",
    "shared/kit/eventstore/bulk.py": "what SQLAlchemy has made of our own tables; values are parameters",
    "shared/kit/eventstore/prepared.py": "the same, each statement made once",
    "shared/kit/eventstore/schema.py": "the CREATE that SQLAlchemy writes for our own tables",
}


def faults(source: str, place: str) -> list[str]:
    """What a module does that it must not: `place:line: what`."""
    tree = ast.parse(source)
    found = [
        (node.lineno, what)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Call)
        for what in _of(node, place)
    ]
    return [f"{place}:{line}: {what}" for line, what in found]


def _of(node: ast.Import | ast.ImportFrom | ast.Call, place: str) -> list[str]:
    if isinstance(node, ast.Call):
        return _of_call(node, place)
    names = (
        [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
    )
    tops = {name.partition(".")[0] for name in names}
    wrong = tops & READS_OBJECTS
    if place in MAY_CALL_C:
        wrong.discard("ctypes")
    if place not in MAY_START_PROGRAMS:
        wrong |= tops & STARTS_PROGRAMS
    return sorted(wrong)


def _of_call(node: ast.Call, place: str) -> list[str]:
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    owner = called.value if isinstance(called, ast.Attribute) else None
    found = list[str]()
    regular = isinstance(owner, ast.Name) and owner.id == "re"
    of_its_own = name == "compile" and owner is not None and place in (*MAY_WRITE_SQL, *SETS_PAPERS)
    if name in RUNS_TEXT and not regular and not of_its_own:
        found.append(name)
    if name in TAKES_SQL and node.args and place not in MAY_WRITE_SQL and not _fixed(node.args[0]):
        found.append(f"{name} of a text made on the way")
    leads_on = "allow_redirects" not in {each.arg for each in node.keywords}
    if name in CALLS_OUT and leads_on and not place.startswith("deploy/") and _speaks_http(owner):
        found.append("a request that would follow redirects")
    if any(
        each.arg == "shell" and getattr(each.value, "value", True) is not False
        for each in node.keywords
    ):
        found.append("shell")
    return found


def _fixed(said: ast.expr) -> bool:
    """Tell whether a text stands in the source as it is, or one of two that do."""
    if isinstance(said, ast.IfExp):
        return _fixed(said.body) and _fixed(said.orelse)
    return isinstance(said, ast.Constant)


def _speaks_http(owner: ast.expr | None) -> bool:
    """Tell whether something is `requests`, or a session of it by its name."""
    name = getattr(owner, "id", getattr(owner, "attr", ""))
    return name == "requests" or name.strip("_") in ("session", "http")
