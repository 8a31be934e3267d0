"""The pictures of the documentation, taken of a real Home Assistant with a simulated server."""
