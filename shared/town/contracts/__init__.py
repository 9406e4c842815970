"""The public language of the town: every event of the five services, its versions and examples.

Nothing else defines an event's shape. Importing this package fills `catalogue`, from every file
beside this one.
"""

from importlib import import_module
from pkgutil import iter_modules

from shared.kit.contracts import catalogue

__all__ = ["catalogue"]

for _file in iter_modules(__path__, f"{__name__}."):
    import_module(_file.name)

catalogue.sharded("appointments", by="site")
