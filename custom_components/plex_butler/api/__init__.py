"""A client of the Plex Media Server's butler, which knows nothing of Home Assistant.

Every call raises one of these, each a PlexError:

    PlexConnectionError       refused, unknown name, no answer in time, cut off
    └── PlexCertificateError  no secure connection
    PlexAuthenticationError   401: the token isn't known
    PlexPermissionError       403: the token isn't the owner's
    PlexStartingError         503: starting up or migrating
    PlexTaskNotFoundError     404 on a start: no such task
    PlexResponseError         any other status, a redirect, or a body that is too large,
                              neither JSON nor XML, or of another shape
"""

from .account import OwnedServer, PlexAccount, SignInPin, sign_in_page
from .address import DEFAULT_PORT, explicit_url, server_url
from .client import PlexClient
from .exceptions import (
    PlexAuthenticationError,
    PlexCertificateError,
    PlexConnectionError,
    PlexError,
    PlexPermissionError,
    PlexResponseError,
    PlexStartingError,
    PlexTaskNotFoundError,
)
from .models import (
    Activity,
    ActivityChange,
    ActivityNotification,
    ButlerTask,
    ServerIdentity,
    StartResult,
    StopResult,
)
from .notifications import ActivityStream
from .settings import ServerSetting, SettingValue
from .transport import ClientInfo

__all__ = [
    "DEFAULT_PORT",
    "Activity",
    "ActivityChange",
    "ActivityNotification",
    "ActivityStream",
    "ButlerTask",
    "ClientInfo",
    "OwnedServer",
    "PlexAccount",
    "PlexAuthenticationError",
    "PlexCertificateError",
    "PlexClient",
    "PlexConnectionError",
    "PlexError",
    "PlexPermissionError",
    "PlexResponseError",
    "PlexStartingError",
    "PlexTaskNotFoundError",
    "ServerIdentity",
    "ServerSetting",
    "SettingValue",
    "SignInPin",
    "StartResult",
    "StopResult",
    "explicit_url",
    "server_url",
    "sign_in_page",
]
