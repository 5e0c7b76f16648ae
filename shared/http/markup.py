"""What our pages have in common: one look on a screen and on a phone, no script, nothing loaded."""

import re
from collections.abc import Iterable, Sequence
from html import escape

_STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent) }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
overflow-wrap: break-word }
h1 { margin-bottom: 0 } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line) }
h3 { margin: 2rem 0 0 } h4 { margin: 1rem 0 .2rem }
code, pre { font: .92em ui-monospace, monospace }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .6rem .8rem; margin: .5rem 0;
background: color-mix(in srgb, currentColor 7%, transparent); border-radius: .3rem }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0;
padding: .4rem .8rem }
summary { cursor: pointer } .verb { display: inline-block; min-width: 3.2rem; font-weight: 600 }
.GET { color: light-dark(#1769aa, #7cc0f5) } .POST { color: light-dark(#2e7d32, #86cf8a) }
dt { font-weight: 600; margin-top: .8rem } dd { margin: 0 }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top;
padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line) }
@media (max-width: 40rem) {
body { margin: 1rem auto } thead { display: none }
code { overflow-wrap: anywhere } table, tbody, tr, td { display: block }
tr { border-bottom: 1px solid var(--line); padding: .3rem 0 } td { border: 0; padding: 0 }
}
"""
_NAME = re.compile(r"`([^`]+)`")


def page(title: str, body: str, *, lang: str = "id") -> str:
    """Return a whole page; *lang* is the language of what does not say another."""
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style>{body}</html>\n"
    )


def words(text: str) -> str:
    """Return plain text for a page; what stands between backquotes is set as code."""
    return _NAME.sub(r"<code>\1</code>", escape(text))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are markup already; "" when it has no rows."""
    made = "".join(f"<tr>{''.join(f'<td>{cell}' for cell in row)}</tr>" for row in rows)
    head = "".join(f"<th>{name}" for name in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{made}</tbody></table>" if made else ""
