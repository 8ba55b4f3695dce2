"""Take the demo's pictures into the guide, where they are newer, and check that every link and picture is there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "resources/help"
DEMO = ROOT / "build/demo"
WIDTH = 720
WHOLE, DOCK, TOP_OF_DOCK = (0, 0, 1600, 1000), (1284, 100, 314, 880), (1284, 100, 314, 460)
# picture of the guide -> step of the demo that shows it, and the part of the screen
PICTURES = {
    "01-first-run.png": ("open-the-dock", TOP_OF_DOCK),
    "02-catalogue.png": ("list-visualizations-and-dates", DOCK),
    "03-values.png": ("add-six-dates-as-values", WHOLE),
    "04-legend.png": ("move-a-breakpoint-and-change-a-colour", WHOLE),
    "05-push.png": ("see-what-a-push-would-send", WHOLE),
}
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def take_pictures() -> None:
    """Cut and scale the demo's pictures, and reduce them to 256 colours."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtGui import QImage

    for name, (step, part) in PICTURES.items():
        for source in DEMO.glob(f"*-{step}.png"):
            image = QImage(str(source)).copy(*part)
            if image.width() > WIDTH:
                image = image.scaledToWidth(WIDTH, Qt.TransformationMode.SmoothTransformation)
            plain = image.convertToFormat(QImage.Format.Format_Indexed8, Qt.ImageConversionFlag.ThresholdDither)
            plain.save(str(GUIDE / name))


def broken_links() -> list[str]:
    """List relative links of our pages that lead nowhere."""
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"), *GUIDE.glob("*.md")]
    found = []
    for page in pages:
        local = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
        found += [f"{page.relative_to(ROOT)}: {target}" for target in local if not (page.parent / target).exists()]
    return found


def main() -> int:
    """Do both and say what is broken."""
    take_pictures()
    broken = broken_links()
    for link in broken:
        print(f"docs: {link} is not there", file=sys.stderr)
    print(f"docs: {len(broken)} broken links")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
