"""The texts that languages share with English, and why they have no other word.

Each text has the codes of the languages that share it, with the reason. Keys are those
of Home Assistant's own translations, which have the same text in these languages. An
entry that isn't needed any more fails, so that the list stays short.
"""

from typing import Final

SAME_AS_ENGLISH: Final[dict[str, dict[str, str]]] = {
    "{name}": {
        "cs da de es fi fr hu it ja ko nb nl pl pt-BR ru sv tr uk zh-Hans": (
            "nothing but a name, which isn't translated"
        )
    },
    "Token": {
        "cs da de es fi hu pt-BR sv": (
            "as in system_bridge: config.step.user.data.token"
        ),
        "it": "as in midea: config.step.manually.data.token",
        "nb pl": "as in syncthing: config.step.user.data.token",
        "nl": "as in nyt_games: config.step.user.data.token",
    },
    "URL": {
        "de es fr hu it ja nb nl pt-BR sv tr": (
            "an abbreviation, as in ui.components.media-browser.class.url"
        ),
        "da": "an abbreviation, as in system_bridge: services.open_url.fields.url.name",
    },
    "Server": {
        "cs da de it nb nl sv": (
            "as in ui.panel.config.storage.network_mounts.options.server.title"
        )
    },
    "Start": {"da nb": "as in ui.card.timer.actions.start"},
    "Stop": {"da": "as in ui.card.media_player.media_stop"},
    "Maintenance": {"fr": "as in panel.maintenance"},
    "Description": {"fr": "as in ui.components.todo.item.description"},
    "Filter": {
        "da de nb nl": "as in ui.components.related-filter-menu.filter",
        "sv": "as in ui.panel.lovelace.editor.elements.filter",
    },
}
