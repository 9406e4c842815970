"""What tests of services stand on: a part in this process, foreign events, and HTTP without sockets."""

from __future__ import annotations

import io
import json
import time
import uuid
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from bs4 import BeautifulSoup
from jsonschema import Draft202012Validator
from marshmallow import fields
from werkzeug.datastructures import MultiDict
from werkzeug.test import Client, TestResponse

from deploy.parts import SERVICES, SHARDED, assembly, open_edge, open_work, start
from services.registration.rosters.runner import run_imports
from services.supervision.long_queries.runner import run
from shared.kit.contracts import encode
from shared.kit.contracts.catalogue import Contract
from shared.kit.contracts.chain import Linked, beginning, chained
from shared.kit.eventstore import Context
from shared.kit.messaging.following import Follower
from shared.kit.web import shapes
from shared.kit.web.wsgi import Dispatch, PartApp, wsgi_app
from shared.town.access import Grant, Person, tokens
from shared.town.access.roles import ROLES
from shared.town.campaign import load
from shared.town.contracts import catalogue
from shared.town.deployment import Deployment, Instance, Secrets, source_of
from shared.town.mirrors.staff import Known, StaffMirror

CAMPAIGN_FILE = Path(__file__).parents[2] / "deploy" / "campaigns" / "town-2024.toml"
_KEYED: dict[Path, Deployment] = {}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def a_deployment(folder: Path, **changes: Any) -> Deployment:
    """A deployment on SQLite files in `folder`, for rehearsal, so that tests set the clock."""
    sites = [site.code for site in load(CAMPAIGN_FILE).sites]
    sources = [
        source
        for service in SERVICES
        for source in (
            [source_of(service, site) for site in sites] if service == SHARDED else [service]
        )
    ]
    folder.mkdir(parents=True, exist_ok=True)
    parts = tuple(
        Instance(source, "127.0.0.1", 1, f"sqlite:///{folder}/{source.replace('/', '.')}.db")
        for source in sources
    )
    deployment = Deployment(
        folder, "memory://", parts, Secrets.generate(), rehearsal=True, campaign_file=CAMPAIGN_FILE
    )
    given = replace(deployment, **changes)
    # Parts opened on one folder belong to one deployment.
    first = _KEYED.setdefault(folder, given.with_keys())
    return replace(given, secrets=first.secrets, keys=first.keys)


class PartUnderTest:
    """One part of the system, alive in this process.

    - `app`: its application; `http`: a client of its HTTP interface (no sockets, real routing)
    - `hears(source, event, **data)`: a foreign event arrives
    - `at("2024-04-01T08:00")`: sets the clock
    """

    def __init__(self, folder: Path, service: str, site: str | None = None, **changes: Any) -> None:
        """Open the part in a deployment of its own."""
        self.deployment = a_deployment(folder, **changes)
        self.part = self.deployment.part(source_of(service, site))
        self.app: Any = open_work(self.deployment, self.part)
        self.routes: Any = routes_of(self)
        self.http = HttpClient(self)
        self._foreign: dict[str, list[Linked]] = {}
        self._versions: dict[str, int] = {}
        self._followers: dict[str, Follower] = {}

    def at(self, instant: str) -> None:
        """Set the town's clock: an ISO local time, or a day (08:00)."""
        text = instant if "T" in instant else f"{instant}T08:00"
        moment = datetime.fromisoformat(text).replace(tzinfo=self.app.campaign.zone)
        self.app.store.clock.set(moment)  # type: ignore[attr-defined]

    def start(self) -> None:
        """Do once more what the part does before it serves."""
        start(self.part.service, self.app)

    def today(self) -> date:
        """The town's day."""
        return self.app.today()

    def transaction(self, key: str | None = None) -> Any:
        """A write transaction, for calling application commands directly."""
        return self.app.store.transaction(Context(key or str(uuid.uuid4()), "tester", "test"))

    def hears(
        self,
        source: str,
        event: str,
        /,
        *,
        stream: str | None = None,
        sealed: str = "s1.1.x.y",
        **data: Any,
    ) -> None:
        """Deliver the next event of a foreign source; JSON or Python values as in its contract.

        What may be null is null unless it is given, what is yes or no is no, and a list whose
        example is empty is empty.
        """
        contract = catalogue.latest(event)
        values = _nothing_said(contract) | dict.fromkeys(contract.sealed, sealed) | data
        values = {
            name: value.isoformat()
            if isinstance(value, date)
            else str(value)
            if isinstance(value, uuid.UUID)
            else value
            for name, value in values.items()
        }
        contract.load(values)
        log = self._foreign.setdefault(source, [])
        stream = stream or str(values.get("resident", uuid.uuid5(uuid.NAMESPACE_URL, event)))
        self._versions[stream] = self._versions.get(stream, 0) + 1
        now = self.app.now().isoformat()
        body = encode(
            {
                "event": event,
                "version": contract.version,
                "stream": stream,
                "stream_version": self._versions[stream],
                "occurred_at": now,
                "recorded_at": now,
                "actor": "tester",
                "command": str(uuid.uuid4()),
                "correlation": "test",
                "causation": None,
                "data": values,
            }
        )
        before = log[-1].link if log else beginning(source)
        log.extend(chained(before, [(len(log) + 1, body)]))
        self.follower(source).receive([log[-1]])

    def hears_log(self, source: str, messages: list[Linked]) -> None:
        """Deliver a stretch of another part's own log, as it was stored."""
        self._foreign.setdefault(source, []).extend(messages)
        self.follower(source).receive(messages)

    def follower(self, source: str) -> Follower:
        """The part's follower of a source, reading the log that `hears` wrote."""
        log = self._foreign.setdefault(source, [])

        def fetch(after: int, limit: int) -> list[Linked]:
            return log[after : after + limit]

        if source not in self._followers:
            self._followers[source] = Follower(
                self.app, assembly(self.part.service).policies, source, fetch
            )
        return self._followers[source]

    def work(self) -> int:
        """Do the jobs that wait, as the part's runner would; return how many have ended."""
        if self.part.service == "supervision":
            return run(open_edge(self.deployment, self.part, self.app))
        return run_imports(self.app) if self.part.service == "registration" else 0

    def events(self, *names: str) -> list[dict[str, Any]]:
        """The part's own events as envelopes (all, or those of some names)."""
        documents = [json.loads(each.body) for each in self.app.store.log(0, 1_000_000)]
        return [d for d in documents if not names or d["event"] in names]

    def view(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything the part's views hold, for comparing with a rebuild."""
        with self.app.store.connection() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(table.select())), key=repr)
                for table in self.app.store.views.tables.sorted_tables
            }

    def rebuilt_view(self) -> dict[str, list[tuple[Any, ...]]]:
        """The same after emptying the views and replaying all events from zero."""
        self.app.rebuild_views()
        for source in self._foreign:
            self.follower(source).catch_up()
        return self.view()


TEST_KEY = tokens.new_key()
EVERYTHING = tuple(Grant(role, "town") for role in ROLES)


class _TestKeyKnown(StaffMirror):
    """Knows a key with which tests sign tokens, beside those of the events."""

    def _read(self) -> Known:
        known = super()._read()
        known.keys["test"] = str(TEST_KEY.as_dict(private=False)["x"])
        return known


def _nothing_said(contract: Contract) -> dict[str, Any]:
    said = contract.schema.fields.items()
    values: dict[str, Any] = {name: None for name, field in said if field.allow_none}
    values |= {name: False for name, field in said if isinstance(field, fields.Boolean)}
    return values | {name: [] for name in contract.example if contract.example[name] == []}


def a_person(login: str = "tester", grants: tuple[Grant, ...] = EVERYTHING) -> Person:
    """Somebody signed in now, by default with every role everywhere."""
    now = time.time()
    return Person(login, str(uuid.uuid4()), grants, 1_000_000, now + 600, now + 36_000)


def a_token(person: Person, audience: str) -> str:
    """Sign a token as supervision would."""
    return tokens.sign(person, key="test", private=TEST_KEY, audience=audience, now=time.time())


def routes_of(under_test: PartUnderTest) -> PartApp:
    """The part's WSGI application, whose gate knows the tests' key."""
    edge = open_edge(under_test.deployment, under_test.part, under_test.app)
    edge.gate.staff = _TestKeyKnown(under_test.app.store)
    app: Any = wsgi_app(edge, assembly(under_test.part.service).endpoints)
    app.gate = edge.gate
    app.dispatch = _as_described(app.dispatch)
    return app


def _as_described(dispatch: Dispatch) -> Dispatch:
    """Dispatch, holding every answer in JSON against the shape that its endpoint declares."""

    def checked(end: Any, request: Any, path: dict[str, Any]) -> Any:
        response = dispatch(end, request, path)
        shape = _shape_of(end.declaration)
        if shape is not None and response.status_code == 200 and response.is_json:
            shape.validate(response.json)
        return response

    return checked


@cache
def _shape_of(declaration: Any) -> Draft202012Validator | None:
    if (said := declaration.answer) is None:
        return None
    known: dict[str, Any] = {}
    shape = shapes.shape_of(said, lambda cls: f"{cls.__module__}.{cls.__name__}", known)
    whole = shape | {"components": {"schemas": known}}
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(whole)


class HttpClient:
    """Speaks to a part as programs (`get`, `post`) and browsers (`page`, `form`) do.

    It bears the token of a person with every role, unless `signed_in` says who else it is.
    """

    def __init__(
        self, under_test: PartUnderTest, person: Person | Literal["tester"] | None = "tester"
    ) -> None:
        """Speak to the part under test."""
        self._under_test = under_test
        self.person = a_person() if person == "tester" else person
        self.app = under_test.routes
        self.client = Client(self.app)

    def signed_in(self, login: str, *grants: tuple[str, str]) -> HttpClient:
        """Return a client of somebody with these grants: ("unit_chief", "unit:v01")."""
        person = a_person(login, tuple(Grant(*grant) for grant in grants))
        return HttpClient(self._under_test, person)

    def anonymous(self) -> HttpClient:
        """Return a client that nobody stands behind."""
        return HttpClient(self._under_test, None)

    @property
    def authorization(self) -> str:
        """The header value with which this client's person is let in."""
        return self.bearer(self.person)["Authorization"]

    def bearer(self, person: Person | None, **headers: str) -> dict[str, str]:
        if person is None:
            return headers
        token = a_token(person, self._under_test.deployment.audience)
        return headers | {"Authorization": f"Bearer {token}"}

    def get(self, url: str, **query: Any) -> TestResponse:
        """GET JSON."""
        return self.client.get(url, query_string=query or None, headers=self.bearer(self.person))

    def post(
        self,
        url: str,
        body: dict[str, Any] | None = None,
        *,
        key: str | None = None,
        actor: str | None = None,
    ) -> TestResponse:
        """POST a command; every call is a new one unless a `key` is given."""
        person = a_person(actor) if actor else self.person
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return self.client.post(url, json=body or {}, headers=self.bearer(person, **headers))

    def upload(self, url: str, content: bytes, *, key: str | None = None) -> TestResponse:
        """POST a roster, let its job be done, and return what became of the rows.

        A file that is not even taken in is answered at once.
        """
        sent = self.send(url, content, key=key)
        if sent.status_code != 200:
            return sent
        self._under_test.work()
        return self.get(f"/api/imports/{sent.json['import']}/result")  # type: ignore[index]

    def send(self, url: str, content: bytes, *, key: str | None = None) -> TestResponse:
        """POST a workbook; whatever is done with it later is not waited for."""
        headers = self.bearer(self.person, **{"Idempotency-Key": key or str(uuid.uuid4())})
        return self.client.post(url, data=content, content_type=XLSX, headers=headers)

    def page(self, url: str, **query: Any) -> TestResponse:
        """GET a page as a browser."""
        headers = self.bearer(self.person, Accept="text/html")
        return self.client.get(url, query_string=query or None, headers=headers)

    def form(self, url: str, *, key: str | None = None, **fields: Any) -> TestResponse:
        """POST a page's form."""
        data = fields | {"_key": key or str(uuid.uuid4())}
        return self.client.post(
            url, data=data, headers=self.bearer(self.person, Accept="text/html")
        )

    def press(
        self, page: TestResponse, form: str = "form.confirm", *, language: str = "zh"
    ) -> TestResponse:
        """POST a form of a page as it stands, found by its selector; first a confirmation's."""
        found = BeautifulSoup(page.text, "html.parser").select_one(f"{form}[method=post]")
        assert found is not None, page.text
        fields = MultiDict(
            (each["name"], each.get("value", "")) for each in found.find_all("input")
        )
        said = {"Accept": "text/html", "Accept-Language": language}
        headers = self.bearer(self.person, **said)
        return self.client.post(str(found["action"]), data=fields, headers=headers)

    def follow(
        self, url: str, leads_to: str, *, language: str = "zh", **fields: Any
    ) -> TestResponse:
        """POST a page's form, say yes if asked, and GET the page it leads to."""
        said = {"Accept": "text/html", "Accept-Language": language}
        headers, data = self.bearer(self.person, **said), fields | {"_next": leads_to}
        sent = self.client.post(url, data=data | {"_key": str(uuid.uuid4())}, headers=headers)
        if sent.status_code == 200:
            sent = self.press(sent, language=language)
        assert sent.status_code == 303, sent.text
        return self.client.get(sent.location, headers=headers)

    def form_upload(self, url: str, content: bytes, filename: str) -> TestResponse:
        """POST a file from a page's form, let its job be done, and go to the page it leads to."""
        sent = self.send_form(url, content, filename)
        if sent.status_code != 303:
            return sent
        self._under_test.work()
        return self.page(sent.headers["Location"])

    def send_form(self, url: str, content: bytes, filename: str) -> TestResponse:
        """POST a file from a page's form; whatever is done with it later is not waited for."""
        data = {"file": (io.BytesIO(content), filename), "_key": str(uuid.uuid4())}
        return self.client.post(
            url, data=data, headers=self.bearer(self.person, Accept="text/html")
        )
