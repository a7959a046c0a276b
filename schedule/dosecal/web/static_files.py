"""The style sheet, the script and the mark of the page: the only files that are sent as they are."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response

if TYPE_CHECKING:
    from starlette.requests import Request

_KINDS = {"page.css": "text/css", "page.js": "text/javascript", "mark.svg": "image/svg+xml"}


@cache
def _content(name: str) -> bytes:
    return resources.files("dosecal.web").joinpath("static", name).read_bytes()


async def static_file(request: Request) -> Response:
    """One of the files, by its name."""
    name = request.path_params["name"]
    if name not in _KINDS:
        return PlainTextResponse("There is no such file.", 404)
    return Response(_content(name), media_type=_KINDS[name])
