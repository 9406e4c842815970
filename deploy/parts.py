"""Wiring: how a part of the deployment is put together. The only place that knows all services."""

from __future__ import annotations

import importlib
import logging
from functools import partial
from typing import Any

from nameko.containers import ServiceContainer
from sqlalchemy import MetaData

from shared.kit.eventstore import Application, Store, Views
from shared.kit.web.endpoints import declarations
from shared.town.access.gate import Gate
from shared.town.access.service_tokens import token_of
from shared.town.access.standing import with_standing
from shared.town.deployment import Deployment, Part
from shared.town.privacy import (
    AnswerKeys,
    KeyTable,
    Masters,
    Privacy,
    RemoteKeys,
    Tombstones,
    Wrapping,
    answer_metadata,
    derived,
    key_metadata,
)
from shared.town.privacy.master import read_source

MAX_WORKERS = 100
MEMORY_POLL_SECONDS = 0.01


def service_class(service: str) -> Any:
    """Return the nameko class of a service: `<Name>Service` in its service.py."""
    module = importlib.import_module(f"services.{service}.service")
    return getattr(module, f"{service.capitalize()}Service")


def open_store(deployment: Deployment, part: Part) -> Store:
    """Open a part's store with its views, and the key table if it is registration's."""
    views = with_standing(service_class(part.service).application.views)
    views = _with_tables(views, answer_metadata)
    if part.service == "registration":
        views = _with_tables(views, key_metadata)
    return Store(part.store, part.source, views, deployment.clock())


def _with_tables(views: Views, more: MetaData) -> Views:
    for table in more.sorted_tables:
        if table.name not in views.kept.tables:
            table.to_metadata(views.kept)
    return views


def wrapping_of(deployment: Deployment, part: Part, store: Store) -> Wrapping:
    """Return what wraps the keys in a part's store.

    Registration's, which are the residents', need a master key; the others', of their commands'
    answers, one made of the service secret, so that the master key is known to one part only.
    """
    if part.service == "registration":
        return Wrapping(store, masters_of(deployment))
    secret = bytes.fromhex(deployment.secrets.service)
    return Wrapping(store, Masters.of(derived(secret, f"vaxledger answers of {part.source}")))


def masters_of(deployment: Deployment) -> Masters:
    """Return the deployment's master keys, read again whenever an unknown one is met."""
    if deployment.master_source:
        return Masters(partial(read_source, deployment.master_source))
    return Masters(deployment.master_keys)


def open_application(deployment: Deployment, part: Part) -> Application:
    """Put a part's application together: store, plan, privacy desk, sealed answers."""
    store, secrets = open_store(deployment, part), deployment.secrets
    wrapping = wrapping_of(deployment, part, store)
    answers = store.answers = AnswerKeys(wrapping, deployment.answer_days)
    service_secret = bytes.fromhex(secrets.service)
    if part.service == "registration":
        keys = KeyTable(wrapping, Tombstones(deployment.tombstones), answers)
    else:
        token = token_of(secrets.service, part.source)
        keys = RemoteKeys(deployment.part("registration").url, token, service_secret)
    privacy = Privacy(keys, bytes.fromhex(secrets.identity))
    application_class = service_class(part.service).application
    application = application_class(store, deployment.campaign, site=part.site, privacy=privacy)
    application.start()
    return application


def open_gate(deployment: Deployment, part: Part, application: Application) -> Gate:
    """Put a part's gate together: what it knows of staff, and where sessions are kept."""
    office = service_class(part.service).sign_in_office(deployment, part, application)
    return Gate(deployment, part, application.store, office)


def container(deployment: Deployment, part: Part, application: Application) -> ServiceContainer:
    """Return the nameko container that serves a part over HTTP and follows its sources.

    Raises `Undeclared` when one of its entry points does not say who may use it.
    """
    logging.getLogger("nameko").setLevel(logging.WARNING)
    config = {
        "AMQP_URI": deployment.broker_of(part),
        "TRANSPORT_OPTIONS": (
            {"polling_interval": MEMORY_POLL_SECONDS} if deployment.embedded else {}
        ),
        "WEB_SERVER_ADDRESS": f"{part.host}:{part.port}",
        "max_workers": MAX_WORKERS,
        "deployment": deployment,
        "part": part,
        "application": application,
        "gate": open_gate(deployment, part, application),
    }
    declarations(service_class(part.service))
    return ServiceContainer(service_class(part.service), config)
