"""What the config flow is built on."""
