"""The verb that prints schemas for editors."""

from __future__ import annotations

from typing import Annotated

import typer

from dosecal.app.options.speech import tell_json
from dosecal.load.protocol.protocol_file import protocol_schema
from dosecal.load.sites.site_file import sites_schema


def print_schema(
    of_sites: Annotated[bool, typer.Option("--sites", help="That of a site file, not of a protocol file.")] = False,
) -> None:
    """Print the JSON Schema of a protocol file, for editors.

    \b
    Examples:
      dosecal schema > protocol.schema.json
      dosecal schema --sites > sites.schema.json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    tell_json(sites_schema() if of_sites else protocol_schema())
