"""Tests of the client over real HTTP, without Home Assistant."""
