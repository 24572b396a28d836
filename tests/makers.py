"""Makes the rows a test starts from; a test names only what matters to it."""

from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Base
from db.organisations.founding import found, root_unit, shipped_role
from db.secrets import SecretBox
from db.tables import (
    BusinessUnit,
    Conversation,
    EmbedKey,
    Enrollment,
    Organisation,
    PhoneNumber,
    ProviderAccount,
    Record,
    Sequence,
    SequenceVersion,
    Team,
    User,
    UserRole,
)
from domain.notices import enrollment_workflow_id
from domain.numbers import NumberKind
from domain.records import RecordKind
from domain.sequence_source import parse_yaml
from domain.users import Role

SECRETS = SecretBox("a key for tests")
ACCOUNT_SID = "AC" + "0" * 31 + "1"
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
EMBED_SECRET = "tle_a-secret-for-tests-that-is-as-long-as-ours-are"
OUR_NUMBER = "+12125550100"
CUSTOMER = "+12125550111"

_serial = count(1)


async def save(session: AsyncSession, row: Base) -> None:
    """Write a row at once, so that its id is there to use."""
    session.add(row)
    await session.flush()


async def make_organisation(session: AsyncSession, **values: Any) -> Organisation:
    """Make an organisation that may text around the clock unless told otherwise."""
    values = {
        "name": f"Organisation {next(_serial)}",
        "allowed_from": "00:00",
        "allowed_until": "00:00",
    } | values
    row = Organisation(**values)
    await save(session, row)
    await found(session, row)
    return row


async def make_user(session: AsyncSession, organisation_id: UUID, **values: Any) -> User:
    values = {
        "email": f"user{next(_serial)}@example.org",
        "first_name": "Sam",
        "last_name": "Seller",
        "business_unit_id": await session.scalar(select(root_unit(organisation_id))),
        "password_hash": "",
    } | values
    role = values.pop("role", Role.SALESPERSON)
    row = User(organisation_id=organisation_id, **values)
    await save(session, row)
    await session.execute(
        insert(UserRole).values(user_id=row.id, role_id=shipped_role(organisation_id, role))
    )
    return row


async def make_unit(session: AsyncSession, organisation_id: UUID, **values: Any) -> BusinessUnit:
    """Make a business unit below the root, unless told otherwise."""
    values = {
        "name": f"Unit {next(_serial)}",
        "parent_id": await session.scalar(select(root_unit(organisation_id))),
    } | values
    row = BusinessUnit(organisation_id=organisation_id, **values)
    await save(session, row)
    return row


async def make_team(session: AsyncSession, organisation_id: UUID, **values: Any) -> Team:
    values = {
        "name": f"Team {next(_serial)}",
        "business_unit_id": await session.scalar(select(root_unit(organisation_id))),
    } | values
    row = Team(organisation_id=organisation_id, **values)
    await save(session, row)
    return row


async def make_account(
    session: AsyncSession,
    organisation_id: UUID,
    *,
    api_base_url: str | None = None,
    account_sid: str = ACCOUNT_SID,
) -> ProviderAccount:
    row = ProviderAccount(
        organisation_id=organisation_id,
        name=f"Twilio {next(_serial)}",
        provider="twilio",
        credentials=b"",
        api_base_url=api_base_url,
    )
    await save(session, row)
    credentials = {"account_sid": account_sid, "auth_token": AUTH_TOKEN}
    row.credentials = SECRETS.seal(credentials, row_id=row.id)
    await session.flush()
    return row


async def make_account_of(
    session: AsyncSession,
    organisation_id: UUID,
    *,
    provider: str,
    credentials: dict[str, str],
    api_base_url: str,
) -> ProviderAccount:
    """Make an account of any provider."""
    row = ProviderAccount(
        organisation_id=organisation_id,
        name=f"{provider} {next(_serial)}",
        provider=provider,
        credentials=b"",
        api_base_url=api_base_url,
    )
    await save(session, row)
    row.credentials = SECRETS.seal(credentials, row_id=row.id)
    await session.flush()
    return row


async def make_embed_key(session: AsyncSession, author: User, **values: Any) -> EmbedKey:
    """Make a key with which the form at https://crm.example.com signs tokens."""
    values = {
        "name": f"Form {next(_serial)}",
        "allowed_origins": ["https://crm.example.com"],
    } | values
    sealed = values.pop("secret", None)
    row = EmbedKey(
        organisation_id=author.organisation_id, created_by=author.id, secret=b"", **values
    )
    await save(session, row)
    row.secret = sealed or SECRETS.seal({"secret": EMBED_SECRET}, row_id=row.id)
    await session.flush()
    return row


async def make_number(
    session: AsyncSession, account: ProviderAccount, **values: Any
) -> PhoneNumber:
    # as fast as can be, so that no test waits for its turn unless it is about that
    values = {"e164": OUR_NUMBER, "kind": NumberKind.LONG_CODE, "per_second": 1000} | values
    row = PhoneNumber(
        organisation_id=account.organisation_id, provider_account_id=account.id, **values
    )
    await save(session, row)
    return row


async def make_record(session: AsyncSession, owner: User, **values: Any) -> Record:
    values = {
        "kind": RecordKind.LEAD,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "phone": CUSTOMER,
        "timezone": "America/New_York",
    } | values
    row = Record(organisation_id=owner.organisation_id, owner_user_id=owner.id, **values)
    await save(session, row)
    return row


async def make_version(session: AsyncSession, author: User, source: str) -> SequenceVersion:
    """Make a published, active sequence of the YAML in `source`."""
    document = parse_yaml(source)
    content = document.model_dump(mode="json", by_alias=True)
    sequence = Sequence(
        organisation_id=author.organisation_id,
        key=document.key,
        name=document.name,
        record_kind=document.record,
        is_active=True,
        draft=content,
    )
    await save(session, sequence)
    version = SequenceVersion(
        organisation_id=author.organisation_id,
        sequence_id=sequence.id,
        number=1,
        document=content,
        published_by=author.id,
    )
    await save(session, version)
    return version


async def make_enrollment(
    session: AsyncSession, record: Record, version: SequenceVersion, **values: Any
) -> Enrollment:
    row = Enrollment(
        organisation_id=record.organisation_id,
        record_id=record.id,
        sequence_id=version.sequence_id,
        version_id=version.id,
        seller_id=record.owner_user_id,
        workflow_id=enrollment_workflow_id(record.id, "test"),
        is_only=True,
        enrolled_by=record.owner_user_id,
        **values,
    )
    await save(session, row)
    return row


async def make_conversation(
    session: AsyncSession, record: Record, number: PhoneNumber
) -> Conversation:
    row = Conversation(
        organisation_id=record.organisation_id,
        customer_number=record.phone,
        record_id=record.id,
        phone_number_id=number.id,
    )
    await save(session, row)
    return row


SEQUENCE = """
key: test
name: Test
steps:
  - {id: hello, type: automated_text, text: "Hi {{ record.first_name }}, this is {{ seller.first_name }}."}
  - {id: pause, type: wait, for: 2d}
  - {id: book, type: manual_text, text: "When shall we talk, {{ record.first_name }}?"}
"""


@dataclass
class Scene:
    """One seller with a number, one lead, one enrollment of it."""

    organisation: Organisation
    seller: User
    account: ProviderAccount
    number: PhoneNumber
    record: Record
    version: SequenceVersion
    enrollment: Enrollment


async def make_scene(
    session: AsyncSession,
    *,
    api_base_url: str | None = None,
    sequence: str = SEQUENCE,
    organisation: dict[str, Any] | None = None,
    record: dict[str, Any] | None = None,
) -> Scene:
    made = await make_organisation(session, **(organisation or {}))
    seller = await make_user(session, made.id)
    account = await make_account(session, made.id, api_base_url=api_base_url)
    number = await make_number(session, account, owner_user_id=seller.id, is_default=True)
    lead = await make_record(session, seller, **(record or {}))
    version = await make_version(session, seller, sequence)
    enrollment = await make_enrollment(session, lead, version)
    return Scene(made, seller, account, number, lead, version, enrollment)
