"""Constants of Plex Butler."""

import logging
from typing import Final

DOMAIN: Final = "plex_butler"

LOGGER: Final = logging.getLogger(__package__)

PLEX_TV: Final = "https://plex.tv"
PLEX_TV_SIGN_IN: Final = "https://app.plex.tv/auth"
"""Where people sign in; asked and opened only if they choose to."""
