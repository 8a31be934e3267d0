"""Client for the butler of a Plex Media Server, independent of Home Assistant.

A failed call raises one of these errors, each a PlexError:

    PlexConnectionError       refused, unknown host, timeout while connecting
    ├── PlexCertificateError  no secure connection possible
    └── PlexNoAnswerError     sent, but no answer: timeout, or the connection was lost
    PlexAuthenticationError   401: the server doesn't know the token
    PlexPermissionError       403: the token isn't the owner's
    PlexStartingError         503 of Plex itself: it is starting up or migrating
    PlexServerError           any other status from 400: a proxy or the server has trouble
    PlexTaskNotFoundError     404 on a start: the server has no such task
    PlexResponseError         a redirect, or a body that is too large, neither JSON nor
                              XML, or of another shape
"""

from .account import OwnedServer, PlexAccount, SignInPin, sign_in_page
from .address import DEFAULT_PORT, candidate_urls, explicit_url, server_url, token_from
from .client import PlexClient
from .exceptions import (
    PlexAuthenticationError,
    PlexCertificateError,
    PlexConnectionError,
    PlexError,
    PlexNoAnswerError,
    PlexPermissionError,
    PlexResponseError,
    PlexServerError,
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
    title_from_name,
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
    "PlexNoAnswerError",
    "PlexPermissionError",
    "PlexResponseError",
    "PlexServerError",
    "PlexStartingError",
    "PlexTaskNotFoundError",
    "ServerIdentity",
    "ServerSetting",
    "SettingValue",
    "SignInPin",
    "StartResult",
    "StopResult",
    "candidate_urls",
    "explicit_url",
    "server_url",
    "sign_in_page",
    "title_from_name",
    "token_from",
]
