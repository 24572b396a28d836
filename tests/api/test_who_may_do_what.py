"""That docs/who-may-do-what.md says what the code says; the page has no module of its own."""

from pathlib import Path

from domain.privileges import Entity, Level, Privilege
from domain.roles import REFERENCE, SHIPPED
from domain.users import Role

PAGE = Path("docs/who-may-do-what.md")
LEVELS = {
    Level.USER: "own",
    Level.BUSINESS_UNIT: "unit",
    Level.UNITS_BELOW: "units below",
    Level.ORGANISATION: "all",
}


def _cell(role: Role, entity: Entity) -> str:
    """Return what a role gives on an entity: `own: write, delete; unit: read`."""
    grants = SHIPPED[role]
    rows = []
    for level, name in LEVELS.items():
        given = [
            privilege.value.replace("_", " ")
            for privilege in Privilege
            if grants.get((entity, privilege)) is level
        ]
        if given:
            rows.append(f"{name}: {', '.join(given)}")
    return "; ".join(rows) or "–"


def table() -> str:
    lines = [
        "| Touchline | The source | Salesperson | Sales Manager, Sequence Manager |",
        "|---|---|---|---|",
        *(
            f"| {entity.value.replace('_', ' ')} | {REFERENCE.get(entity, '–')} | "
            f"{_cell(Role.SALESPERSON, entity)} | {_cell(Role.SALES_MANAGER, entity)} |"
            for entity in Entity
        ),
    ]
    return "\n".join(lines)


def test_the_page_has_the_table_of_the_code() -> None:
    assert table() in PAGE.read_text()
