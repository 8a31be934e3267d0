"""Signing in with Plex: a person signs in at plex.tv, which then lists their servers."""

from asyncio import sleep, timeout
from http import HTTPStatus
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..api import (
    ClientInfo,
    OwnedServer,
    PlexAccount,
    PlexConnectionError,
    PlexError,
    PlexServerError,
    PlexStartingError,
    SignInPin,
    sign_in_page,
)
from ..connection import async_client_info
from ..const import PLEX_TV, PLEX_TV_SIGN_IN

POLL_INTERVAL: Final = 2
"""Seconds between two requests whether the person has signed in."""


class SignInError(Exception):
    """Signing in failed; `reason` is the step of the config flow that tells why."""

    def __init__(self, reason: str) -> None:
        """Initialize the error."""
        super().__init__(reason)
        self.reason = reason


class SignIn:
    """An attempt to sign in; `page` is the URL at which a person does.

    `task` returns the servers that the person owns once they have signed in. It raises
    SignInError.
    """

    def __init__(self, hass: HomeAssistant, info: ClientInfo, pin: SignInPin) -> None:
        """Initialize an attempt with a PIN."""
        self.page = sign_in_page(PLEX_TV_SIGN_IN, pin, info)
        self._hass = hass
        self._info = info
        self._pin = pin
        self.task = hass.async_create_background_task(
            self._async_servers(), "sign in with Plex"
        )

    async def _async_servers(self) -> list[OwnedServer]:
        try:
            async with timeout(self._pin.lifetime):
                token = await self._async_token()
            return await _account(self._hass, self._info, token).owned_servers()
        except TimeoutError:
            raise SignInError("sign_in_expired") from None
        except PlexError as err:
            raise _sign_in_error(err) from err

    async def _async_token(self) -> str:
        account = _account(self._hass, self._info)
        while True:
            try:
                if token := await account.token(self._pin):
                    return token
            except PlexError as err:
                if not _is_transient(err):
                    raise
            await sleep(POLL_INTERVAL)


async def async_start_sign_in(hass: HomeAssistant) -> SignIn:
    """Start an attempt to sign in; raises SignInError."""
    info = await async_client_info(hass)
    try:
        return SignIn(hass, info, await _account(hass, info).create_pin())
    except PlexError as err:
        raise _sign_in_error(err) from err


def _account(
    hass: HomeAssistant, info: ClientInfo, token: str | None = None
) -> PlexAccount:
    return PlexAccount(async_get_clientsession(hass), PLEX_TV, info, token)


def _is_transient(err: PlexError) -> bool:
    """Return whether the next request may succeed."""
    if isinstance(err, PlexServerError):
        return err.status >= 500 or err.status == HTTPStatus.TOO_MANY_REQUESTS
    return isinstance(err, PlexConnectionError | PlexStartingError)


def _sign_in_error(err: PlexError) -> SignInError:
    if isinstance(err, PlexServerError) and err.status == HTTPStatus.NOT_FOUND:
        # plex.tv forgets a PIN when it expires.
        return SignInError("sign_in_expired")
    return SignInError("plex_tv_trouble")
