"""A client for Home Assistant that sends what the frontend would send."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
import json
from typing import Any, Final

import aiohttp

from .const import DOMAIN, PASSWORD, REPOSITORY, USER
from .exceptions import DemoError
from .processes import wait_until

FLOW_PATH: Final = "/api/config/config_entries/flow"
TRANSLATIONS: Final = REPOSITORY / "custom_components" / DOMAIN / "translations/en.json"


class HomeAssistantClient:
    """A client for the HTTP and websocket APIs, used as the demo's user."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        """Initialize the client. Call log_in before anything else."""
        self._session = session
        self._url = url
        self._token = ""

    async def log_in(self) -> None:
        """Log in with the login form.

        Raises DemoError if the user name or password is rejected.
        """
        client = {"client_id": f"{self._url}/"}
        form = await self.post(
            "/auth/login_flow",
            {**client, "handler": ["homeassistant", None], "redirect_uri": self._url},
        )
        result = await self.post(
            f"/auth/login_flow/{form['flow_id']}",
            {**client, "username": USER, "password": PASSWORD},
        )
        if result["type"] != "create_entry":
            raise DemoError(
                f"Home Assistant rejected the user {USER} with the password {PASSWORD}"
            )
        async with self._session.post(
            f"{self._url}/auth/token",
            data={
                **client,
                "grant_type": "authorization_code",
                "code": result["result"],
            },
        ) as response:
            self._token = (await response.json())["access_token"]

    async def wait_until_started(self) -> None:
        """Wait until Home Assistant has finished starting."""

        async def is_running() -> bool:
            return bool((await self.get("/api/config"))["state"] == "RUNNING")

        await wait_until(is_running, "Home Assistant doesn't finish starting")

    async def add_server(self, url: str, token: str) -> str:
        """Add a Plex server, or reconfigure it, and return the ID of its config entry.

        Raises DemoError with the form's error message if the form has an error.
        """
        user_input = {"url": url, "token": token, "verify_ssl": True}
        result = await self._submit_flow({"handler": DOMAIN}, user_input)
        if result["type"] == "create_entry":
            return str(result["result"]["entry_id"])
        for entry in await self._get_entries():
            # The flow aborts with another reason if this is the entry of another server.
            result = await self._submit_flow(
                {"handler": DOMAIN, "entry_id": entry["entry_id"]}, user_input
            )
            if result.get("reason") == "reconfigure_successful":
                return str(entry["entry_id"])
        raise DemoError(f"the server couldn't be added: {result}")

    async def wait_until_loaded(self, entry_id: str) -> None:
        """Wait until a config entry is loaded."""

        async def is_loaded() -> bool:
            return bool((await self._get_entry(entry_id))["state"] == "loaded")

        await wait_until(is_loaded, "the server's config entry doesn't finish loading")

    async def get_devices(self, entry_id: str) -> list[dict[str, Any]]:
        """Return the devices of a config entry."""
        devices = await self.send_command("config/device_registry/list")
        return [device for device in devices if device["config_entry_id"] == entry_id]

    async def get_server_device(self, entry_id: str) -> dict[str, Any]:
        """Return the server's device, which is the parent of the task devices."""
        devices = await self.get_devices(entry_id)
        return next(device for device in devices if not device.get("parent_device_id"))

    async def find_entity(self, unique_id_suffix: str) -> str:
        """Return the ID of the integration's entity whose unique ID has a suffix.

        Entity IDs depend on the language, and on what was there before. Raises DemoError
        if there is none.
        """
        for entity in await self.send_command("config/entity_registry/list"):
            if entity["platform"] == DOMAIN and entity["unique_id"].endswith(
                unique_id_suffix
            ):
                return str(entity["entity_id"])
        raise DemoError(f"no entity has a unique ID that ends with {unique_id_suffix}")

    async def call_action(self, action: str, **data: Any) -> Any:
        """Call an action without requesting its response."""
        return await self.post(f"/api/services/{action.replace('.', '/')}", data)

    async def call_action_with_response(self, action: str, **data: Any) -> Any:
        """Call an action and return its response."""
        path = f"/api/services/{action.replace('.', '/')}?return_response"
        return (await self.post(path, data))["service_response"]

    async def send_command(self, name: str, **data: Any) -> Any:
        """Send a websocket command and return its result.

        Raises DemoError if the command fails.
        """
        async with self._connect() as socket:
            return await self._send_command(socket, name, **data)

    @asynccontextmanager
    async def record_states(self) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield a list to which each new state is added until the end of the block."""
        states: list[dict[str, Any]] = []
        async with self._connect() as socket:
            await self._send_command(
                socket, "subscribe_events", event_type="state_changed"
            )

            async def record() -> None:
                async for message in socket:
                    state = message.json()["event"]["data"]["new_state"]
                    if state is not None:
                        states.append(state)

            recorder = asyncio.create_task(record())
            try:
                yield states
            finally:
                recorder.cancel()

    async def get(self, path: str) -> Any:
        """Send a GET request and return the response."""
        return await self._request("GET", path)

    async def post(self, path: str, data: Mapping[str, Any]) -> Any:
        """Send a POST request with JSON data and return the response."""
        return await self._request("POST", path, data)

    async def delete(self, path: str) -> None:
        """Send a DELETE request."""
        await self._request("DELETE", path)

    @asynccontextmanager
    async def _connect(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Connect to the websocket API."""
        async with self._session.ws_connect(
            f"{self._url}/api/websocket", max_msg_size=0
        ) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self._token})
            await socket.receive_json()
            yield socket

    async def _send_command(
        self, socket: aiohttp.ClientWebSocketResponse, name: str, **data: Any
    ) -> Any:
        """Send the only command of a connection and return its result.

        Raises DemoError if the command fails.
        """
        await socket.send_json({"id": 1, "type": name, **data})
        response = await socket.receive_json()
        if not response.get("success"):
            raise DemoError(f"the command {name} failed: {response}")
        return response["result"]

    async def _submit_flow(
        self, init_data: Mapping[str, Any], user_input: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Start a config flow, submit its form, and return the result.

        Raises DemoError with the form's error message if the form has an error.
        """
        form = await self.post(FLOW_PATH, init_data)
        if form["type"] == "menu":
            form = await self.post(
                f"{FLOW_PATH}/{form['flow_id']}", {"next_step_id": "manual"}
            )
        if form["type"] != "form":
            raise DemoError(f"the config flow doesn't show its form: {form}")
        result: dict[str, Any] = await self.post(
            f"{FLOW_PATH}/{form['flow_id']}", user_input
        )
        if errors := result.get("errors"):
            texts = json.loads(TRANSLATIONS.read_text())["config"]["error"]
            raise DemoError(
                " ".join(texts.get(error, error) for error in errors.values())
            )
        return result

    async def _get_entries(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = await self.get(
            f"/api/config/config_entries/entry?domain={DOMAIN}"
        )
        return entries

    async def _get_entry(self, entry_id: str) -> dict[str, Any]:
        for entry in await self._get_entries():
            if entry["entry_id"] == entry_id:
                return entry
        raise DemoError("the server's config entry no longer exists")

    async def _request(
        self, method: str, path: str, data: Mapping[str, Any] | None = None
    ) -> Any:
        """Send a request and return the response.

        Raises DemoError if it fails.
        """
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._session.request(
            method, f"{self._url}{path}", headers=headers, json=data
        ) as response:
            if not response.ok:
                text = await response.text()
                raise DemoError(
                    f"{method} {path} failed with status {response.status}: {text}"
                )
            return await response.json()


@asynccontextmanager
async def connect(url: str) -> AsyncIterator[HomeAssistantClient]:
    """Log in to Home Assistant, and yield a client when it has finished starting."""
    async with aiohttp.ClientSession() as session:
        client = HomeAssistantClient(session, url)
        await client.log_in()
        await client.wait_until_started()
        yield client
