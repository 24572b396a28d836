"""How does a transcript read in a browser, and printed from one? One file, without a script or anything remote."""

from datetime import datetime
from html import escape
from typing import Final, assert_never

from api.transcripts.export import Export, heading, in_utc, medium, our_numbers, words
from domain.messages import Direction
from domain.transcript import Move, Said, Talk, moving, side

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""Content-Security-Policy of the page: whatever a text holds, a browser runs and fetches nothing of it."""

_STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
article { margin: .8rem 0; padding: .5rem .8rem; border: 1px solid #8886; border-radius: .6rem; }
article.outbound { margin-left: 3rem; } article.inbound { margin-right: 3rem; }
article p { margin: .2rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.move { text-align: center; }
.meta, footer { font-size: .85rem; opacity: .8; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; } article { break-inside: avoid; } }
"""


def render(export: Export) -> str:
    """Return the page."""
    title = escape(export.title)
    scope = "" if export.scope is None else f'<p class="meta">{escape(export.scope)}</p>\n'
    talks = "".join(_talk(talk, export) for talk in export.transcript.talks)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f'<style>{_STYLE}</style>\n</head>\n<body>\n<h1 dir="auto">{title}</h1>\n'
        f"{scope}{talks or '<p>No texts.</p>'}\n<footer>{escape(export.colophon)}</footer>\n"
        "</body>\n</html>\n"
    )


def _talk(talk: Talk, export: Export) -> str:
    happened = "\n".join(_happened(each, export) for each in talk.happened)
    return (
        f'<section>\n<h2 dir="auto">{escape(heading(talk))}</h2>\n'
        f'<p class="meta">{escape(our_numbers(talk))}</p>\n{happened}\n</section>\n'
    )


def _happened(happened: Said | Move, export: Export) -> str:
    match happened:
        case Said():
            return _text(happened, export)
        case Move():
            return (
                f'<p class="meta move"><span dir="auto">{escape(moving(happened))}</span> '
                f"{_time(happened.at, export)}</p>"
            )
        case never:
            assert_never(never)


def _text(said: Said, export: Export) -> str:
    media = "".join(f'<p class="meta">{escape(medium(each))}</p>' for each in said.media)
    is_ours = said.direction is Direction.OUTBOUND
    standing = f'<p class="meta">{escape(export.standing(said))}</p>' if is_ours else ""
    return (
        f'<article class="{said.direction.value}" id="{said.id}">'
        f'<p class="meta"><b dir="auto">{escape(side(said))}</b> '
        f"{_time(said.at, export)}</p>"
        f'<p dir="auto">{escape(words(said))}</p>{media}{standing}</article>'
    )


def _time(at: datetime, export: Export) -> str:
    return f'<time datetime="{in_utc(at)}">{escape(export.clock(at))}</time>'
