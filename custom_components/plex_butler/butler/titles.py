"""Which tasks have a title of ours, as a key of a translated name."""

from collections.abc import Mapping
from typing import Final

TITLE_KEYS: Final[Mapping[str, str]] = {
    "AutomaticUpdates": "task_automatic_updates",
    "BackupDatabase": "task_backup_database",
    "BuildGracenoteCollections": "task_build_gracenote_collections",
    "CheckForUpdates": "task_check_for_updates",
    "CleanOldBundles": "task_clean_old_bundles",
    "CleanOldCacheFiles": "task_clean_old_cache_files",
    "CleanSupplementalLogFiles": "task_clean_supplemental_log_files",
    "DeepMediaAnalysis": "task_deep_media_analysis",
    "GarbageCollectBlobs": "task_garbage_collect_blobs",
    "GarbageCollectLibraryMedia": "task_garbage_collect_library_media",
    "GenerateAdMarkers": "task_generate_ad_markers",
    "GenerateAutoTags": "task_generate_auto_tags",
    "GenerateBlurHashes": "task_generate_blur_hashes",
    "GenerateChapterThumbs": "task_generate_chapter_thumbs",
    "GenerateCreditsMarkers": "task_generate_credits_markers",
    "GenerateIntroMarkers": "task_generate_intro_markers",
    "GenerateMediaIndexFiles": "task_generate_media_index_files",
    "GenerateVoiceActivity": "task_generate_voice_activity",
    "LoudnessAnalysis": "task_loudness_analysis",
    "MusicAnalysis": "task_music_analysis",
    "OptimizeDatabase": "task_optimize_database",
    "ProcessAssets": "task_process_assets",
    "RefreshEpgGuides": "task_refresh_epg_guides",
    "RefreshLibraries": "task_refresh_libraries",
    "RefreshLocalMedia": "task_refresh_local_media",
    "RefreshPeriodicMetadata": "task_refresh_periodic_metadata",
    "ReverseGeocode": "task_reverse_geocode",
    "UpgradeMediaAnalysis": "task_upgrade_media_analysis",
}
"""The translation keys of the tasks that servers are known to have.

Plex's own titles are in English only, and some tasks have none (measured).
"""


def title_key(name: str) -> str | None:
    """Return the translation key of a task's title, None if the task isn't known."""
    return TITLE_KEYS.get(name.removeprefix("ButlerTask"))
