"""A demo of the integration: Home Assistant with a simulated or real Plex server."""
