"""The whole story in a minute, with real parts, every claim checked from outside."""

from trial.demo.story import perform

__all__ = ["perform"]
