"""Exceptions raised by the demo."""


class DemoError(Exception):
    """The demo failed; the message is shown to the user."""
