"""The rules of what a task is doing, as stories of what a server shows."""

import pytest

from .oracle import Oracle
from .stories import STORIES, Story
from .tracker_driver import TrackerDriver


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@pytest.mark.parametrize("driver", [TrackerDriver, Oracle])
def test_story(story: Story, driver: type[TrackerDriver | Oracle]) -> None:
    """The tracker and the oracle tell each story as it's written."""
    assert story.play(driver(story.window, story.base)) == list(story.events)
