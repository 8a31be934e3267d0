"""The activities of the butler; each fact that isn't known is a switch."""

import asyncio
from collections.abc import Callable
from typing import Final

from .activities import Activities, SimulatedActivity
from .tasks import SimulatedTask

CHILDREN: Final = {
    "ButlerTaskGenerateCreditsMarkers": ("media.generate.credits", "Detecting Credits"),
    "ButlerTaskGenerateIntroMarkers": ("media.generate.intros", "Detecting Intros"),
    "ButlerTaskGenerateVoiceActivity": (
        "media.generate.voice.activity",
        "Detecting voices",
    ),
    "GenerateChapterThumbs": ("media.generate.chapter.thumbs", "Generating thumbnails"),
    "GenerateMediaIndexFiles": ("media.generate.bif", "Generating previews"),
    "LoudnessAnalysis": ("media.generate.loudness", "Generating loudness data"),
    "MusicAnalysis": ("media.generate.music.analysis", "Analyzing music"),
    "RefreshEpgGuides": ("provider.epg.load", "Refreshing EPG"),
    "RefreshLibraries": ("library.update.section", "Scanning"),
    "RefreshLocalMedia": ("library.refresh.items", "Refreshing"),
}
"""The type and the title of the activity that a task works on."""

BUTLER: Final = "butler"
STEPS: Final = 10


class ButlerDisplay:
    """Shows running tasks as activities.

    `row`: there are activities of type "butler" while tasks run.
    `permanent`: one of them never ends; its progress is 100 while nothing uses it.
    `names_task`: each running task has an activity whose subtitle is its title. Without,
    all running tasks share one that names none; `SimulatedTask.named` sets it for a task.
    `named_type`: the type of the activities that name a task. If it isn't "butler", these
    are children of the shared activity, which goes on beside them.
    `children`: a task that works on media also has activities of a type of its own, one
    for each of its items, one after the other (`SimulatedTask.items` and `gap`).

    The docstring of the package tells how well each of these is known. The switches hold
    for tasks that start later.
    """

    def __init__(self, activities: Activities) -> None:
        """Initialize with every switch on."""
        self.row = True
        self.permanent = True
        self.names_task = True
        self.named_type = BUTLER
        self.children = True
        self._activities = activities
        self._resting: SimulatedActivity | None = None
        self._shared: SimulatedActivity | None = None
        self._sharing: set[str] = set()
        self._named: dict[str, SimulatedActivity] = {}
        self._children: dict[str, SimulatedActivity] = {}
        self._permanent_uuid: str | None = None
        self._timers: dict[str, list[asyncio.TimerHandle]] = {}

    def rest(self) -> None:
        """Show what an idle butler shows: the state after a start."""
        if self._resting is None and self.row and self.permanent:
            self._resting = self._activities.begin(BUTLER, "Butler tasks", "", 100)
            self._permanent_uuid = self._resting.uuid
        elif self._resting is not None and not self.permanent:
            self._activities.end(self._resting)
            self._resting = self._permanent_uuid = None

    def started(self, task: SimulatedTask) -> None:
        """Show that a task is running."""
        named = self.names_task if task.named is None else task.named
        if self.row and (not named or self.named_type != BUTLER):
            self._sharing.add(task.name)
            if self._shared is None:
                self._shared = self._begin_butler_activity("")
        if self.row and named:
            self._named[task.name] = self._begin_named_activity(task)
        self._begin_item(task, 1)
        if task.duration:
            self._timers[task.name] = []
            self._schedule_steps(task, task.duration)
            self._schedule_items(task, task.duration)
        elif task.wedged_at is not None:
            self._show_progress(task, task.wedged_at)

    def finished(self, task: SimulatedTask) -> None:
        """Show that a task has ended. Call `settle` once the next one has started."""
        for timer in self._timers.pop(task.name, ()):
            timer.cancel()
        self._end_item(task)
        self._sharing.discard(task.name)
        if activity := self._named.pop(task.name, None):
            self._end_butler_activity(activity)

    def settle(self) -> None:
        """End the shared activity if no running task shares it."""
        if self._shared is not None and not self._sharing:
            self._end_butler_activity(self._shared)
            self._shared = None

    def forget(self) -> None:
        """Remove everything without a notification, as when a server is killed."""
        for timers in self._timers.values():
            for timer in timers:
                timer.cancel()
        self._timers.clear()
        self._sharing.clear()
        self._named.clear()
        self._children.clear()
        self._shared = self._resting = self._permanent_uuid = None

    def _begin_named_activity(self, task: SimulatedTask) -> SimulatedActivity:
        title = task.title or task.name
        if self.named_type == BUTLER:
            return self._begin_butler_activity(title)
        return self._activities.begin(self.named_type, "Butler task", title)

    def _begin_butler_activity(self, subtitle: str) -> SimulatedActivity:
        """Put the permanent activity to work if it rests, else begin another."""
        if activity := self._resting:
            self._resting = None
            self._activities.update(activity, subtitle=subtitle, progress=0)
            return activity
        activity = self._activities.begin(BUTLER, "Butler tasks", subtitle)
        if self.permanent and self._permanent_uuid is None:
            self._permanent_uuid = activity.uuid
        return activity

    def _end_butler_activity(self, activity: SimulatedActivity) -> None:
        """Let the permanent activity rest, and end any other."""
        if activity.uuid != self._permanent_uuid:
            self._activities.end(activity)
            return
        self._activities.update(activity, subtitle="", progress=100)
        self._resting = activity
        self.rest()

    def _begin_item(self, task: SimulatedTask, number: int) -> None:
        if self.children and (child := CHILDREN.get(task.name)):
            self._children[task.name] = self._activities.begin(*child, f"Item {number}")

    def _end_item(self, task: SimulatedTask) -> None:
        if child := self._children.pop(task.name, None):
            self._activities.end(child)

    def _schedule_steps(self, task: SimulatedTask, duration: float) -> None:
        for step in range(1, STEPS):
            progress = step * 100 // STEPS
            delay = duration * step / STEPS
            if task.wedged_at is not None and progress >= task.wedged_at:
                self._schedule(delay, task, self._show_progress, task.wedged_at)
                return
            self._schedule(delay, task, self._show_progress, progress)
            if task.items == 1:
                self._schedule(delay, task, self._show_item, step + 1, progress)

    def _schedule_items(self, task: SimulatedTask, duration: float) -> None:
        """Schedule the items after the first; the last one ends with the task."""
        length = (duration - task.gap * (task.items - 1)) / task.items
        for number in range(1, task.items):
            begin = number * (length + task.gap)
            self._schedule(begin - task.gap, task, self._end_item)
            self._schedule(begin, task, self._begin_item, number + 1)

    def _schedule[*ArgumentsT](
        self,
        delay: float,
        task: SimulatedTask,
        action: Callable[[SimulatedTask, *ArgumentsT], None],
        *arguments: *ArgumentsT,
    ) -> None:
        loop = asyncio.get_running_loop()
        timer = loop.call_later(delay, action, task, *arguments)
        self._timers[task.name].append(timer)

    def _show_progress(self, task: SimulatedTask, progress: float) -> None:
        """Show the progress of a task where it has an activity that isn't an item's."""
        if activity := self._named.get(task.name):
            self._activities.update(activity, progress=progress)
        if self._shared is not None and task.name in self._sharing:
            self._activities.update(self._shared, progress=progress)
        if task.wedged_at == progress and (child := self._children.get(task.name)):
            self._activities.update(child, progress=progress)

    def _show_item(self, task: SimulatedTask, number: int, progress: float) -> None:
        if child := self._children.get(task.name):
            self._activities.update(child, subtitle=f"Item {number}", progress=progress)
