"""Run Home Assistant with a clock that the demo can move on."""

import runpy
import signal
from unittest.mock import patch

from .clock import MOVE_SIGNAL, MovableClock


def main() -> None:
    """Run Home Assistant with the arguments of this process."""
    clock = MovableClock()
    signal.signal(MOVE_SIGNAL, clock.handle_signal)
    with patch("time.monotonic", clock):
        runpy.run_module("homeassistant", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
