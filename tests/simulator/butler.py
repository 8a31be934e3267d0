"""The butler of the simulated server."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from .display import ButlerDisplay
from .settings import Settings
from .tasks import SimulatedTask


class Butler:
    """Runs tasks by the rules of Plex's own document.

    A task that is started alone runs immediately. Start-all queues the tasks that are
    enabled and due, and runs one after the other; tasks with a random start time stay
    queued during the maintenance window. How many tasks a real butler runs at the same
    time isn't known.
    """

    def __init__(
        self,
        tasks: Iterable[SimulatedTask],
        settings: Settings,
        display: ButlerDisplay,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Initialize the butler; `now` is the clock of the server."""
        self.tasks = {task.name: task for task in tasks}
        self.running: list[str] = []
        self.queue: list[str] = []
        self._settings = settings
        self._display = display
        self._now = now
        self._last_run: dict[str, datetime] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def is_enabled(self, task: SimulatedTask) -> bool:
        """Return whether a task is enabled; that its setting decides is inferred."""
        return task.enabled and self._settings.is_on(task.name) is not False

    def start(self, name: str) -> bool:
        """Start a task; return False if it is already running."""
        if name in self.running:
            return False
        if name in self.queue:
            self.queue.remove(name)
        self.running.append(name)
        self._last_run[name] = self._now()
        self._display.started(self.tasks[name])
        if (duration := self.tasks[name].duration) == 0:
            self.finish(name)
        elif duration is not None:
            loop = asyncio.get_running_loop()
            self._timers[name] = loop.call_later(duration, self.finish, name)
        return True

    def stop(self, name: str) -> bool:
        """Stop or dequeue a task; return False if it was neither running nor queued."""
        if name in self.queue:
            self.queue.remove(name)
            return True
        if name not in self.running:
            return False
        self.finish(name)
        return True

    def finish(self, name: str) -> None:
        """Finish a running task, and start the next one in the queue."""
        if timer := self._timers.pop(name, None):
            timer.cancel()
        self.running.remove(name)
        at_rest = not (self.running or self.queue)
        self._display.finished(self.tasks[name], at_rest=at_rest)
        self._start_next()

    def start_all(self) -> None:
        """Queue all tasks that are enabled and due, and start the first."""
        self.queue += [
            task.name
            for task in self.tasks.values()
            if self.is_enabled(task)
            and task.name not in (*self.running, *self.queue)
            and self._is_due(task)
        ]
        if not self.running:
            self._start_next()

    def stop_all(self) -> None:
        """Clear the queue and stop all tasks."""
        self.queue.clear()
        for name in list(self.running):
            self.finish(name)

    def forget(self) -> None:
        """Remove all running and queued tasks, as when a server is killed."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self.running.clear()
        self.queue.clear()

    def _start_next(self) -> None:
        for name in self.queue:
            if not (self.tasks[name].schedule_randomized and self._in_window()):
                self.start(name)
                return

    def _is_due(self, task: SimulatedTask) -> bool:
        last_run = self._last_run.get(task.name)
        return last_run is None or self._now() - last_run >= timedelta(
            days=task.interval
        )

    def _in_window(self) -> bool:
        start, end = self._settings["ButlerStartHour"], self._settings["ButlerEndHour"]
        assert isinstance(start, int)
        assert isinstance(end, int)
        hour = self._now().hour
        return start <= hour < end if start <= end else hour >= start or hour < end
