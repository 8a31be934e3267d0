"""A person's part in the demo: what the web page would ask of Home Assistant."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
import json
from typing import Any, Final

import aiohttp

from .config_folder import PASSWORD, REPOSITORY, USER
from .processes import DemoError, wait_until

DOMAIN: Final = "plex_butler"
TRANSLATIONS: Final = REPOSITORY / "custom_components" / DOMAIN / "translations/en.json"


class HomeAssistantClient:
    """A session of the demo's user."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        """Use a session, which has to be logged in before anything else."""
        self._session = session
        self._url = url
        self._token = ""

    async def log_in(self) -> None:
        """Log in through the login form; raises DemoError where that is refused."""
        client = {"client_id": f"{self._url}/"}
        form = await self.post(
            "/auth/login_flow",
            {**client, "handler": ["homeassistant", None], "redirect_uri": self._url},
        )
        answer = await self.post(
            f"/auth/login_flow/{form['flow_id']}",
            {**client, "username": USER, "password": PASSWORD},
        )
        if answer["type"] != "create_entry":
            raise DemoError(f"Home Assistant no longer lets {USER}/{PASSWORD} in")
        async with self._session.post(
            f"{self._url}/auth/token",
            data={
                **client,
                "grant_type": "authorization_code",
                "code": answer["result"],
            },
        ) as response:
            self._token = (await response.json())["access_token"]

    async def wait_until_started(self) -> None:
        """Wait until Home Assistant has started everything."""

        async def running() -> bool:
            return bool((await self.get("/api/config"))["state"] == "RUNNING")

        await wait_until(running, "Home Assistant does not finish starting")

    async def add_server(self, url: str, token: str) -> str:
        """Add a Plex server, or renew one that is there; return its config entry's id.

        Raises DemoError with what the form says where it doesn't take them.
        """
        typed = {"url": url, "token": token, "verify_ssl": True}
        result = await self._fill_form({"handler": DOMAIN}, typed)
        if result["type"] == "create_entry":
            return str(result["result"]["entry_id"])
        for entry in await self._entries():
            # An entry of another server refuses it.
            result = await self._fill_form(
                {"handler": DOMAIN, "entry_id": entry["entry_id"]}, typed
            )
            if result.get("reason") == "reconfigure_successful":
                return str(entry["entry_id"])
        raise DemoError(f"the server was not added: {result}")

    async def wait_until_loaded(self, entry_id: str) -> None:
        """Wait until a config entry is set up."""

        async def loaded() -> bool:
            return bool((await self._entry(entry_id))["state"] == "loaded")

        await wait_until(loaded, "the server's set-up does not finish")

    async def devices(self, entry_id: str) -> list[dict[str, Any]]:
        """Return the devices of a config entry."""
        devices = await self.command("config/device_registry/list")
        return [device for device in devices if device["config_entry_id"] == entry_id]

    async def server_device(self, entry_id: str) -> dict[str, Any]:
        """Return the server's own device, of which the tasks' are parts."""
        devices = await self.devices(entry_id)
        return next(device for device in devices if not device.get("parent_device_id"))

    async def call(self, action: str, **data: Any) -> Any:
        """Call an action, without asking for its response."""
        return await self.post(f"/api/services/{action.replace('.', '/')}", data)

    async def call_for_response(self, action: str, **data: Any) -> Any:
        """Call an action and return its response."""
        path = f"/api/services/{action.replace('.', '/')}?return_response"
        return (await self.post(path, data))["service_response"]

    async def command(self, name: str) -> Any:
        """Return the result of a websocket command."""
        async with self._session.ws_connect(
            f"{self._url}/api/websocket", max_msg_size=0
        ) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self._token})
            await socket.receive_json()
            await socket.send_json({"id": 1, "type": name})
            answer = await socket.receive_json()
        if not answer.get("success"):
            raise DemoError(f"Home Assistant answers {name} with {answer}")
        return answer["result"]

    async def get(self, path: str) -> Any:
        """Return what is at a path."""
        return await self._request("GET", path)

    async def post(self, path: str, data: Mapping[str, Any]) -> Any:
        """Send data to a path and return the answer."""
        return await self._request("POST", path, data)

    async def _fill_form(
        self, start: Mapping[str, Any], typed: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Go through one of the integration's dialogs that have a page to fill in."""
        path = "/api/config/config_entries/flow"
        form = await self.post(path, start)
        if form["type"] == "menu":
            form = await self.post(
                f"{path}/{form['flow_id']}", {"next_step_id": "manual"}
            )
        if form["type"] != "form":
            raise DemoError(f"the dialog to add a server does not open: {form}")
        result: dict[str, Any] = await self.post(f"{path}/{form['flow_id']}", typed)
        if errors := result.get("errors"):
            texts = json.loads(TRANSLATIONS.read_text())["config"]["error"]
            raise DemoError(
                " ".join(texts.get(error, error) for error in errors.values())
            )
        return result

    async def _entries(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = await self.get(
            f"/api/config/config_entries/entry?domain={DOMAIN}"
        )
        return entries

    async def _entry(self, entry_id: str) -> dict[str, Any]:
        for entry in await self._entries():
            if entry["entry_id"] == entry_id:
                return entry
        raise DemoError("the server that was added is gone again")

    async def _request(
        self, method: str, path: str, data: Mapping[str, Any] | None = None
    ) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._session.request(
            method, f"{self._url}{path}", headers=headers, json=data
        ) as response:
            if not response.ok:
                text = await response.text()
                raise DemoError(
                    f"Home Assistant answers {method} {path} with"
                    f" {response.status}: {text}"
                )
            return await response.json()


@asynccontextmanager
async def log_in(url: str) -> AsyncIterator[HomeAssistantClient]:
    """Log in at a Home Assistant and wait until it has started everything."""
    async with aiohttp.ClientSession() as session:
        client = HomeAssistantClient(session, url)
        await client.log_in()
        await client.wait_until_started()
        yield client
