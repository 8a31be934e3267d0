"""The oracle of the property test itself: by stories, and by what holds always."""

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from .oracle import OEvent, Oracle
from .stories import STORIES, Story
from .strategies import History, histories

ENDS = ("finished", "stopped", "unconfirmed")


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_story(story: Story) -> None:
    """The oracle tells each story as it's written."""
    assert story.play(Oracle(story.window, story.base)) == list(story.events)


@given(histories())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_holds_always(history: History) -> None:
    """Runs begin before they end, last 0 s at least, and their ends are confirmed."""
    oracle = Oracle(history.window, history.base)
    for step in history.steps:
        before = {name: oracle.state(name) for name in oracle.tasks}
        events = step.apply(oracle)
        alive = {
            name
            for name, state in before.items()
            if state.status in ("running", "queued")
        }
        for event in events:
            assert event.duration is None or event.duration >= 0
            if event.type in ENDS:
                assert event.task in alive
                alive.remove(event.task)
            else:
                assert event.duration is None
                assert event.task not in alive or before[event.task].status == "queued"
                alive.add(event.task)
        for name in before.keys() & oracle.tasks.keys():
            if oracle.state(name).last_finished != before[name].last_finished:
                confirmed = [
                    event
                    for event in events
                    if event.task == name and event.type in ("finished", "stopped")
                ]
                assert confirmed


@given(histories(), st.lists(st.floats(0, 1), max_size=5))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_time_between_the_steps(history: History, fractions: list[float]) -> None:
    """What becomes due between two steps is told in the same way then and later."""
    later, then = (Oracle(history.window, history.base) for _ in range(2))
    now = 0.0
    for step in history.steps:
        events: list[OEvent] = []
        for fraction in sorted(fractions):
            events += then.advance(now + fraction * (step.at - now))
        now = step.at
        assert [*events, *step.apply(then)] == step.apply(later)
        for name in later.tasks:
            assert then.state(name) == later.state(name)
