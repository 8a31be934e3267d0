"""Decoding of response bodies: JSON as requested, or XML, which is Plex's default."""

import json
from typing import Any, Final
from xml.parsers.expat import ExpatError, ParserCreate

from aiohttp import ClientResponse

from .exceptions import PlexResponseError

MAX_BODY: Final = 1024 * 1024
"""Maximum size of a body in bytes. A list of all butler tasks has about 6,000."""

MAX_XML_DEPTH: Final = 20
"""Maximum nesting of XML elements. Plex's answers to our requests have three levels."""


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
    except (ValueError, LookupError, ExpatError, RecursionError) as err:
        raise PlexResponseError("the answer is neither JSON nor XML") from err


def _parse_xml(body: bytes) -> dict[str, Any]:
    document: dict[str, Any] = {}
    ancestors = [document]

    def start_element(tag: str, attributes: dict[str, Any]) -> None:
        if len(ancestors) > MAX_XML_DEPTH:
            raise PlexResponseError("the answer is nested too deeply")
        # A list of child elements replaces an attribute of the same name.
        if not isinstance(siblings := ancestors[-1].get(tag), list):
            siblings = ancestors[-1][tag] = []
        siblings.append(attributes)
        ancestors.append(attributes)

    def end_element(tag: str) -> None:
        ancestors.pop()

    # ElementTree's parser would continue to the end of its input after an exception in
    # a handler, and expand entities on the way. This one stops.
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start_element
    parser.EndElementHandler = end_element
    parser.Parse(body, True)
    return {tag: element for tag, [element] in document.items()}


def _refuse_doctype(*_: object) -> None:
    """Raise PlexResponseError, since only a DOCTYPE can declare entities.

    Plex sends none. Expanded entities can fill the memory from a small body.
    """
    raise PlexResponseError("the answer has a DOCTYPE")
