"""The peer: what a site does per command, by FastAPI, uvicorn and asyncpg with one INSERT.

    python -m tests.bench.peer PORT CONNINFO

It is given its best: uvloop, httptools, no log of requests, one worker as the site has one
process, and a connection that is used again without asking the server to reset it. It does less
than a site: it asks nobody who they are, decides nothing, and keeps no history and no views.
A key that comes again changes nothing. Every INSERT is a transaction of its own, durable when
answered.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI, Header
from pydantic import BaseModel, ConfigDict, Field

TABLES = """
CREATE TABLE check_ins (key text PRIMARY KEY, resident uuid NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE wasted (key text PRIMARY KEY, batch text NOT NULL, doses integer NOT NULL, reason text NOT NULL,
    at timestamptz NOT NULL DEFAULT now());
"""
CHECKED_IN = "INSERT INTO check_ins (key, resident) VALUES ($1, $2) ON CONFLICT DO NOTHING"
WASTED = """INSERT INTO wasted (key, batch, doses, reason) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING"""
CONNECTIONS = 32
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


class CheckIn(BaseModel):
    """What is said of a check-in beside its address: nothing."""

    model_config = ConfigDict(extra="forbid")


class Waste(BaseModel):
    """Doses written off."""

    model_config = ConfigDict(extra="forbid")
    doses: int = Field(ge=1, le=1_000_000)
    reason: str = Field(min_length=1, max_length=500)


class CheckedIn(BaseModel):
    """The answer of a check-in."""

    resident: UUID


class Wasted(BaseModel):
    """The answer of doses written off."""

    batch: str
    doses: int


def application(conninfo: str) -> FastAPI:
    """Return the peer for a database, whose tables it makes."""
    pool: Any = None

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        nonlocal pool
        async with asyncpg.create_pool(
            conninfo, min_size=CONNECTIONS, max_size=CONNECTIONS, reset=_as_it_is
        ) as pool:
            await pool.execute(TABLES)
            yield

    app = FastAPI(lifespan=life)

    @app.get("/health")
    async def health() -> dict[str, bool]:
        return {"ok": True}

    @app.post("/api/residents/{resident}/check-in")
    async def check_in(resident: UUID, body: CheckIn, key: Key) -> CheckedIn:
        await pool.execute(CHECKED_IN, key, resident)
        return CheckedIn(resident=resident)

    @app.post("/api/batches/{batch}/waste")
    async def waste(batch: str, body: Waste, key: Key) -> Wasted:
        await pool.execute(WASTED, key, batch, body.doses, body.reason)
        return Wasted(batch=batch, doses=body.doses)

    return app


async def _as_it_is(_: Any) -> None:
    """Let a connection go back to the pool as it is: no command changes anything of it."""


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[2]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
