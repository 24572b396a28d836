"""Random sequences that are as they should be, as the data that YAML or JSON would hold."""

from typing import Any

from hypothesis import strategies as st

from domain.sequence import SequenceDocument
from domain.sequence_source import parse

PLAIN = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="{}")
    | st.sampled_from("\x85\u2028\n\r\t\0\x7f\xa0\ufeff '\"\\:#-?|>%@`&*![],~"),
    max_size=30,
)
"""Any words, those that YAML has a meaning for above all, without what could begin a placeholder."""

_SECONDS = st.integers(min_value=1, max_value=400 * 86_400)
_LENGTHS = _SECONDS.map(lambda seconds: f"{seconds}s") | st.sampled_from(["2d", "1w 3h", "PT30M"])
_TEXT_TYPES = ("automated_text", "manual_text")


@st.composite
def documents(draw: st.DrawFn, words: st.SearchStrategy[str] = PLAIN) -> SequenceDocument:
    """`words` is what people write: names, texts and descriptions."""
    data: dict[str, Any] = {"key": "random", "name": "x" + draw(words)}
    data["record"] = draw(st.sampled_from(["lead", "opportunity", "contact", "account"]))
    if draw(st.booleans()):
        data["settings"] = {
            "on_reply": draw(st.sampled_from(["end", "continue"])),
            "working_hours": draw(
                st.sampled_from([{"mon-fri": "09:00-17:00"}, {"tue": "00:00-24:00"}, None])
            ),
        }
    data["steps"] = _side(draw, words, _Names(), set(), depth=0, goes_on=False)
    return parse(data)


class _Names:
    def __init__(self) -> None:
        self._given = 0

    def next(self) -> str:
        self._given += 1
        return f"s{self._given}"


def _side(
    draw: st.DrawFn,
    words: st.SearchStrategy[str],
    names: _Names,
    texts: set[str],
    *,
    depth: int,
    goes_on: bool,
) -> list[dict[str, Any]]:
    """Return steps that may stand together: no wait at the very end, no branch about a text that is not before it."""
    steps = []
    length = draw(st.integers(min_value=1, max_value=4 - depth))
    for index in range(length):
        is_last = index + 1 == length
        types = ["automated_text", "manual_text", "call", "task", "email"]
        types += ["wait"] if goes_on or not is_last else []
        types += ["end"] if is_last else []
        types += ["branch"] if depth < 2 else []
        step: dict[str, Any] = {"id": names.next(), "type": draw(st.sampled_from(types))}
        if draw(st.booleans()):
            step["name"] = draw(words)
        match step["type"]:
            case "automated_text" | "manual_text" if draw(st.booleans()):
                step["template"] = draw(st.sampled_from(["hello", "nudge"]))
            case "automated_text":
                step["text"] = "Hello " + draw(words)
            case "manual_text":
                step |= {"text": draw(words), "due": draw(_LENGTHS)}
            case "call" | "task":
                step["description"] = draw(words)
            case "email":
                step |= {"subject": draw(words), "description": draw(words), "due": draw(_LENGTHS)}
            case "wait":
                step["for"] = draw(_LENGTHS)
            case "branch":
                step["when"] = draw(_conditions(texts))
                then, otherwise = set(texts), set(texts)
                for key, known in (("then", then), ("else", otherwise)):
                    step[key] = _side(
                        draw, words, names, known, depth=depth + 1, goes_on=goes_on or not is_last
                    )
                texts |= then | otherwise
        if step["type"] in _TEXT_TYPES:
            texts.add(step["id"])
        steps.append(step)
    return steps


def _conditions(texts: set[str]) -> st.SearchStrategy[dict[str, Any]]:
    values = st.text("abc", min_size=1) | st.booleans() | st.integers(-9, 9)
    fields = st.builds(
        lambda name, value: {"field": {"name": name, "equals": value}},
        st.sampled_from(["region", "budget"]),
        values,
    )
    if not texts:
        return fields
    replies = st.builds(
        lambda to, within: {"replied": {"to": to, "within": within}},
        st.sampled_from(sorted(texts)),
        _LENGTHS,
    )
    return replies | fields
