"""Constants of Plex Butler."""

import logging
from typing import Final

DOMAIN: Final = "plex_butler"

LOGGER: Final = logging.getLogger(__package__)
