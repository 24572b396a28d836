from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import derived_id

PARENT = UUID("019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6071")
PARTS = st.lists(st.sampled_from(["hello", "answered", "work-item", "", "1", 0, 1, 12]), max_size=3)


def test_an_id_stays_what_it_was_in_earlier_releases() -> None:
    assert derived_id(PARENT, "hello", 1) == UUID("019a2b3c-4d5e-7923-b2d5-9a4a0c4f2cea")
    assert derived_id(PARENT, "hello", "work-item") == UUID("019a2b3c-4d5e-70f9-a1f4-0585e05035f5")


@given(st.uuids(version=4), PARTS)
def test_an_id_is_a_uuid_of_version_7_with_its_parents_time(
    parent: UUID, parts: list[str | int]
) -> None:
    derived = derived_id(parent, *parts)
    assert (derived.version, derived.variant) == (7, RFC_4122)
    assert derived.bytes[:6] == parent.bytes[:6]


def test_ids_differ_by_parent_and_by_parts() -> None:
    other = UUID("019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6072")
    ids = {
        derived_id(PARENT),
        derived_id(PARENT, "hello"),
        derived_id(PARENT, "hello", 1),
        derived_id(PARENT, "hello", 2),
        derived_id(PARENT, "hello1"),
        derived_id(PARENT, 1, "hello"),
        derived_id(other, "hello", 1),
        PARENT,
    }
    assert len(ids) == 8
