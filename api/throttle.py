"""How guessing a password is slowed down."""

from datetime import datetime

from api.problems import Problem


class SignInThrottle:
    """Slows down guessing: so many failures for one address within a while, and it has to wait.

    Kept by each process for itself: several replicas allow as many times more.
    """

    def __init__(self, *, failures: int = 10, within_seconds: float = 900) -> None:
        self._allowed = failures
        self._within = within_seconds
        self._failures: dict[str, list[datetime]] = {}

    def check(self, email: str, now: datetime) -> None:
        """Refuse if `email` has failed too often lately."""
        recent = self._recent(email, now)
        if len(recent) >= self._allowed:
            wait = self._within - (now - recent[0]).total_seconds()
            raise Problem(
                429,
                "too-many-attempts",
                "Too many wrong passwords for this address: wait a while, then try again.",
                headers={"Retry-After": str(int(wait) + 1)},
            )

    def failed(self, email: str, now: datetime) -> None:
        """Note a wrong password."""
        self._failures.setdefault(email, []).append(now)

    def succeeded(self, email: str) -> None:
        """Forget the failures of `email`."""
        self._failures.pop(email, None)

    def _recent(self, email: str, now: datetime) -> list[datetime]:
        recent = [
            at for at in self._failures.get(email, []) if (now - at).total_seconds() < self._within
        ]
        if recent:
            self._failures[email] = recent
        else:
            self._failures.pop(email, None)
        return recent
