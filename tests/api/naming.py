"""What the bodies of the API name, and who may name whose: the part of the privilege matrix that is about bodies.

The fields are read from the API's own description: every one that holds an id. One without a rule here fails the
matrix.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import httpx

from domain.privileges import Entity, Level, Need, Privilege
from tests.api.matrix import NAMED, REACHED, Asker, Body, Kind, Whose, always


class Answer(StrEnum):
    """How the API answers a body that names something."""

    DONE = "done"
    NOT_FOUND = "404"
    LACKING = "403 for lack of a privilege"
    INVALID = "422 about the field"
    CONFLICT = "409"
    LEFT_OUT = "done without it"


_Allowed = Callable[[Asker, Whose], bool]
_Done = Callable[[Any, str], bool]


_NOTHING: Final = always()


@dataclass(frozen=True)
class Named:
    """What a field names, and how the API answers to what may not be named there."""

    kind: str
    needs: tuple[Need, ...] = ()
    """What must reach the object, beyond what shows it."""
    unseen: Answer = Answer.INVALID
    """The answer to an object that the asker does not see."""
    refused: Answer = Answer.LACKING
    """The answer to one that the asker sees and that the needs do not reach, or that is not allowed."""
    allowed: _Allowed = lambda _asker, _whose: True
    """What else must hold of it."""
    whose: tuple[Whose, ...] | None = None
    """Whose is asked, if not whoever's there are."""
    done: _Done = lambda _answer, _named: True
    """Where the answer itself says what became of what was named: whether it was done with that."""
    conflicts: bool = False
    """Whether something else than privileges may stand against it in this world: 409."""
    body: Body = _NOTHING
    """What is sent beside it."""
    of: tuple[str, Whose] | None = None
    """What the operation is about, if not about what is the asker's own."""

    @property
    def asked(self) -> tuple[Whose, ...]:
        return self.object.whose if self.whose is None else self.whose

    @property
    def object(self) -> Kind:
        return NAMED[self.kind]

    def answers(self, asker: Asker, whose: Whose) -> set[Answer]:
        """Return how the API may answer, to who has the privileges of the operation."""
        lacks = {Answer.LACKING} if any(need not in asker.grants for need in self.needs) else set()
        if not _reaches(asker, self.object.seen, whose):
            return {self.unseen} | lacks
        if lacks or not _reaches(asker, self.needs, whose) or not self.allowed(asker, whose):
            return {self.refused} | lacks
        return {Answer.DONE} | ({Answer.CONFLICT} if self.conflicts else set())

    def answer_of(self, response: httpx.Response, field: str, named: str) -> Answer | str:
        """Return how the API answered; its words where it is none of these ways."""
        if response.is_success or response.status_code == 502:
            # the provider is out of reach here
            is_done = response.status_code == 502 or self.done(response.json(), named)
            return Answer.DONE if is_done else Answer.LEFT_OUT
        errors = response.json().get("errors") or [{"path": ""}]
        match response.status_code:
            case 404:
                return Answer.NOT_FOUND
            case 409:
                return Answer.CONFLICT
            case 403 if errors[0]["path"] in {f"{need[0]}.{need[1]}" for need in self.needs}:
                return Answer.LACKING
            case 422 if errors[0]["path"] == field.split("[")[0]:
                return Answer.INVALID
        return f"{response.status_code} {response.text[:300]}"


def _reaches(asker: Asker, needs: tuple[Need, ...], whose: Whose) -> bool:
    reached = REACHED[whose]
    return reached is not None and all(asker.grants.get(need, 0) >= reached for need in needs)


def fields_of(document: Mapping[str, Any], operation: Mapping[str, Any]) -> set[str]:
    """Return the fields of an operation's body that hold ids, such as "record_ids[]" or "items[].id"."""
    content = operation.get("requestBody", {}).get("content", {})
    schemas = document["components"]["schemas"]
    return {
        field for media in content.values() for field in _ids_in(schemas, media["schema"], "", ())
    }


def _ids_in(
    schemas: Mapping[str, Any], schema: Mapping[str, Any], at: str, within: tuple[str, ...]
) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        # a shape within itself, as a branch of steps is, holds nothing new
        if name not in within:
            yield from _ids_in(schemas, schemas[name], at, (*within, name))
    if schema.get("format") == "uuid":
        yield at
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _ids_in(schemas, each, at, within)
    if "items" in schema:
        yield from _ids_in(schemas, schema["items"], f"{at}[]", within)
    for name, each in schema.get("properties", {}).items():
        yield from _ids_in(schemas, each, f"{at}.{name}" if at else name, within)


def holding(field: str, named: str) -> dict[str, Any]:
    """Return the part of a body that has `named` in a field."""
    name, _, inner = field.partition("[]")
    if name == field:
        return {name: named}
    return {name: [holding(inner.removeprefix("."), named) if inner else named]}


def _only(*whose: Whose) -> _Allowed:
    return lambda _asker, asked: asked in whose


def _own(name: str, of: str, /, whose: Whose = Whose.OWN, **more: Any) -> Body:
    return lambda world, asker, _id: {name: world.id_of(of, whose, asker), **more}


def _among_records(answer: Any, named: str) -> bool:
    return named in [each["record"]["id"] for each in answer["records"]]


def _among_enrolled(answer: Any, named: str) -> bool:
    return named in [each["record"]["id"] for each in answer["enrolled"]]


def _is_not_refused(answer: Any, named: str) -> bool:
    return named not in [each["record_id"] for each in answer["refused"]]


def _all(entity: Entity, privilege: Privilege) -> _Allowed:
    return lambda asker, _whose: asker.grants.get((entity, privilege)) is Level.ORGANISATION


def _either(*ways: _Allowed) -> _Allowed:
    return lambda asker, whose: any(way(asker, whose) for way in ways)


_APPEND_TO: Final = (Entity.RECORD, Privilege.APPEND_TO)
_RECORD: Final = Named("record_id", (_APPEND_TO,), unseen=Answer.NOT_FOUND, conflicts=True)
_PARENT: Final = Named("account", (_APPEND_TO,), body=always(first_name="Eve", kind="contact"))
_ENROLLED: Final = Named(
    "lead",
    ((Entity.ENROLLMENT, Privilege.CREATE), (Entity.ENROLLMENT, Privilege.APPEND), _APPEND_TO),
    unseen=Answer.LEFT_OUT,
    refused=Answer.LEFT_OUT,
    done=_among_enrolled,
)
_COLLEAGUES: Final = (Whose.UNIT, Whose.BELOW, Whose.OTHER, Whose.STRANGER)
_IN_CHARGE: Final = Named("person", ((Entity.RECORD, Privilege.ASSIGN),), whose=_COLLEAGUES)
# whoever is to do it must see the record: in the first two the asker's own, else the team's
_DOER: Final = Named("person", allowed=_only(Whose.OWN, Whose.UNIT), refused=Answer.CONFLICT)
_DOERS: Final = Named("team", body=_own("record_id", "record_id", Whose.TEAM))
_SENDER: Final = Named(
    "number_id",
    allowed=_only(Whose.OWN, Whose.TEAM),
    unseen=Answer.CONFLICT,
    refused=Answer.CONFLICT,
)
# publishing wrote it down beside the words: nothing is looked up by it
_PINNED: Final = Named("template_id", whose=())
_PREVIEWED: Final = Named("record_id", unseen=Answer.LEFT_OUT, done=_among_records)
_EVERYWHERE: Final = _all(Entity.TEMPLATE, Privilege.WRITE)
_UNIT_OF_TEMPLATE: Final = Named(
    "unit",
    allowed=_either(_only(Whose.UNIT, Whose.BELOW), _EVERYWHERE),
    refused=Answer.INVALID,
    body=always(sharing="business_unit"),
)
_TEAM_OF_TEMPLATE: Final = Named(
    "team",
    allowed=_either(_only(Whose.TEAM), _EVERYWHERE),
    refused=Answer.INVALID,
    body=always(sharing="team"),
)
_NUMBER_OWNER: Final = Named("person", ((Entity.PHONE_NUMBER, Privilege.ASSIGN),))
_NUMBER_TEAM: Final = Named("team", ((Entity.PHONE_NUMBER, Privilege.ASSIGN),))

FIELDS: Final[Mapping[str, Mapping[str, Named]]] = {
    "openConversation": {"record_id": _RECORD},
    "moveConversation": {
        "record_id": _RECORD,
        "message_ids[]": Named(
            "message_id",
            allowed=_only(Whose.OWN),
            refused=Answer.INVALID,
            body=_own("record_id", "lead"),
        ),
    },
    "sendMessage": {
        "phone_number_id": _SENDER,
        "template_id": Named("template_id"),
        "seen_message_id": Named("message_id", allowed=_only(Whose.OWN), refused=Answer.INVALID),
    },
    "previewMessage": {
        "phone_number_id": replace(
            _SENDER,
            unseen=Answer.LEFT_OUT,
            refused=Answer.LEFT_OUT,
            done=lambda answer, _named: not answer["problems"],
        ),
        # it looks at neither
        "template_id": Named("template_id", whose=()),
        "seen_message_id": Named("message_id", whose=()),
    },
    "addWorkItem": {"record_id": _RECORD, "user_id": _DOER, "team_id": _DOERS},
    "handOverWorkItem": {
        "user_id": _DOER,
        "team_id": Named("team", of=("work_item_id", Whose.TEAM), body=always(user_id=None)),
    },
    "approveWorkItems": {
        "items[].id": Named(
            "draft",
            ((Entity.WORK_ITEM, Privilege.WRITE),),
            unseen=Answer.LEFT_OUT,
            refused=Answer.LEFT_OUT,
            done=lambda answer, _named: answer["results"][0]["outcome"] == "leaving",
        )
    },
    "undoApprovals": {
        # nobody has approved anything
        "ids[]": Named(
            "draft",
            allowed=_only(),
            unseen=Answer.LEFT_OUT,
            refused=Answer.LEFT_OUT,
            done=lambda answer, named: named in answer["undone"],
        )
    },
    "saveDraft": {
        "steps[].pinned.template_id": _PINNED,
        "steps[].then[].pinned.template_id": _PINNED,
        "steps[].else[].pinned.template_id": _PINNED,
    },
    "enrollRecords": {"record_ids[]": _ENROLLED},
    "sendBulkText": {"record_ids[]": _ENROLLED},
    "previewBulkText": {"record_ids[]": replace(_ENROLLED, done=_is_not_refused)},
    "simulateSequence": {"record_ids[]": _PREVIEWED},
    "previewTemplate": {"record_ids[]": _PREVIEWED},
    "createRecord": {
        "owner_user_id": _IN_CHARGE,
        "owner_team_id": Named("team", whose=(Whose.TEAM, Whose.STRANGER)),
        "parent_id": _PARENT,
    },
    "changeRecord": {
        "owner_user_id": _IN_CHARGE,
        "owner_team_id": replace(_IN_CHARGE, kind="team", whose=(Whose.TEAM, Whose.STRANGER)),
        "parent_id": replace(_PARENT, of=("contact", Whose.OWN), body=always()),
    },
    "addConsentEntry": {
        "record_id": Named(
            "record_id",
            # a customer's consent is for those who may change the record
            ((Entity.RECORD, Privilege.WRITE),),
            unseen=Answer.NOT_FOUND,
            refused=Answer.NOT_FOUND,
        ),
        "phone_number_id": Named("number_id"),
    },
    "erasePerson": {
        "record_id": Named("record_id", unseen=Answer.NOT_FOUND, body=always(number=None))
    },
    "addAbsence": {
        "user_id": Named("person", ((Entity.WORK_ITEM, Privilege.ASSIGN),), conflicts=True),
        "cover_user_id": Named("person", whose=_COLLEAGUES, conflicts=True),
    },
    "createTemplate": {"business_unit_id": _UNIT_OF_TEMPLATE, "team_id": _TEAM_OF_TEMPLATE},
    "changeTemplate": {"business_unit_id": _UNIT_OF_TEMPLATE, "team_id": _TEAM_OF_TEMPLATE},
    "createUser": {"business_unit_id": Named("unit"), "role_ids[]": Named("role_id")},
    "changeUser": {"business_unit_id": Named("unit"), "role_ids[]": Named("role_id")},
    "createTeam": {"business_unit_id": Named("unit"), "member_ids[]": Named("person")},
    "changeTeam": {"business_unit_id": Named("unit"), "member_ids[]": Named("person")},
    "createRole": {"copy_of": Named("role_id")},
    "createBusinessUnit": {"parent_id": Named("unit")},
    "changeBusinessUnit": {"parent_id": Named("root")},
    "createPhoneNumber": {
        "owner_user_id": Named("person"),
        "owner_team_id": Named("team"),
        "provider_account_id": Named("account_id"),
    },
    "changePhoneNumber": {"owner_user_id": _NUMBER_OWNER, "owner_team_id": _NUMBER_TEAM},
    "registerWebhooks": {"phone_number_ids[]": Named("number_id")},
    "verifyProviderAccount": {
        "phone_number_id": Named("number_id", body=always(to="+12025550198"))
    },
}
"""By operation, and by the field of its body."""
