"""Tests in a real browser, with a Home Assistant in a process of its own."""
