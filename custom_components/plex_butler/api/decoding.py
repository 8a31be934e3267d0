"""Decoding of response bodies: JSON as requested, or XML, which is Plex's default."""

import json
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from aiohttp import ClientResponse
from defusedxml.ElementTree import fromstring

from .exceptions import PlexResponseError

MAX_BODY: Final = 1024 * 1024
"""Maximum size of a body in bytes. A list of all butler tasks has about 6,000."""


async def read_body(response: ClientResponse) -> bytes:
    """Return the body of a response.

    Raises PlexResponseError if it is larger than MAX_BODY.
    """
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            raise PlexResponseError(f"the answer is larger than {MAX_BODY} bytes")
    return bytes(body)


def decode(body: bytes, root: str) -> dict[str, Any]:
    """Return the object under the root of a JSON or XML body.

    The format is detected from the body itself, because a proxy may have changed the
    content type. XML is returned in the shape of the equivalent JSON, with strings as
    values: attributes are fields, child elements are lists under their tag.

    Raises PlexResponseError if the body is neither, or has another root.
    """
    match parse(body):
        case {**fields} if isinstance(found := fields.get(root), dict):
            return found
    raise PlexResponseError(f"the answer has no {root}")


def parse(body: bytes) -> Any:
    """Return the content of a JSON or XML body.

    Raises PlexResponseError if the body is neither.
    """
    try:
        return _parse_xml(body) if body.lstrip().startswith(b"<") else json.loads(body)
    except (ValueError, LookupError, ParseError, RecursionError) as err:
        raise PlexResponseError("the answer is neither JSON nor XML") from err


def _parse_xml(body: bytes) -> dict[str, Any]:
    root = fromstring(body)
    return {root.tag: _fields(root)}


def _fields(element: Element) -> dict[str, Any]:
    fields: dict[str, Any] = dict(element.attrib)
    for child in element:
        # A child's list takes the place of an attribute of the same name.
        children = fields.get(child.tag)
        if not isinstance(children, list):
            children = fields[child.tag] = []
        children.append(_fields(child))
    return fields
