"""Consent as files that somebody takes along: the do-not-contact list, and what answers a complaint."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from api.consent.schemas import ConsentEntryOut, words_of
from db.consent import listing
from db.consent.complaints import Case
from db.messages.tables import Message
from db.pages import PageRequest
from domain.consent import ConsentKind
from domain.do_not_contact import COLUMNS
from domain.privileges import Actor

_AT_ONCE: Final = 200

_TEXTS: Final = (
    *(
        "id",
        "direction",
        "status",
        "created_at",
        "submitted_at",
        "finished_at",
        "from",
        "to",
        "text",
    ),
    *("error", "provider_message_id", "consent_entry_id"),
)


async def withdrawals(session: AsyncSession, actor: Actor) -> AsyncIterator[str]:
    """Yield the lines of the do-not-contact list: what is in force for certain."""
    yield _csv([COLUMNS])
    after: str | None = None
    while True:
        page = await listing.list_in_force(session, actor, PageRequest(_AT_ONCE, after))
        yield _csv(
            (
                row.opt_out.customer_number,
                row.opt_out.purpose or "",
                row.opt_out.scope,
                row.our_number or "",
                row.opt_out.brand or "",
                row.opt_out.source,
                _instant(row.opt_out.created_at),
                words_of(row.entry, row.evidence) or "",
            )
            for row in page.rows
            if not row.opt_out.is_unclear
        )
        after = page.next
        if after is None:
            return


def complaint(case: Case, now: datetime) -> bytes:
    """Return the ZIP file that answers a complaint; its manifest has the SHA-256 of each part."""
    parts = {
        "report.txt": _report(case, now),
        "ledger.json": json.dumps(
            [ConsentEntryOut.of(row).model_dump(mode="json") for row in case.entries],
            indent=2,
            ensure_ascii=False,
        ),
        "blocked.csv": _csv([_TEXTS, *map(_text, case.blocked)]),
        "texts.csv": _csv([_TEXTS, *map(_text, case.texts)]),
    }
    hashes = {name: hashlib.sha256(part.encode()).hexdigest() for name, part in parts.items()}
    parts["manifest.json"] = json.dumps(
        {"number": case.number, "made_at": _instant(now), "sha256": hashes}, indent=2
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def _report(case: Case, now: datetime) -> str:
    """Return what happened, told for people."""
    lines = [f"Consent of {case.number}, as of {_instant(now)}", ""]
    under_way: set[str] = set()
    for row in case.entries:
        entry = row.entry
        words = words_of(entry, row.evidence)
        lines.append(
            f"{_instant(entry.at)}  {entry.kind} ({entry.purpose or 'all texts'}; {entry.source}"
            f"{'; applies to ' + entry.scope if entry.scope else ''}) entry {entry.id}"
        )
        if words:
            lines.append(f'    "{words}"')
        if entry.reference and entry.reference != words:
            lines.append(f"    {entry.reference}")
        if row.actor is not None:
            lines.append(f"    Recorded by {row.actor.first_name} {row.actor.last_name}.")
        if entry.kind is ConsentKind.WITHDRAWN and entry.under_way:
            lines.append(
                f"    {len(entry.under_way)} text(s) had been handed to their provider before, and could not be called "
                f"back: {', '.join(entry.under_way)}."
            )
            under_way.update(entry.under_way)
    sent = [text for text in case.texts if text.submitted_at is not None]
    lines += [
        "",
        f"{len(sent)} text(s) were handed to a provider, {len(case.blocked)} kept here because consent was withdrawn.",
        f"{len(under_way)} text(s) were under way when a withdrawal came.",
        "",
        "ledger.json has each entry as it stands, texts.csv every text to and from the number, blocked.csv those kept",
        "here. The ledger is only ever added to; manifest.json has the SHA-256 of each file.",
    ]
    return "\n".join(lines) + "\n"


def _text(text: Message) -> Sequence[str]:
    return (
        str(text.id),
        text.direction,
        text.status,
        _instant(text.created_at),
        _instant(text.submitted_at),
        _instant(text.finished_at),
        text.from_number,
        text.to_number,
        text.body,
        text.error or "",
        text.provider_message_id or "",
        str(text.consent_entry_id or ""),
    )


def _csv(rows: Iterable[Sequence[str]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([_harmless(cell) for cell in row] for row in rows)
    return file.getvalue()


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="seconds")


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; a number in E.164 is none."""
    is_number = cell[1:].isdigit()
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") and not is_number else cell
