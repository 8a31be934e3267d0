"""Client for the butler of a Plex Media Server, independent of Home Assistant.

A failed call raises one of these errors, each a PlexError:

    PlexConnectionError       refused, unknown host, timeout, connection lost
    └── PlexCertificateError  no secure connection possible
    PlexAuthenticationError   401: the server doesn't know the token
    PlexPermissionError       403: the token isn't the owner's
    PlexStartingError         503: the server is starting up or migrating
    PlexTaskNotFoundError     404 on a start: the server has no such task
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
