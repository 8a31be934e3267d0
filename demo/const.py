"""Constants for the demo."""

from pathlib import Path
from typing import Final

DOMAIN: Final = "plex_butler"
REPOSITORY: Final = Path(__file__).resolve().parent.parent

LOCALHOST: Final = "127.0.0.1"
HOME_ASSISTANT_PORT: Final = 8123
PLEX_PORT: Final = 32400

USER: Final = "demo"
PASSWORD: Final = "demo"
