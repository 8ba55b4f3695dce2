"""Take the desktop's pictures into the guide, where there are any, and check that every link and picture is there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QImage

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "resources/help"
BUILD = ROOT / "build"
WIDTH = 720
SMALLEST = 0  # quality of a PNG: the most compression
NEARLY, OPAQUE = 0xF8F8F8, 0xFF000000
WHOLE, DOCK, TOP_OF_DOCK = (0, 0, 1600, 1000), (1284, 100, 314, 866), (1284, 100, 314, 460)
LAYERS_AND_MAP = (0, 100, 1400, 780)
# picture of the guide -> a picture that the demo or a desktop test left in build/, and the part of the screen
PICTURES = {
    "01-first-run.png": ("demo/*-open-the-dock.png", TOP_OF_DOCK),
    "02-catalogue.png": ("demo/*-list-visualizations-and-dates.png", DOCK),
    "03-values.png": ("demo/*-add-six-dates-as-values.png", WHOLE),
    "04-legend.png": ("demo/*-move-a-breakpoint-and-change-a-colour.png", WHOLE),
    "05-push.png": ("demo/*-see-what-a-push-would-send.png", WHOLE),
    "06-sld-before.png": ("styles/menu-elevation.png", LAYERS_AND_MAP),
    "07-sld-after.png": ("styles/*-load-a-style-from-the-menu.png", LAYERS_AND_MAP),
    "08-difference.png": ("demo/*-add-the-difference-of-two-dates.png", WHOLE),
    "09-series.png": ("demo/*-chart-the-values-of-a-pixel-over-time.png", WHOLE),
}
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def take_pictures() -> None:
    """Cut and scale the pictures, and reduce them to 256 colours."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtGui import QImage

    for name, (pattern, part) in PICTURES.items():
        for source in BUILD.glob(pattern):
            image = QImage(str(source)).copy(*part)
            if image.width() > WIDTH:
                image = image.scaledToWidth(WIDTH, Qt.TransformationMode.SmoothTransformation)
            flags = Qt.ImageConversionFlag.ThresholdDither
            image.convertToFormat(QImage.Format.Format_Indexed8, palette_of(image), flags).save(
                str(GUIDE / name), "PNG", SMALLEST
            )


def palette_of(image: QImage) -> list[int]:
    """Return the commonest colours of a picture, near ones counted as one, and the greys that letters need."""
    import numpy as np
    from qgis.PyQt.QtGui import QImage

    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    data = plain.constBits().asstring(plain.sizeInBytes())
    colours, counts = np.unique(np.frombuffer(data, np.uint32) & NEARLY, return_counts=True)
    greys = [0xFF000000 | grey * 0x010101 for grey in range(0, 256, 15)]
    return [*greys, *(int(colour) | OPAQUE for colour in colours[np.argsort(-counts)[: 256 - len(greys)]])]


def broken_links() -> list[str]:
    """List relative links of our pages that lead nowhere."""
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"), *GUIDE.glob("*.md")]
    found = []
    for page in pages:
        local = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
        found += [f"{page.relative_to(ROOT)}: {target}" for target in local if not (page.parent / target).exists()]
    return found


def main() -> int:
    """Check the documents and copy the pictures; print the errors."""
    take_pictures()
    broken = broken_links()
    for link in broken:
        print(f"docs: {link} is not there", file=sys.stderr)
    print(f"docs: {len(broken)} broken links")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
