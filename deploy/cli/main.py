"""The `vaxledger` command, in the language of the terminal: what it prints, its help as well."""

from __future__ import annotations

import sys

from shared.kit import language_files
from shared.kit.language import of_terminal, speaking


def main() -> None:
    """Run the command."""
    try:
        language_files.add_all()
    except (language_files.NotALanguage, language_files.PlacesDiffer) as error:
        with speaking(of_terminal()):
            sys.exit(_refused(error))
    with speaking(of_terminal()):
        from deploy.cli import commands  # their help is worded when they are imported

        commands.main()


def _refused(error: Exception) -> int:
    print(error, file=sys.stderr)  # noqa: T201 - nothing is imported yet that could say it
    return 2


if __name__ == "__main__":
    main()
