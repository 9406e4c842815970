"""Where jobs of importing rosters stand. Kept: a rebuild of the views leaves them alone.

`content`, `result`, `refusal`, `questions` and `said` are sealed under the key of their day, as answers of commands
are (`shared.town.privacy.answers`): they say what the file says, and nobody can read them when the key
is gone. Column names are the storage format.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from shared.kit.eventstore import Views

QUEUED, READING, WRITING = "queued", "reading", "writing"
ASKING = "asking"
DONE, CANCELLED, FAILED = "done", "cancelled", "failed"
OPEN = (QUEUED, READING, WRITING)
NOT_ENDED = (*OPEN, ASKING)

kept = MetaData()
imports = Table(
    "imports",
    kept,
    Column("id", String, primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),  # in the order of arrival
    Column("unit", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("command", String, nullable=False),
    Column("correlation", String, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("queued_at", String, nullable=False),
    Column("ended_at", String),
    Column("file_sha256", String, nullable=False),
    Column("content", LargeBinary),
    Column("attempts", Integer, nullable=False),
    Column("claimed_until", Float),  # seconds since 1970
    Column("started", Float),  # the same; when the running attempt began
    Column("took", Float),  # seconds of the attempt that ended
    Column("rows_done", Integer, nullable=False),
    Column("rows_total", Integer),
    Column("new", Integer),
    Column("corrected", Integer),
    Column("unchanged", Integer),
    Column("close", Integer),
    Column("errors", Integer),
    Column("result", LargeBinary),
    Column("refusal", LargeBinary),
    Index("imports_of_unit", "unit", "number"),
)
# What a job asks beside: of its file while it waits, of rows when it is done.
imports_asked = Table(
    "imports_asked",
    kept,
    Column("id", String, primary_key=True),
    Column("questions", LargeBinary),  # what the file leaves open, while the job asks
    Column("said", LargeBinary),  # what was answered to that
    Column("asked", Integer),  # rows without an answer
    Column("left_out", Integer),  # rows to do nothing with, as was answered
)
# Who came with an import once a question about the row was answered, and by which command.
import_answers = Table(
    "import_answers",
    kept,
    Column("id", String, primary_key=True),
    Column("resident", String, primary_key=True),
    Column("command", String, nullable=False),
    Column("actor", String, nullable=False),
)
# What a unit answered last of what its files do not say.
habits = Table(
    "roster_habits",
    kept,
    Column("unit", String, primary_key=True),
    Column("ask", String, primary_key=True),
    Column("answer", String, nullable=False),
)

views = Views(kept=kept)
