"""Report what the checks find."""

from .exceptions import DemoError


def require(condition: bool, error: str) -> None:
    """Raise DemoError with an error message unless a condition is true."""
    if not condition:
        raise DemoError(error)


def report(text: str) -> None:
    """Print that a check passed."""
    print(f"OK: {text}", flush=True)
