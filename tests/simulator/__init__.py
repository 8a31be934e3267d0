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
    A task is still shown at one progress after hours (`SimulatedTask.wedged_at`), and
    nothing is shown between two of its items, for 15 to 120 s as other tools assume
    (`SimulatedTask.gap`).
    One server has a butler activity for good, at 100 while it is idle; others show no
    activities at all then (`ButlerDisplay.permanent`).
    A butler activity has child activities (`ButlerDisplay.children`, `named_type`).
[inferred] a conclusion
    A server that isn't linked to an account (`claimed`) requires no token.
    A task is enabled only if its `ButlerTask…` setting is. A butler activity below 100
    means that the butler is working. The types of activities that suggest a task
    (`display.CHILDREN`): the types were seen, but occur without the butler too. A server
    that isn't claimed answers requests without a token as if they were the owner's.
    A proxy may serve everything below a path (`PlexSimulator.base_path`).
    Progress may be a fraction: the scanner reports fractions, though all captures of
    activities are whole.
    A single start obeys the rules of start-all (`Butler.schedules_single_starts`): within
    the maintenance window it only schedules a task with a random start, answers 200, and
    the task waits in the queue, from which a DELETE takes it with 200. Plex's own document
    has these rules for start-all, the older one also for a single start.
[unknown] what a switch or a test has to vary
    How a running task is shown, the switches of `ButlerDisplay`:
    `row`         whether there is a butler activity while tasks run.
    `names_task`  whether an activity names the task. No text of one is public. Here each
                  running task has one of its own, so that one task's end says nothing of
                  another. Without, all of them share one that ends with the last task:
                  it shows when the butler rests, not which task has ended.
    `named_type`  the type of an activity that names a task: "butler", or that of a child
                  of an activity that names none, such as "butler.task".
    Also unknown are whether tasks run at the same time (here a task that is started alone
    runs beside others, `Butler.parallel`, and those of start-all one after the other,
    `Butler.parallel_start_all`), when a task that is scheduled for a random time starts
    (`Butler.random_delay`; here it isn't dropped at the end of the window), and what a
    wrong token is answered by a server that isn't claimed (here 401).

What tasks look like, by these switches:

    | shown                         | switches                                         |
    |-------------------------------|--------------------------------------------------|
    | a butler activity per task    | the default                                      |
    | one for all, and typed ones   | `names_task` off                                 |
    | one for all, named children   | `named_type` "butler.task"                       |
    | typed ones with gaps          | `row` off, the task's `items` and `gap`          |
    | one that never names anything | `names_task` and `children` off                  |
    | one at 100 for good           | `row` switched off after the start               |
    | nothing                       | `row` and `children` off; to polls, `duration` 0 |
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
