"""Decoding of response bodies: JSON as requested, or XML, which is Plex's default.

The limits keep any body, however it is made, from occupying the event loop for more than
some 30 ms.
"""

import json
from typing import Any, Final
from xml.parsers.expat import ExpatError, ParserCreate
import zlib

from aiohttp import ClientResponse
import orjson

from .exceptions import PlexResponseError

MAX_BODY: Final = 1024 * 1024
"""Maximum size of a body in bytes, before and after decompression.

A list of all butler tasks has about 6,000.
"""

MAX_VALUES: Final = 50_000
"""Maximum number of values, elements or attributes in a body.

A list of 5,000 butler tasks has about 30,000.
"""

MAX_XML_DEPTH: Final = 20
"""Maximum nesting of XML elements. Plex's answers to our requests have three levels."""

_ZLIB_OR_GZIP: Final = 47
_RAW_DEFLATE: Final = -15


async def read_body(response: ClientResponse, limit: int = MAX_BODY) -> bytes:
    """Return the decompressed body of a response.

    Raises PlexResponseError if it has more than `limit` bytes, or can't be decompressed.
    """
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    encoding = response.headers.get("Content-Encoding", "identity")
    return _decompress(bytes(body), encoding.strip().lower(), limit)


def decode(body: bytes | str, root: str) -> dict[str, Any]:
    """Return the object under the root of a JSON or XML body.

    The format is detected from the body itself, because a proxy may have changed the
    content type. XML is returned in the shape of the equivalent JSON, with strings as
    values: attributes are fields, child elements are lists under their tag.

    Raises PlexResponseError if the body is neither, or has another root.
    """
    content = parse(body)
    found = content.get(root) if isinstance(content, dict) else None
    if not isinstance(found, dict):
        raise PlexResponseError(f"the answer has no {root}")
    return found


def parse(body: bytes | str) -> Any:
    """Return the content of a JSON or XML body.

    Raises PlexResponseError if the body is neither, or has too many values.
    """
    if isinstance(body, str):
        body = body.encode()
    if len(body) > MAX_VALUES:
        _require_few_values(body)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # It also refuses JSON that others accept: with halves of surrogate pairs, or NaN.
        pass
    try:
        return _parse_xml(body) if _is_xml(body) else json.loads(body)
    except (ValueError, LookupError, ExpatError, RecursionError) as err:
        raise PlexResponseError("the answer is neither JSON nor XML") from err


def _require_few_values(body: bytes) -> None:
    """Raise PlexResponseError if a body has more than MAX_VALUES values.

    Counting is fast, parsing isn't: each value of JSON but the first is after a comma or
    in a nested one, whose depth the parser limits.
    """
    signs = b"<=" if _is_xml(body) else b","
    if max(body.count(sign) for sign in signs) > MAX_VALUES:
        raise PlexResponseError(f"the answer has more than {MAX_VALUES} values")


def _is_xml(body: bytes) -> bool:
    return body.lstrip().startswith(b"<")


def _decompress(body: bytes, encoding: str, limit: int) -> bytes:
    """Return a decompressed body.

    Requests ask for no compression, but some proxies compress everything. Decompression
    by aiohttp isn't used, since it has no limit of ours.
    """
    if encoding in ("", "identity") or not body:
        return body
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise PlexResponseError("the answer has an unknown compression")
    # Some servers send deflate without its header, whose first byte ends in 8.
    is_raw = encoding == "deflate" and body[0] & 15 != 8
    decompressor = zlib.decompressobj(_RAW_DEFLATE if is_raw else _ZLIB_OR_GZIP)
    try:
        content = decompressor.decompress(body, limit + 1)
    except zlib.error as err:
        raise PlexResponseError("the answer can't be decompressed") from err
    if len(content) > limit:
        raise _too_large(limit)
    return content


def _too_large(limit: int) -> PlexResponseError:
    return PlexResponseError(f"the answer is larger than {limit} bytes")


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
