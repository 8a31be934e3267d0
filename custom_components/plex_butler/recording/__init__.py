"""What a server showed and answered, recorded for diagnostics without private texts."""
