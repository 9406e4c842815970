"""The `vaxledger` command, in the language of the terminal: what it prints, its help as well."""

from __future__ import annotations

from shared.kit.language import of_terminal, speaking


def main() -> None:
    """Run the command."""
    with speaking(of_terminal()):
        from deploy.cli import commands  # their help is worded when they are imported

        commands.main()


if __name__ == "__main__":
    main()
