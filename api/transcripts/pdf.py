"""How does a transcript read on paper, in whatever script it was written?

The fonts are Noto's. A character that none of them has is written by its name in brackets, and never left out.
"""

import importlib.resources
import unicodedata
from collections.abc import Collection, Container
from contextlib import ExitStack
from importlib.resources.abc import Traversable
from typing import Final, assert_never

from fpdf import FPDF, XPos, YPos
from fpdf.fonts import TTFFont

from api.transcripts.export import Export, heading, medium, our_numbers, words
from domain.messages import Direction
from domain.transcript import Move, Said, Talk, moving, side

LONGEST: Final = 1_000
"""Texts of one document: every letter of it is set, which takes some milliseconds a text."""

_FIRST: Final = "NotoSans[wght].ttf"
_INVISIBLE: Final = frozenset({"Cf", "Mn", "Me", "Zl", "Zp"})
"""Categories of what has no look of its own: joiners, marks that choose a variant, ends of lines."""


def render(export: Export) -> bytes:
    """Return the document. It takes seconds for thousands of texts: run it beside the event loop."""
    transcript = export.transcript
    page = _Page(export.colophon)
    lines = [export.title, *(heading(talk) for talk in transcript.talks)]
    lines += [part for talk in transcript.talks for s in talk.said for part in (side(s), words(s))]
    lines += [moving(move) for talk in transcript.talks for move in talk.moves]
    with ExitStack() as opened:
        page.choose_fonts(set("".join(lines)), opened)
        page.set_creation_date(export.exported_at)
        page.set_lang("en")
        page.set_title(export.title)
        page.add_page()
        page.paragraph(export.title, size=16, after=2)
        if export.scope is not None:
            page.paragraph(export.scope, size=9, after=2)
        for talk in transcript.talks:
            _talk(page, talk, export)
        if not transcript.talks:
            page.paragraph("No texts.")
        if page.unset:
            count = len(page.unset)
            page.paragraph(
                f"{count} character{'s' if count > 1 else ''} that no font here has stand "
                "by name in brackets.",
                size=9,
            )
        return bytes(page.output())


class _Page(FPDF):
    """An A4 document whose every page ends with what the transcript is."""

    def __init__(self, colophon: str) -> None:
        super().__init__()
        self._colophon = colophon
        self.unset: set[str] = set()
        """Characters that no font has."""
        self.set_text_shaping(True)
        self.set_auto_page_break(True, margin=22)

    def footer(self) -> None:
        self.set_y(-18)
        self.set_font("first", size=7)
        self.multi_cell(0, 3.5, f"Page {self.page_no()}. {self._colophon}", align="C")

    def choose_fonts(self, letters: Collection[str], opened: ExitStack) -> None:
        """Load the fonts that these letters need; those for Chinese, Japanese and Korean are large."""
        fonts = sorted(
            (font for font in _fonts("manimgx_fonts", ".ttf") if "Italic" not in font.name),
            key=lambda font: (font.name != _FIRST, font.name),
        )
        missing = {letter for letter in letters if letter.isprintable() and letter != " "}
        others: list[str] = []
        for font in (*fonts, *_fonts("manimgx_fonts_cjk", ".ttc")):
            if not missing and self.fonts:
                break
            name = "first" if font.name == _FIRST else font.name.partition("[")[0].partition(".")[0]
            path = opened.enter_context(importlib.resources.as_file(font))
            self.add_font(name, fname=path)
            needed = {letter for letter in missing if ord(letter) in self._codes_of(name)}
            missing -= needed
            if name != "first" and needed:
                others.append(name)
        self.unset = {each for each in missing if unicodedata.category(each) not in _INVISIBLE}
        self.set_fallback_fonts(others, exact_match=False)

    def _codes_of(self, name: str) -> Container[int]:
        font = self.fonts[name.lower()]
        return font.cmap if isinstance(font, TTFFont) else ()

    def paragraph(
        self, text: str, *, size: float = 10, indent: float = 0, after: float = 0
    ) -> None:
        """Write a paragraph, over as many lines and pages as it needs."""
        self.set_font("first", size=size)
        self.set_x(self.l_margin + indent)
        height = size * 0.5
        self.multi_cell(
            0, height, self._settable(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        self.ln(after)

    def _settable(self, text: str) -> str:
        return "".join(self._named(letter) for letter in text.replace("\t", "    "))

    def _named(self, letter: str) -> str:
        if letter != "\n" and (letter in self.unset or unicodedata.category(letter) == "Cc"):
            return f"[{unicodedata.name(letter, '').lower() or f'U+{ord(letter):04X}'}]"
        return letter


def _talk(page: _Page, talk: Talk, export: Export) -> None:
    page.paragraph(heading(talk), size=12)
    page.paragraph(our_numbers(talk), size=9, after=3)
    for happened in talk.happened:
        match happened:
            case Said():
                _text(page, happened, export)
            case Move():
                page.paragraph(
                    f"{moving(happened)} · {export.clock(happened.at)}", size=8, indent=10, after=2
                )
            case never:
                assert_never(never)
    page.ln(4)


def _text(page: _Page, said: Said, export: Export) -> None:
    is_ours = said.direction is Direction.OUTBOUND
    indent = 20 if is_ours else 0
    page.paragraph(f"{side(said)} · {export.clock(said.at)}", size=8, indent=indent)
    page.paragraph(words(said), indent=indent)
    for each in said.media:
        page.paragraph(medium(each), size=8, indent=indent)
    if is_ours:
        page.paragraph(export.standing(said), size=8, indent=indent)
    page.ln(2)


def _fonts(package: str, ending: str) -> list[Traversable]:
    files = importlib.resources.files(package).iterdir()
    return [file for file in files if file.name.endswith(ending)]
