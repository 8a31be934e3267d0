"""Measures, prints and checks."""

import argparse
import logging
import sys
import time

from .budgets import judge
from .report import table, verdict_lines, write
from .suite import measure


def main() -> int:
    """Measure, print and check; return the exit code."""
    arguments = _parse()
    logging.basicConfig(level=logging.ERROR)
    lines = measure(arguments.figures, is_short=arguments.short, report=_report)
    verdicts = judge(lines)
    print("\n".join([*table(lines), "", *verdict_lines(verdicts)]))
    if arguments.write:
        write(lines, verdicts)
    is_kept = all(verdict.is_kept for verdict in verdicts)
    return 1 if arguments.check and not is_kept else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument(
        "figures", nargs="*", help="what to measure: polls, hours, …; by default all"
    )
    parser.add_argument(
        "--check", action="store_true", help="fail if a budget is broken"
    )
    parser.add_argument(
        "--short", action="store_true", help="measure in a minute, in fewer rounds"
    )
    parser.add_argument(
        "--write", action="store_true", help="write docs/performance.md"
    )
    return parser.parse_args()


def _report(name: str) -> None:
    print(f"{time.process_time():6.1f} s CPU: {name}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
