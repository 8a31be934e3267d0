"""A simulated Plex Media Server, with what is known of a real one's butler.

`PlexSimulator` serves on a real socket, and tests control it through its attributes.
`faults` are the ways in which it can fail, `SimulatedPlexTv` is where people sign in.
`python -m tests.simulator` runs the server alone.

What is assumed of a server, and how well it is known:

[spec] Plex's API document
    The five butler requests with their statuses, among them 202 for a task that is
    already running, and 404 for one that isn't running or doesn't exist; `ButlerTasks`
    as root; which tasks start-all takes; that `/butler` needs the owner's token.
[capture] recorded from a real server
    HTML bodies of errors; the JSON body of a 503 without a MediaContainer; the fields
    of an activity, of a notification and of a setting, and its garbled labels.
[measured] seen on a real server by a public project
    Tasks without title and description; `/identity` answers 401 to a Host header that
    the server doesn't know; `PUT /:/prefs` answers 200 for unknown settings, and reads
    are answered 400 for about 100 ms afterwards (`Settings.unready`); pings that aren't
    answered (`Notifications.answers_pings`); a backup that ends before any poll sees it
    (`SimulatedTask.duration` 0).
[inferred] a conclusion
    A task is enabled only if its `ButlerTask…` setting is. A butler activity below 100
    means that a task is running. The types of activities that suggest a task
    (`display.CHILDREN`): the types were seen, but occur without the butler too.
[unknown] what a switch or a test has to vary
    How a running task is shown, the switches of `ButlerDisplay`:
    `row`         whether there is a butler activity. The type exists [measured].
    `permanent`   whether it stays at 100 while the butler is idle. It did on one
                  server; on others there were no activities at all [measured].
    `names_task`  whether its subtitle names the task. No text of one is public.
    `children`    whether a task has activities of other types. Parent and child
                  activities exist in a real server's database [measured].
    Also unknown are how many tasks run at the same time (here one after the other after
    start-all), whether a single start obeys the rules of start-all (here it doesn't),
    and how long a task shows nothing between two items (here never).
"""

from .butler import Butler
from .plex_tv import SimulatedPlexTv
from .server import NOTIFICATIONS, PREFERENCES, PlexSimulator
from .settings import SimulatedSetting
from .site import RecordedRequest
from .tasks import SimulatedTask, known_tasks

__all__ = [
    "NOTIFICATIONS",
    "PREFERENCES",
    "Butler",
    "PlexSimulator",
    "RecordedRequest",
    "SimulatedPlexTv",
    "SimulatedSetting",
    "SimulatedTask",
    "known_tasks",
]
