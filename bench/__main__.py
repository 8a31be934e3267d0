"""Run the benchmark, with a clock that it can move on."""

import runpy
import sys

from .clock import install
from .versions import missing_contenders


def main() -> None:
    """Run the command, unless a contender is missing."""
    if problems := missing_contenders():
        sys.exit("\n".join(["bench: a contender is missing", *problems]))
    # What is imported before this keeps the real clock.
    install()
    runpy.run_module("bench.command", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
