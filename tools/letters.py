"""Draw the letters of the sandbox's painted legends from DejaVu Sans: run it once, with Pillow, to make them anew.

python3 tools/letters.py /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

TARGET = Path(__file__).resolve().parent.parent / "plugin" / "sandbox" / "core" / "drawing" / "letters.png"
SIZES = (11, 15)
CHARACTERS = [*map(chr, range(32, 127)), *map(chr, range(161, 173)), *map(chr, range(174, 256))]
LEVELS = 8


def strip(font: ImageFont.FreeTypeFont) -> np.ndarray:
    """Draw all characters side by side; the first row marks where each begins and the last ends."""
    boxes = [font.getbbox(letter, anchor="ls") for letter in CHARACTERS]
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    cells = [_cell(font, letter, box, top, bottom) for letter, box in zip(CHARACTERS, boxes, strict=True)]
    marks = np.cumsum([0, *(cell.shape[1] for cell in cells)])
    starts = np.zeros((1, marks[-1] + 1), dtype=np.uint8)
    starts[0, marks] = 255
    return np.concatenate([starts, np.pad(np.concatenate(cells, axis=1), ((0, 0), (0, 1)))])


def _cell(font: ImageFont.FreeTypeFont, letter: str, box: tuple, top: int, bottom: int) -> np.ndarray:
    left, right = min(0, box[0]), max(box[2], round(font.getlength(letter)))
    image = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(image).text((-left, -top), letter, fill=255, font=font, anchor="ls")
    step = 255 / (LEVELS - 1)
    return np.rint(np.rint(np.asarray(image) / step) * step).astype(np.uint8)


def main() -> None:
    """Write the picture: a strip for each size, below each other."""
    strips = [strip(ImageFont.truetype(sys.argv[1], size)) for size in SIZES]
    width = max(each.shape[1] for each in strips)
    rows = [np.pad(each, ((0, 0), (0, width - each.shape[1]))) for each in strips]
    Image.fromarray(np.concatenate(rows)).save(TARGET, optimize=True)
    print(TARGET.stat().st_size, "bytes; heights", [each.shape[0] - 1 for each in strips])


if __name__ == "__main__":
    main()
