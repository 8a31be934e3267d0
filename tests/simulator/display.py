"""The activities of the butler; each fact that isn't known is a switch."""

import asyncio
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

STEPS: Final = 10


class ButlerDisplay:
    """Shows running tasks as activities.

    `row`: there is an activity of type "butler" while a task runs.
    `permanent`: that activity never ends; its progress is 100 while the butler is idle.
    `names_task`: its subtitle is the title of the running task.
    `children`: a task that works on media also has an activity of a type of its own.

    The docstring of the package tells how well each of these is known.
    """

    def __init__(self, activities: Activities) -> None:
        """Initialize with every switch on."""
        self.row = True
        self.permanent = True
        self.names_task = True
        self.children = True
        self._activities = activities
        self._butler: SimulatedActivity | None = None
        self._children: dict[str, SimulatedActivity] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def rest(self) -> None:
        """Show that no task is running, which is also the state after a start."""
        if self._butler is not None:
            self._activities.update(self._butler, subtitle="", progress=100)
        elif self.row and self.permanent:
            self._butler = self._activities.begin("butler", "Butler tasks", "", 100)
        if not self.permanent and self._butler is not None:
            self._activities.end(self._butler)
            self._butler = None

    def started(self, task: SimulatedTask) -> None:
        """Show that a task is running."""
        if self.row:
            subtitle = (task.title or task.name) if self.names_task else ""
            if self._butler is None:
                self._butler = self._activities.begin(
                    "butler", "Butler tasks", subtitle
                )
            else:
                self._activities.update(self._butler, subtitle=subtitle, progress=0)
        if self.children and (child := CHILDREN.get(task.name)):
            self._children[task.name] = self._activities.begin(*child, "Item 1")
        if task.duration:
            self._schedule_step(task, 1)

    def finished(self, task: SimulatedTask, *, at_rest: bool) -> None:
        """Show that a task has ended; `at_rest` if it was the last one."""
        if timer := self._timers.pop(task.name, None):
            timer.cancel()
        if child := self._children.pop(task.name, None):
            self._activities.end(child)
        if at_rest:
            self.rest()

    def forget(self) -> None:
        """Remove everything without a notification, as when a server is killed."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._children.clear()
        self._butler = None

    def _schedule_step(self, task: SimulatedTask, step: int) -> None:
        assert task.duration is not None
        self._timers[task.name] = asyncio.get_running_loop().call_later(
            task.duration / STEPS, self._step, task, step
        )

    def _step(self, task: SimulatedTask, step: int) -> None:
        progress = step * 100 // STEPS
        if self.row and self._butler is not None:
            self._activities.update(self._butler, progress=progress)
        if child := self._children.get(task.name):
            self._activities.update(
                child, subtitle=f"Item {step + 1}", progress=progress
            )
        if step + 1 < STEPS:
            self._schedule_step(task, step + 1)
