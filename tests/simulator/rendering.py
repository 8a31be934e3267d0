"""Bodies as Plex sends them: XML by default, JSON on request, HTML for errors."""

from http import HTTPStatus
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from aiohttp import web


def render(request: web.Request, root: str, fields: dict[str, Any]) -> web.Response:
    """Return an answer with an object, in the format that the request accepts."""
    if "application/json" in request.headers.get("Accept", ""):
        return web.json_response({root: fields})
    element = Element(root)
    _fill(element, fields)
    return web.Response(
        body=tostring(element, "utf-8", xml_declaration=True), content_type="text/xml"
    )


def error(status: int) -> web.Response:
    """Return an error, which is HTML whatever the request accepts (captured)."""
    phrase = HTTPStatus(status).phrase
    return web.Response(
        status=status,
        text=(
            f"<html><head><title>{phrase}</title></head>"
            f"<body><h1>{status} {phrase}</h1></body></html>"
        ),
        content_type="text/html",
    )


def _fill(element: Element, fields: dict[str, Any]) -> None:
    for key, value in fields.items():
        match value:
            case list():
                for child in value:
                    _fill(SubElement(element, key), child)
            case bool():
                element.set(key, str(int(value)))
            case _:
                element.set(key, str(value))
