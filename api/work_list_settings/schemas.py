"""The settings of the work list as they are shown."""

from pydantic import ConfigDict

from api.schemas import Shown
from domain.priority import describe
from domain.work_list_settings import Criterion, WorkListSettings


class WorkListSettingsOut(Shown):
    """`in_words` tells the priority, a sentence for each criterion."""

    model_config = ConfigDict(title="ShownWorkListSettings")

    priority: list[Criterion]
    bulk_limit: int
    undo_seconds: int
    in_words: list[str]

    @classmethod
    def of(cls, settings: WorkListSettings) -> "WorkListSettingsOut":
        return cls(
            priority=settings.priority,
            bulk_limit=settings.bulk_limit,
            undo_seconds=settings.undo_seconds,
            in_words=describe(settings.priority),
        )
