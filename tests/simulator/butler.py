"""The butler of the simulated server."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from .display import ButlerDisplay
from .settings import Settings
from .tasks import SimulatedTask


class Butler:
    """Runs tasks by the rules of Plex's own document.

    Start-all queues the tasks that are enabled and due. During the maintenance window, a
    task with a random start time is only scheduled for a time in it.

    `schedules_single_starts`: so is one that is started alone.
    `random_delay` is the time in seconds for which it is scheduled; None means that it
    stays queued until a test calls `start`.
    `parallel`: a task that is started alone runs beside others; without, it is queued.
    `parallel_start_all`: so do the tasks that start-all queues.
    `time_zone` is the time zone of the server; None means that of the process.
    """

    def __init__(
        self, tasks: Iterable[SimulatedTask], settings: Settings, display: ButlerDisplay
    ) -> None:
        """Initialize the butler."""
        self.tasks = {task.name: task for task in tasks}
        self.running: list[str] = []
        self.queue: list[str] = []
        self.schedules_single_starts = True
        self.random_delay: float | None = None
        self.parallel = True
        self.parallel_start_all = False
        self.time_zone: tzinfo | None = None
        self._settings = settings
        self._display = display
        self._last_run: dict[str, datetime] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def is_enabled(self, task: SimulatedTask) -> bool:
        """Return whether a task is enabled; that its setting decides is inferred."""
        return task.enabled and self._settings.is_on(task.name) is not False

    def request_start(self, name: str) -> bool:
        """Start, schedule or queue a task; return False if it is already running."""
        if name in self.running:
            return False
        is_random = self.schedules_single_starts and self._has_random_start(name)
        if is_random or (self.running and not self.parallel):
            self._enqueue(name)
        else:
            self.start(name)
        return True

    def start(self, name: str) -> bool:
        """Start a task at once, as the server does by itself.

        Return False if it is already running.
        """
        if name in self.running:
            return False
        self._dequeue(name)
        self.running.append(name)
        self._last_run[name] = self._now()
        task = self.tasks[name]
        self._display.started(task)
        if task.duration == 0:
            self.finish(name)
        elif task.duration is not None and task.wedged_at is None:
            loop = asyncio.get_running_loop()
            self._timers[name] = loop.call_later(task.duration, self.finish, name)
        return True

    def stop(self, name: str) -> bool:
        """Stop or dequeue a task; return False if it was neither running nor queued."""
        if name in self.queue:
            self._dequeue(name)
            return True
        if name not in self.running:
            return False
        self.finish(name)
        return True

    def finish(self, name: str) -> None:
        """Finish a running task, and start the next one in the queue."""
        self._cancel_timer(name)
        self.running.remove(name)
        self._display.finished(self.tasks[name])
        if not self.running:
            self._start_next()
        self._display.settle()

    def start_all(self) -> None:
        """Queue all tasks that are enabled and due, and start the first or all."""
        for task in self.tasks.values():
            if (
                self.is_enabled(task)
                and task.name not in (*self.running, *self.queue)
                and self._is_due(task)
            ):
                self._enqueue(task.name)
        if self.parallel_start_all or not self.running:
            self._start_next()

    def stop_all(self) -> None:
        """Clear the queue and stop all tasks."""
        for name in list(self.queue):
            self._dequeue(name)
        for name in list(self.running):
            self.finish(name)

    def forget(self) -> None:
        """Remove all running and queued tasks, as when a server is killed."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self.running.clear()
        self.queue.clear()

    def _enqueue(self, name: str) -> None:
        if name in self.queue:
            return
        self.queue.append(name)
        if self.random_delay is not None and self._has_random_start(name):
            loop = asyncio.get_running_loop()
            self._timers[name] = loop.call_later(self.random_delay, self.start, name)

    def _dequeue(self, name: str) -> None:
        if name in self.queue:
            self.queue.remove(name)
            self._cancel_timer(name)

    def _cancel_timer(self, name: str) -> None:
        if timer := self._timers.pop(name, None):
            timer.cancel()

    def _start_next(self) -> None:
        for name in list(self.queue):
            # A task without duration has ended by now, and the next one was started then.
            if name in self.queue and not self._has_random_start(name):
                self.start(name)
                if not self.parallel_start_all:
                    return

    def _is_due(self, task: SimulatedTask) -> bool:
        last_run = self._last_run.get(task.name)
        return last_run is None or self._now() - last_run >= timedelta(
            days=task.interval
        )

    def _has_random_start(self, name: str) -> bool:
        """Return whether a task that is started now is only scheduled."""
        return self.tasks[name].schedule_randomized and self._in_window()

    def _in_window(self) -> bool:
        start, end = self._settings["ButlerStartHour"], self._settings["ButlerEndHour"]
        assert isinstance(start, int)
        assert isinstance(end, int)
        hour = self._now().hour
        return start <= hour < end if start <= end else hour >= start or hour < end

    def _now(self) -> datetime:
        return datetime.now(self.time_zone)
