"""Constants of Plex Butler."""

import logging
from typing import Final

DOMAIN: Final = "plex_butler"

LOGGER: Final = logging.getLogger(__package__)

PLEX_TV: Final = "https://plex.tv"
PLEX_TV_SIGN_IN: Final = "https://app.plex.tv/auth"
"""Page at which people sign in; opened only if they choose to."""
