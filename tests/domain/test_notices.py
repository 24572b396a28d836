from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.enrollments import EndReason
from domain.interpreter import Decision
from domain.notices import (
    EndEnrollment,
    FetchMedia,
    Notice,
    Pause,
    ReplyReceived,
    Resume,
    StartEnrollment,
    StartText,
    WorkItemDecided,
    enrollment_workflow_id,
    media_workflow_id,
    text_workflow_id,
)
from domain.sequence_source import parse_yaml

NOTICES: TypeAdapter[Notice] = TypeAdapter(Notice)
ENROLLMENT = UUID("019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6071")
OTHER = UUID("019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6072")
WORKFLOW = enrollment_workflow_id(ENROLLMENT, "welcome")
SKELETON = parse_yaml(
    """
    key: welcome
    name: Welcome
    steps:
      - {id: hello, type: automated_text, text: Hello}
      - {id: pause, type: wait, for: 2d}
      - id: answered
        type: branch
        when: {replied: {to: hello, within: 3d}}
        else: [{id: stop, type: end}]
      - {id: bye, type: automated_text, text: Bye}
    """
).skeleton()


@pytest.mark.parametrize(
    "notice",
    [
        StartEnrollment(workflow_id=WORKFLOW, enrollment_id=ENROLLMENT, document=SKELETON),
        StartText(workflow_id=text_workflow_id(OTHER), message_id=OTHER),
        FetchMedia(workflow_id=media_workflow_id(OTHER), message_id=OTHER),
        ReplyReceived(
            workflow_id=WORKFLOW,
            enrollment_id=ENROLLMENT,
            message_id=OTHER,
            received_at=datetime(2026, 7, 1, 9, tzinfo=UTC),
        ),
        WorkItemDecided(
            workflow_id=WORKFLOW,
            enrollment_id=ENROLLMENT,
            work_item_id=OTHER,
            decision=Decision.APPROVED,
            segments=2,
        ),
        Pause(workflow_id=WORKFLOW, enrollment_id=ENROLLMENT),
        Resume(workflow_id=WORKFLOW, enrollment_id=ENROLLMENT),
        EndEnrollment(
            workflow_id=WORKFLOW, enrollment_id=ENROLLMENT, reason=EndReason.DISCONNECTED
        ),
    ],
    ids=lambda notice: notice.kind,
)
def test_a_notice_comes_out_of_the_outbox_as_it_went_in(notice: Notice) -> None:
    written = NOTICES.dump_python(notice, mode="json", by_alias=True)
    assert NOTICES.validate_python(written) == notice


def test_a_notice_of_no_known_kind_is_an_error() -> None:
    with pytest.raises(ValidationError, match="union_tag_invalid"):
        NOTICES.validate_python({"kind": "dance", "workflow_id": WORKFLOW})


def test_a_workflow_is_named_by_what_may_run_once_at_a_time() -> None:
    assert WORKFLOW == "enrollment-019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6071-welcome"
    assert text_workflow_id(OTHER) == "text-019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6072"
    assert media_workflow_id(OTHER) == "media-019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6072"
