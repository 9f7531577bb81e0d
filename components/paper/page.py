"""What the papers share: fonts, words in the reader's language, tables, one page that everything fits on, or many.

Text is data. It is written glyph by glyph or escaped, so that no markup of it is read; a sign that the fonts lack
is a box.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from components.words import LOCALE, translate
from trial.variables import CHOICE_LABELS, VARIABLES

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
NO_GLYPH = "□"
UNBROKEN = dict.fromkeys("\u2007\u2009\u202f", "\u00a0")  # reportlab breaks a line at these
OF_VALUES = {unit for known in VARIABLES.values() for unit in known.units} - {"", "fraction"}
UNITS = sorted({"h", "ans", "years", "%"} | OF_VALUES)
TOGETHER = re.compile(rf"(?<=[<>≥≤]) (?=\d)|(?<=\w) (?=[<>≥≤] \d)|(?<=\d) (?=(?:{'|'.join(map(re.escape, UNITS))})(?!\w))")
MARGIN = 11 * mm
WIDTH = A4[0] - 2 * MARGIN
SIZES = (8.5, 8, 7.5, 7, 6.5, 6, 5.5)  # of the letters, largest first
ALIGNED: dict[str, Literal[0, 1, 2]] = {"left": 0, "center": 1, "right": 2}
LINE = (0.4, colors.black)


@cache
def glyphs() -> frozenset[int]:
    """The code points that both fonts draw; the first call makes the fonts known to reportlab."""
    drawn: list[frozenset[int]] = []
    for name in (REGULAR, BOLD):
        font = TTFont(name, str(FONTS / f"{name}.ttf"))
        registerFont(font)
        drawn.append(frozenset(font.face.charToGlyph))
    registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return drawn[0] & drawn[1]


def drawable(text: object) -> str:
    """On one line, and of signs that the fonts have; a number stays with its unit."""
    known = glyphs()
    told = "".join(_drawable(sign, known) for sign in unicodedata.normalize("NFC", str(text)))
    return TOGETHER.sub("\u00a0", told)


def _drawable(sign: str, known: frozenset[int]) -> str:
    if sign in UNBROKEN:
        return UNBROKEN[sign]
    kind = unicodedata.category(sign)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    if kind == "Cf" or "\ufe00" <= sign <= "\ufe0f":  # joiners, turns of direction, variants: nothing to see
        return ""
    return sign if ord(sign) in known else NO_GLYPH


def cut(text: object, longest: int) -> str:
    """At most so many signs, with "…" where something is left out."""
    told = str(text)
    return told if len(told) <= longest else f"{told[: longest - 1].rstrip()}…"


@dataclass(frozen=True)
class Pen:
    """Writes in one language, one clock and one size of letters."""

    language: str
    zone: str
    size: float = SIZES[0]

    def say(self, sentence: str, **facts: object) -> str:
        return translate(self.language, sentence, **facts)

    def text(self, told: object, *, strong: object = "", size: float = 1, align: str = "left") -> Paragraph:
        """A paragraph; `strong` stands before it in bold."""
        points = self.size * size
        style = ParagraphStyle("text", fontName=REGULAR, fontSize=points, leading=points * 1.16, alignment=ALIGNED[align])
        bold = f"<b>{escape(drawable(strong))}</b> " if strong else ""
        return Paragraph(bold + escape(drawable(told)), style)

    def bold(self, told: object, *, size: float = 1, align: str = "left") -> Paragraph:
        return self.text("", strong=told, size=size, align=align)

    def heading(self, told: object) -> Table:
        style = [("LINEBELOW", (0, 0), (-1, -1), *LINE), ("TOPPADDING", (0, 0), (-1, -1), self.size * 0.55)]
        return table([[self.bold(told, size=1.1)]], [WIDTH], style)

    def number(self, value: float, decimals: int) -> str:
        pattern = "#,##0." + "0" * decimals + "##"
        return str(format_decimal(value, pattern, locale=LOCALE[self.language]))

    def choice(self, code: str) -> str:
        english, french = CHOICE_LABELS.get(code, (code, code))
        return french if self.language == "fr" else english

    def day(self, on: Any, pattern: str = "d MMM y") -> str:
        told = _date(on)
        return str(format_date(told, pattern, locale=LOCALE[self.language])) if told else "–"

    def moment(self, at: Any, pattern: str = "d MMM y HH:mm") -> str:
        told = _moment(at)
        return str(format_datetime(told.astimezone(ZoneInfo(self.zone)), pattern, locale=LOCALE[self.language])) if told else "–"


def _date(on: Any) -> date | None:
    return date.fromisoformat(on[:10]) if isinstance(on, str) and on else on or None


def _moment(at: Any) -> datetime | None:
    told = datetime.fromisoformat(at) if isinstance(at, str) and at else at or None
    return told.replace(tzinfo=UTC) if told and told.tzinfo is None else told


def table(rows: Sequence[list[Any]], widths: Sequence[float], style: Sequence[tuple[Any, ...]] = ()) -> Table:
    """Cells close together; a cell that is a plain text would not wrap, so each is a paragraph or a list of flowables."""
    close = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 1), ("RIGHTPADDING", (0, 0), (-1, -1), 2),
             ("TOPPADDING", (0, 0), (-1, -1), 0.6), ("BOTTOMPADDING", (0, 0), (-1, -1), 0.9)]
    return Table(rows, widths, style=[*close, *style], hAlign="LEFT")


def ruled(rows: Sequence[list[Any]], widths: Sequence[float]) -> Table:
    """With a hairline under each row."""
    return table(rows, widths, [("LINEBELOW", (0, 0), (-1, -1), 0.2, colors.Color(0.6, 0.6, 0.6))])


def beside(parts: Sequence[Sequence[Flowable]], widths: Sequence[float]) -> Table:
    """Columns of flowables, tops level."""
    bare = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    return table([[list(part) for part in parts]], widths, bare)


def padded(*parts: Flowable) -> list[Flowable]:
    """One under the other, in line with the cells of the tables."""
    return [table([[part]], [WIDTH]) for part in parts]


def space(pen: Pen) -> Flowable:
    return Spacer(WIDTH, pen.size * 0.5)


def one_page(draw: Callable[[float], tuple[Sequence[Flowable], Sequence[Flowable]]], *, title: str, language: str,
             paper: tuple[float, float] = A4, sizes: Sequence[float] = SIZES) -> bytes:  # fmt: skip
    """One page of `paper`. `draw`: size of the letters -> what stands on top, and what stands at the foot of the page.

    The largest letters count with which it all fits; should not even the smallest do, the page is drawn smaller.
    """
    wide, room = paper[0] - 2 * MARGIN, paper[1] - 2 * MARGIN
    for size in sizes:
        top, foot = (list(_measured(part, wide)) for part in draw(size))
        needed = sum(height for _, height in (*top, *foot))
        if needed <= room:
            break
    written = io.BytesIO()
    canvas = _canvas(written, title, language, paper)
    _page(canvas, top, foot, room, needed)
    canvas.save()
    return written.getvalue()


def many_pages(blocks: Sequence[Flowable], frame: Callable[[int, int], tuple[Sequence[Flowable], Sequence[Flowable]]], *,
               title: str, language: str) -> bytes:
    """A4 pages, upright, as many as the blocks need; none is torn. `frame`: page, pages -> what stands on top, at the foot.

    A block that is longer than a page is drawn smaller.
    """
    room = A4[1] - 2 * MARGIN
    edges = sum(height for part in frame(1, 1) for _, height in _measured(part, WIDTH))
    filled = _filled(list(_measured(blocks, WIDTH)), room - edges)
    written = io.BytesIO()
    canvas = _canvas(written, title, language)
    for number, page in enumerate(filled, 1):
        top, foot = (list(_measured(part, WIDTH)) for part in frame(number, len(filled)))
        _page(canvas, [*top, *page], foot, room, sum(height for _, height in (*top, *page, *foot)))
    canvas.save()
    return written.getvalue()


Measured = tuple[Flowable, float]


def _filled(blocks: Sequence[Measured], room: float) -> list[list[Measured]]:
    pages: list[list[Measured]] = [[]]
    for block in blocks:
        if pages[-1] and sum(height for _, height in pages[-1]) + block[1] > room:
            pages.append([])
        pages[-1].append(block)
    return pages


def _canvas(written: io.BytesIO, title: str, language: str, paper: tuple[float, float] = A4) -> Canvas:
    canvas = Canvas(written, pagesize=paper, lang="fr-FR" if language == "fr" else "en-GB")
    canvas.setTitle(drawable(title))
    canvas.setCreator("JAKAHDI Bedside")
    return canvas


def _page(canvas: Canvas, top: Sequence[Measured], foot: Sequence[Measured], room: float, needed: float) -> None:
    shrunk = min(1.0, room / needed)
    canvas.translate(MARGIN, MARGIN)
    canvas.scale(shrunk, shrunk)
    _down(canvas, top, room / shrunk)
    _down(canvas, foot, sum(height for _, height in foot))
    canvas.showPage()


def _measured(parts: Sequence[Flowable], wide: float) -> Iterator[tuple[Flowable, float]]:
    for part in parts:
        yield part, part.wrap(wide, A4[1])[1]


def _down(canvas: Canvas, parts: Sequence[tuple[Flowable, float]], y: float) -> None:
    for part, height in parts:
        y -= height
        part.drawOn(canvas, 0, y)
