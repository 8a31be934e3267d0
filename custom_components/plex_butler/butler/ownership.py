"""Which task's run an activity belongs to."""

from collections.abc import Mapping

from .activities import Row
from .evidence import ITEM_METADATA, REFRESH_LIBRARIES
from .runs import Run
from .starts import Starts


class Ownership:
    """Decides what activities are evidence of, by Plex's name of each task.

    A task is ours while a start of ours hasn't ended or is remembered.
    """

    def __init__(self, runs: Mapping[str, Run], starts: Starts) -> None:
        """Initialize with the current runs and starts."""
        self._runs = runs
        self._starts = starts

    def named_tasks(self, row: Row) -> frozenset[str]:
        """Return the tasks that an activity shows by their names."""
        return row.match.named - row.silent_about.keys()

    def typed_task(self, row: Row) -> str | None:
        """Return the task that an activity shows by its type, None if it's unknown.

        An activity stays with the run that has it, over a restart as well.
        """
        for name in row.suggested & self._runs.keys():
            if self._runs[name].rows.has(row):
                return name
        suggested = self._suggested_task(row)
        return None if suggested in row.silent_about else suggested

    def _suggested_task(self, row: Row) -> str | None:
        suggested = row.suggested
        if row.activity.type == ITEM_METADATA:
            if REFRESH_LIBRARIES in suggested & self._runs.keys():
                is_counted = self._runs[REFRESH_LIBRARIES].counts(row)
                return REFRESH_LIBRARIES if is_counted else None
            suggested -= {REFRESH_LIBRARIES}
        ours = [name for name in suggested if self._is_ours(name)]
        awaited = [name for name in suggested if self._is_awaited(name, row)]
        candidates = ours or awaited
        if not candidates and len(suggested) == 1 and row.beside_butler:
            candidates = list(suggested)
        if len(candidates) != 1:
            return None
        (name,) = candidates
        is_explained = name in awaited or self._is_explained(name, row)
        is_beside_butler = len(suggested) == 1 and row.beside_butler
        return name if is_explained or is_beside_butler else None

    def _is_ours(self, name: str) -> bool:
        run = self._runs.get(name)
        return self._starts.has(name) or (run is not None and run.start is not None)

    def _is_awaited(self, name: str, row: Row) -> bool:
        """Return whether a run goes on with an activity of its type, whatever that is.

        After an absence, it also may have come before.
        """
        run = self._runs.get(name)
        if run is None or run.gap is None or not run.counts(row):
            return False
        return not run.gap.confirmed or row.seen.seconds >= run.gap.vanished.seconds

    def _is_explained(self, name: str, row: Row) -> bool:
        """Return whether a start of ours explains an activity."""
        run = self._runs.get(name)
        is_result = run is not None and run.start is not None and run.counts(row)
        return is_result or self._starts.expects(name, row)
