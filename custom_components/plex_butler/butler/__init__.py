"""What a server's butler is doing, as far as the server shows it.

This package knows nothing of Home Assistant and has no clock: whoever calls it passes
the current time. `poller` and `settings` alone send requests to the server.
"""
