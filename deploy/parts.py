"""Wiring: how a part of the deployment is put together. The only place that knows all services."""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache, partial

from sqlalchemy import MetaData

from services.appointments.part import PART as APPOINTMENTS
from services.registration.part import PART as REGISTRATION
from services.reporting.part import PART as REPORTING
from services.screening.part import PART as SCREENING
from services.supervision.part import PART as SUPERVISION
from shared.kit.eventstore import Context, Store, Views
from shared.kit.messaging import topology
from shared.kit.part import Assembly, assemble
from shared.kit.service_tokens import KEYS
from shared.kit.source_keys import pair_secret
from shared.town.access.gate import Gate, RemoteOffice
from shared.town.deployment import Deployment, Instance, answers_key
from shared.town.mirrors.part_keys import PartKeys
from shared.town.places import Places
from shared.town.privacy import Privacy
from shared.town.privacy.answers import AnswerKeys
from shared.town.privacy.keys import KeyTable, RemoteKeys
from shared.town.privacy.master import Masters, read_source
from shared.town.privacy.tombstones import Tombstones
from shared.town.privacy.wrapping import Wrapping, answer_metadata, key_metadata, rotate
from shared.town.web.web import Web
from shared.town.work import Work

PARTS = {
    part.name: part for part in (REGISTRATION, SCREENING, APPOINTMENTS, REPORTING, SUPERVISION)
}
SERVICES = tuple(PARTS)
SHARDED = APPOINTMENTS.name
FOLLOWS = {part.name: part.follows for part in PARTS.values()}


def assembly(service: str) -> Assembly:
    """Return everything of a service, put together."""
    return assemble(PARTS[service])


def places_of(service: str) -> Places:
    """Return where residents are, as a service knows it; without `places.py`, as the campaign says."""
    name = f"{PARTS[service].package}.places"
    return importlib.import_module(name).PLACES if importlib.util.find_spec(name) else Places()


def followers_of(deployment: Deployment, source: str) -> list[str]:
    """Return the parts of a deployment that follow a source."""
    return topology.subscribers(source, [part.source for part in deployment.parts], FOLLOWS)


@cache
def views_of(service: str) -> Views:
    """Return the views of a service's store, with the key table if it is registration's."""
    views = Views.together([assembly(service).views])
    views.take_in(MetaData(), answer_metadata)
    if service == REGISTRATION.name:
        views.take_in(MetaData(), key_metadata)
    return views


def open_store(deployment: Deployment, part: Instance) -> Store:
    """Open a part's store with its views."""
    return Store(part.store, part.source, views_of(part.service), deployment.clock())


def wrapping_of(deployment: Deployment, part: Instance, store: Store) -> Wrapping:
    """Return what wraps the keys in a part's store.

    Registration's, which are the residents', need a master key; the others', of their commands'
    answers, one made of the part's own secret. What a former one wraps is rewrapped.
    """
    if part.service == REGISTRATION.name:
        return Wrapping(store, masters_of(deployment))
    own = answers_key(deployment.secret_of(part.source), part.source)
    former = deployment.secrets.former.get(part.source, "")
    wrapping = Wrapping(store, Masters(f"{own} {former}".strip))
    if former:
        rotate(wrapping)
    return wrapping


def masters_of(deployment: Deployment) -> Masters:
    """Return the deployment's master keys, read again whenever an unknown one is met."""
    if deployment.master_source:
        return Masters(partial(read_source, deployment.master_source))
    return Masters(deployment.master_keys)


def open_work(deployment: Deployment, part: Instance) -> Work:
    """Put a part's work together: store, plan, privacy, sealed answers; do its tasks at start."""
    store, secrets = open_store(deployment, part), deployment.secrets
    wrapping = wrapping_of(deployment, part, store)
    keeper = part.service == REGISTRATION.name  # of the parts it alone destroys keys of answers
    keeps = deployment.embedded or not keeper
    answers = store.answers = AnswerKeys(wrapping, deployment.answer_days, keeps=keeps)
    keys = (
        KeyTable(wrapping, Tombstones(deployment.tombstones), answers)
        if keeper
        else remote_keys(deployment, part, store)
    )
    privacy = Privacy(keys, bytes.fromhex(secrets.identity))
    whole = assembly(part.service)
    work = Work(
        store,
        whole.aggregates,
        deployment.campaign,
        privacy,
        snapshots=whole.snapshots,
        site_code=part.shard,
    )
    start(part.service, work)
    return work


def remote_keys(deployment: Deployment, part: Instance, store: Store) -> RemoteKeys:
    """Return what asks registration for residents' keys, in the name of another part."""
    own, known = deployment.secret_of(part.source), PartKeys(deployment.keys, store)

    def shared() -> bytes:
        return pair_secret(own, known.must_be_of(REGISTRATION.name))

    asking = deployment.asking(part.source, REGISTRATION.name, KEYS)
    return RemoteKeys(deployment.part(REGISTRATION.name).url, asking, shared)


def start(service: str, work: Work) -> None:
    """Do what a service does before it serves, in one transaction."""
    with work.store.transaction(Context("start", "system", "start")):
        for task in assembly(service).tasks.starting:
            task(work)


def open_gate(deployment: Deployment, part: Instance, work: Work) -> Gate:
    """Put a part's gate together: what it knows of staff, and where sessions are kept."""
    if part.service == SUPERVISION.name:
        # The other parts do without supervision's code, and what it needs of libraries.
        from services.supervision.sign_in.office import SignInOffice

        office = SignInOffice(work, deployment)
    else:
        office = RemoteOffice(deployment, part)
    return Gate(deployment, part, work.store, office)


def open_edge(deployment: Deployment, part: Instance, work: Work) -> Web:
    """Put a part's HTTP edge together."""
    gate, places = open_gate(deployment, part, work), places_of(part.service)
    return Web(assembly(part.service), PARTS, deployment, part, work, gate, places)
