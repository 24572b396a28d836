"""Tests of db/work_items/ordering.py: the database orders as domain/priority.py says."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, literal, select

from db.engine import Sessions
from db.pages import PageRequest
from db.tables import Record, WorkItem
from db.users.sign_in import active_user, sign_in_of
from db.work_items.ordering import Group, Sort
from db.work_items.queries import Filter, list_work_items
from domain.priority import Ranked, Rule, key
from domain.privileges import Actor
from domain.work_items import WorkItemKind
from domain.work_list_settings import ByDue, ByKind, ByReply, ByTrouble, ByValue
from tests.db.conftest import NOW
from tests.makers import Scene, make_record

_KINDS = st.sampled_from([kind for kind in WorkItemKind if kind is not WorkItemKind.REPLY])
_VALUES = (
    st.none()
    | st.integers(-(10**20), 10**20)
    | st.booleans()
    | st.sampled_from(["", "abc", "NaN", "Infinity", " 12 ", "1e3", "-.5", "7.", "+2", "1_0", "٣"])
    | st.decimals(-1000, 1000, places=3).map(str)
)
_DUE = st.sampled_from([-86_400, -1, 0, 1, 3_600, 3_601, 86_400, 86_401, 10**7]).map(
    lambda seconds: timedelta(seconds=seconds)
)
_RULES = st.lists(
    st.sampled_from(
        [
            ByReply(),
            ByTrouble(),
            ByDue(),
            ByValue(),
            ByKind(order=[WorkItemKind.CALL, WorkItemKind.EMAIL, WorkItemKind.TASK]),
        ]
    ),
    unique_by=type,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rule=_RULES, items=st.lists(st.tuples(_KINDS, _DUE, _VALUES), min_size=2, max_size=8))
async def test_the_database_orders_as_the_rule_says_and_pages_lose_nothing(
    sessions: Sessions, scene: Scene, rule: Rule, items: list[tuple[Any, timedelta, Any]]
) -> None:
    expected = []
    async with sessions.begin() as session:
        await session.execute(delete(WorkItem))
        await session.execute(delete(Record).where(Record.id != scene.record.id))
        for kind, due, value in items:
            fields = {} if value is None else {"value": value}
            record = await make_record(session, scene.seller, fields=fields)
            item = WorkItem(
                organisation_id=scene.organisation.id,
                kind=kind,
                record_id=record.id,
                assignee_id=scene.seller.id,
                due_at=NOW + due,
            )
            session.add(item)
            await session.flush()
            ranked = Ranked(kind, NOW + due, fields)
            expected.append((key(rule, ranked, NOW), NOW + due, item.id))
    actor = await _actor(sessions, scene)
    found = []
    after, asked_at = None, NOW
    while True:
        async with sessions() as session:
            page = await list_work_items(
                session,
                actor,
                PageRequest(limit=3, after=after),
                Filter(),
                sort=Sort.PRIORITY,
                group=Group.NONE,
                rule=rule,
                # one reads on an hour later, when other things are overdue
                now=asked_at,
            )
        found += [listed.row.item.id for listed in page.rows]
        if page.next is None:
            break
        after, asked_at = page.next, asked_at + timedelta(hours=1)
    assert found == [item_id for _, _, item_id in sorted(expected)]


async def _actor(sessions: Sessions, scene: Scene) -> Actor:
    async with sessions() as session:
        user = select(literal(scene.seller.id)).scalar_subquery()
        row = (await session.execute(active_user(user))).one()
        return sign_in_of(row, NOW).actor
