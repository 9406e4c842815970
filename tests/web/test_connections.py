"""Which connection makes room for another."""

from __future__ import annotations

from shared.kit.web.connections import FRESH_SECONDS, Connection, Connections, Stage


class Socket:
    """Remembers whether it was shut down."""

    ended = False

    def shutdown(self, how: int) -> None:
        self.ended = True


def connections_at(*stages: Stage) -> list[Connection]:
    """Connections at these stages, of which the last has just come; one had to make room."""
    connections = Connections(len(stages))
    each = [connections.add(Socket()) for _ in stages]
    for connection, stage in zip(each, stages, strict=True):
        connection.at(stage)
    for connection in each[:-1]:
        connection.came -= FRESH_SECONDS
    assert connections.end_oldest()
    return each


def ended(connections: list[Connection]) -> list[bool]:
    return [each.sock.ended for each in connections]


def test_one_without_a_request_makes_room_first():
    assert ended(connections_at(Stage.BODY, Stage.IDLE, Stage.HEAD, Stage.IDLE)) == [
        *(False, True, False, False)
    ]


def test_one_that_has_just_come_does_not_make_room_for_the_next():
    assert ended(connections_at(Stage.HEAD, Stage.BODY, Stage.IDLE)) == [True, False, False]


def test_among_many_that_have_just_come_the_oldest_makes_room():
    connections = Connections(3)
    each = [connections.add(Socket()) for _ in range(3)]
    each[0].at(Stage.HEAD)  # and says nothing more
    assert connections.end_oldest()
    assert ended(each) == [True, False, False]


def test_nobody_makes_room_who_is_worked_for():
    connections = Connections(1)
    connections.add(Socket()).at(Stage.WORK)
    assert not connections.end_oldest()
