"""Signing in with Plex: a person does so at plex.tv, and we learn of their servers."""

from asyncio import sleep, timeout
from http import HTTPStatus
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .api import (
    ClientInfo,
    OwnedServer,
    PlexAccount,
    PlexConnectionError,
    PlexError,
    PlexResponseError,
    PlexStartingError,
    SignInPin,
    sign_in_page,
)
from .connection import async_client_info
from .const import PLEX_TV, PLEX_TV_SIGN_IN

POLL_PAUSE: Final = 2
"""Seconds between two questions whether the person has signed in."""


class SignInFailed(Exception):
    """It came to nothing; `reason` is the key of the text that tells why."""

    def __init__(self, reason: str) -> None:
        """Say why."""
        super().__init__(reason)
        self.reason = reason


class SignIn:
    """One attempt of a person to sign in; `page` is where they do."""

    def __init__(self, hass: HomeAssistant, info: ClientInfo, pin: SignInPin) -> None:
        """Wait for who signs in with a PIN."""
        self.page = sign_in_page(PLEX_TV_SIGN_IN, pin, info)
        self._hass = hass
        self._info = info
        self._pin = pin

    async def async_servers(self) -> list[OwnedServer]:
        """Wait until the person has signed in, and return the servers that are theirs.

        Raises SignInFailed.
        """
        try:
            async with timeout(self._pin.lifetime):
                token = await self._async_token()
            return await _account(self._hass, self._info, token).owned_servers()
        except TimeoutError:
            raise SignInFailed("sign_in_expired") from None
        except PlexError as err:
            raise _failure(err) from err

    async def _async_token(self) -> str:
        account = _account(self._hass, self._info)
        while True:
            try:
                if token := await account.token(self._pin):
                    return token
            except PlexError as err:
                # The person may be signing in all the same.
                if not _will_pass(err):
                    raise
            await sleep(POLL_PAUSE)


async def async_begin_sign_in(hass: HomeAssistant) -> SignIn:
    """Begin an attempt to sign in; raises SignInFailed."""
    info = await async_client_info(hass)
    try:
        return SignIn(hass, info, await _account(hass, info).create_pin())
    except PlexError as err:
        raise _failure(err) from err


def _account(
    hass: HomeAssistant, info: ClientInfo, token: str | None = None
) -> PlexAccount:
    return PlexAccount(async_get_clientsession(hass), PLEX_TV, info, token)


def _will_pass(err: PlexError) -> bool:
    """Tell whether it is worthwhile to ask again."""
    if isinstance(err, PlexResponseError):
        status = err.status or 0
        return status >= 500 or status == HTTPStatus.TOO_MANY_REQUESTS
    return isinstance(err, PlexConnectionError | PlexStartingError)


def _failure(err: PlexError) -> SignInFailed:
    if isinstance(err, PlexResponseError) and err.status == HTTPStatus.NOT_FOUND:
        # plex.tv forgets a PIN whose time is over.
        return SignInFailed("sign_in_expired")
    return SignInFailed("plex_tv_trouble")
