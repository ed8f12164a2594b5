"""The help of a group of commands: under headings, with whole sentences."""

from typing import Any

from typer.core import TyperGroup


class Grouped(TyperGroup):
    """Lists its commands under the headings that they were given, each with the whole first sentence of its help."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes a list for each heading."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.commands[name]
            first = " ".join((command.help or "").partition("\n\n")[0].split()).partition(". ")[0].rstrip(".")
            panels.setdefault(getattr(command, "rich_help_panel", None) or "Commands", []).append((name, f"{first}."))
        for heading, rows in panels.items():
            with formatter.section(heading):
                formatter.write_dl(rows)
