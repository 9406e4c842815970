"""Processor time of appending, relaying and following an event, one tree of the sources against another.

    python -m tests.bench.chain TREE_A TREE_B [--rounds 7] [--events 4000]

Both trees take turns, A B, B A, ..., each in a process of its own and on one real RabbitMQ. Unlike
`tests.bench.processor`, which speaks over HTTP alone, this calls the trees' own functions: what a
chain and its seals cost an event is too little to be seen behind a command. A tree from before the
chain (no `shared/kit/source_keys.py`) is measured without.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from deploy.local.rabbitmq import RabbitMQ
from shared.kit.source_keys import Holds, PartKey, Seal, holding, sealing
from shared.town.deployment import Deployment
from tests.bench.embedded import Figures
from tests.bench.processor import table, told

WORKER = """
import json, sys, time, uuid
from pathlib import Path

from deploy.parts import followers_of
from shared.kit.contracts import decode
from shared.kit.messaging import cloudevents
from shared.kit.messaging.pika_publisher import PikaPublisher
from shared.kit.messaging.relay import Relay
from shared.town.contracts import catalogue
from tests.support.part import PartUnderTest

SITE, SINGLES, BATCH = "appointments/stadium", 300, 200
folder, broker, events = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
site = PartUnderTest(folder / "site", "appointments", "stadium", broker=broker)
office = PartUnderTest(folder / "office", "reporting")
store, example = site.app.store, catalogue.latest("DoseAdministered").example
figures = {}


def document():
    who, now = str(uuid.uuid4()), "2024-03-25T08:00:00+08:00"
    made = {"event": "DoseAdministered", "version": 1, "stream": who, "stream_version": 1}
    made |= {"occurred_at": now, "recorded_at": now, "actor": "bench", "command": who}
    return made | {"correlation": "bench", "causation": None, "data": example | {"resident": who}}


class measured:
    def __init__(self, name, count):
        self.name, self.count = name, count

    def __enter__(self):
        self.began = time.process_time()

    def __exit__(self, *_):
        figures[self.name] = 1000 * (time.process_time() - self.began) / self.count


def append(number, at_once):
    for start in range(0, number, at_once):
        with site.transaction():
            store.append([document() for _ in range(at_once)])


try:
    from tests.bench.chain import seal_and_holds
except ImportError:
    seal, holds = None, None
else:
    seal, holds = seal_and_holds(site.deployment, SITE)

append(20, 1)
with measured("append, one a transaction", SINGLES):
    append(SINGLES, 1)
with measured("append, 50 a transaction", events):
    append(events, 50)
followers = followers_of(site.deployment, SITE)
publisher = PikaPublisher(broker, SITE, followers, *([seal] if seal else []))
publisher.serve(0.5)
relay = Relay(store, publisher)
head = store.head()
with measured("relay, an event", head):
    while relay.step():
        pass
publisher.close()

messages = []
for each in store.log(0, head):
    position, body = each[0], each[1]
    event = decode(SITE, position, body)
    if seal:
        sealed = seal(each) if position % 50 == 0 or position == head else ""
        messages.append((cloudevents.headers(event, each.link, sealed), body))
    else:
        messages.append((cloudevents.headers(event), body))
follower = office.follower(SITE)
follower.holds = holds
with measured("follow, an event", head):
    for start in range(0, head, BATCH):
        some = messages[start : start + BATCH]
        if seal:
            follower.receive([cloudevents.origin(said, body)[1] for said, body in some])
        else:
            follower.receive([(cloudevents.origin(said)[1], body) for said, body in some])
assert follower.health.position == head
figures["append, relay and follow, an event"] = sum(list(figures.values())[1:])
print(json.dumps(figures))
"""


def seal_and_holds(deployment: Deployment, source: str) -> tuple[Seal, Holds]:
    """How this tree seals a source's events, and checks the seals."""
    secret = deployment.secret_of(source)
    key = PartKey.of(secret, source)
    return sealing(secret, source), holding({source: key}.get, source)


def measured(tree: Path, broker: str, events: int) -> Figures:
    """What one tree needs, in milliseconds an event."""
    with tempfile.TemporaryDirectory(prefix="vaxledger-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", WORKER, folder, broker, str(events)],
            env=os.environ | {"PYTHONPATH": str(tree)},
            cwd=tree,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    return json.loads(done.stdout.splitlines()[-1])


def compared(trees: list[Path], rounds: int, events: int) -> list[list[Figures]]:
    """Measure both in turn so many times; the figures of each round and tree."""
    with (
        tempfile.TemporaryDirectory() as place,
        RabbitMQ(Path(place) / "rabbitmq") as rabbitmq,
    ):
        found: list[list[Figures]] = []
        for number in told(rounds, "append, relay, follow"):
            order = trees if number % 2 == 0 else trees[::-1]
            both = {tree: measured(tree, rabbitmq.url, events) for tree in order}
            found.append([both[tree] for tree in trees])
    return found


def main() -> None:
    """Compare the trees that the command line names."""
    parser = argparse.ArgumentParser(description="What a chain costs an event, before and now")
    parser.add_argument("trees", nargs=2, type=Path, metavar="TREE")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--events", type=int, default=4000)
    said = parser.parse_args()
    trees = [tree.resolve() for tree in said.trees]
    Console(width=150).print(table(compared(trees, said.rounds, said.events)))


if __name__ == "__main__":
    main()
