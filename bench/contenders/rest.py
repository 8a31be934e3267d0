"""A `rest:` block in YAML: one request, and a template for each of the tasks."""

from datetime import timedelta
from typing import Final, override

from homeassistant.components.rest.const import COORDINATOR, DOMAIN
from homeassistant.components.rest.coordinator import RestCoordinator
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from ..bodies import TASKS
from ..home import Home
from ..plex import JSON_HEADERS, XML_HEADERS
from .bare import TASKS as PATH
from .contender import Contender

NEVER: Final = timedelta(days=365)


class Rest(Contender):
    """A sensor for each task, which shows whether it is on."""

    name = "rest: with 22 templates (JSON)"
    headers = JSON_HEADERS
    field = "enabled"

    @override
    async def async_set_up(self, home: Home) -> None:
        await async_set_up_rest(home, [self])
        self.connect(home.hass, 0)

    def connect(self, hass: HomeAssistant, number: int) -> None:
        """Find the coordinator of a block."""
        self._coordinator: RestCoordinator = hass.data[DOMAIN][COORDINATOR][number]

    def block(self, url: str) -> dict[str, object]:
        """Return the block in configuration.yaml."""
        sensors = [
            {
                "name": f"{self.field} {number}",
                "value_template": f"{{{{ value_json.ButlerTasks.ButlerTask[{number}]['{self.field}'] }}}}",
            }
            for number in range(TASKS)
        ]
        interval = {"scan_interval": self.interval} if self.interval else {}
        return {
            "resource": url,
            "headers": self.headers,
            "sensor": sensors,
            "scan_interval": NEVER,
            **interval,
        }

    @override
    async def async_poll(self) -> None:
        await self._coordinator.async_refresh()


class RestXml(Rest):
    """The same without a header for JSON: the answer is XML."""

    name = "rest: with 22 templates (XML)"
    headers = XML_HEADERS
    field = "@enabled"


async def async_set_up_rest(home: Home, contenders: list[Rest]) -> None:
    """Set up the blocks of one or more contenders."""
    url = home.server.url + PATH
    blocks = [contender.block(url) for contender in contenders]
    assert await async_setup_component(home.hass, DOMAIN, {DOMAIN: blocks})
    await home.hass.async_block_till_done()
    for number, contender in enumerate(contenders):
        contender.connect(home.hass, number)
