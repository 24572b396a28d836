"""What a person typed to be sent as a text, checked before it is stored."""

from api.problems import invalid
from domain.segments import MAX_CHARACTERS, is_blank, normalise


def checked_text(text: str) -> str:
    """Return `text` as it is to be sent. Refuses an empty one, and one longer than a text may be."""
    text = normalise(text)
    if is_blank(text):
        raise invalid(
            "text", "Write something first: an empty text cannot be sent.", slug="empty-text"
        )
    if len(text) > MAX_CHARACTERS:
        message = f"This text has {len(text)} characters: at most {MAX_CHARACTERS} can be sent."
        raise invalid("text", message, slug="text-too-long")
    return text
