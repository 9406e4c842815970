"""Serves a deployment as `deploy.local.serve` does, in seconds where that takes minutes to forget.

python -m tests.support.quick_to_forget up DEPLOYMENT.json
"""

from __future__ import annotations

from deploy.local import serve  # first, for it patches the standard library

# isort: split
import sys
from dataclasses import replace

from shared.kit import memory
from shared.town.privacy import keys
from shared.town.web import tasks

keys.CACHE_SECONDS = memory.BETWEEN_SECONDS = 1.0
tasks.tasks.lasting = [replace(each, seconds=0.5) for each in tasks.tasks.lasting]

if __name__ == "__main__":
    serve.main(sys.argv[1:])
