"""Takes a text's turn on its number: one row a number, which every worker asks, so that their sum keeps the pace.

A turn is taken while the text's own transaction is open, but commits by itself at once: the row is locked for as long
as one statement takes, and not until the text is safely on disk, which would let a number send no faster than the disk
writes. A text that does not leave after all wastes its turn.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from db.autocommit import Committing
from domain import pacing


@dataclass(frozen=True)
class Turn:
    """`is_taken`: the text leaves after `wait`. If not, it may ask again then, but not on this day if `is_capped`."""

    is_taken: bool
    wait: timedelta
    is_capped: bool = False


_TODAY: Final = "(clock_timestamp() AT TIME ZONE %(zone)s)::date"
_USED_BEFORE: Final = f"CASE WHEN pace.day = {_TODAY} THEN pace.used ELSE 0 END"
_USED: Final = f"{_USED_BEFORE} + %(segments)s::integer"

# The generic cell rate algorithm without a burst, by the database's clock: workers' own may differ.
_TAKE: Final = f"""
    INSERT INTO number_paces AS pace (phone_number_id, ready_at, day, used, last_used_at)
    SELECT %(number_id)s, clock_timestamp() + %(interval)s, {_TODAY}, %(segments)s, clock_timestamp()
    WHERE %(cap)s::integer IS NULL OR %(segments)s::integer <= %(cap)s OR %(is_one)s
    ON CONFLICT (phone_number_id) DO UPDATE SET
        ready_at = greatest(pace.ready_at, clock_timestamp()) + %(interval)s,
        day = excluded.day,
        used = {_USED},
        last_used_at = excluded.last_used_at
    WHERE pace.ready_at <= clock_timestamp() + %(patience)s
        AND (%(cap)s::integer IS NULL OR {_USED} <= %(cap)s OR %(is_one)s AND {_USED_BEFORE} = 0)
    RETURNING greatest(old.ready_at - clock_timestamp(), interval '0') AS wait
"""

_STATE: Final = f"""
    SELECT greatest(ready_at - clock_timestamp(), interval '0') AS wait, {_USED} AS used
    FROM number_paces AS pace WHERE phone_number_id = %(number_id)s
"""  # noqa: S608 - as above


class Turns:
    """Gives out the turns of all numbers."""

    def __init__(self, database_url: str, *, pool_size: int = 2) -> None:
        self._committing = Committing(database_url, pool_size=pool_size, waits_for_disk=False)

    async def take(
        self,
        number_id: UUID,
        *,
        segments: int,
        interval: timedelta,
        daily_cap: int | None,
        patience: timedelta,
        is_one_text: bool,
    ) -> Turn:
        """Take the next turn of a number, if it comes within `patience` and the day's cap (in segments) has room.

        `interval` is how long the text keeps the number busy. One text that is longer than the cap leaves alone on its
        day, or it never would.
        """
        which = {"number_id": number_id, "segments": segments, "zone": str(pacing.CARRIERS_ZONE)}
        async with self._committing.connection() as connection:
            taken = await connection.execute(
                _TAKE,
                {
                    **which,
                    "interval": interval,
                    "patience": patience,
                    "cap": daily_cap,
                    "is_one": is_one_text,
                },
            )
            row = await taken.fetchone()
            if row is not None:
                return Turn(True, row[0])
            state = await (await connection.execute(_STATE, which)).fetchone()
        # a number that never sent anything has no row
        wait, used = state or (timedelta(0), segments)
        has_room = daily_cap is None or used <= daily_cap or (is_one_text and used == segments)
        return Turn(False, wait, is_capped=not has_room)

    async def close(self) -> None:
        """Close the connections."""
        await self._committing.close()
