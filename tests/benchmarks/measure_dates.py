"""Run in a headless QGIS: the legend editor and the list of dates with 400 dates; prints JSON.

Each figure is how long one act keeps the event loop, in milliseconds, without the drawing that follows it.
"""

from __future__ import annotations

import datetime
import importlib.util
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtGui import QColor

ROOT = Path(__file__).resolve().parents[2]
DATES, CLASSES, ROUNDS = 400, 15, 7


def register() -> None:
    """Make the checkout importable under the plugin's name."""
    spec = importlib.util.spec_from_file_location(
        "pixxel_explorer", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pixxel_explorer"] = module
    spec.loader.exec_module(module)


def blocked_ms(act: Callable[[], Any]) -> float:
    """Return how long an act keeps the event loop."""
    started = time.perf_counter()
    act()
    seconds = time.perf_counter() - started
    QCoreApplication.processEvents()
    return seconds * 1000


def make_document() -> Any:
    """Return legends of 15 classes at 400 dates."""
    from pixxel_explorer.plugin.api.models import Visualization
    from pixxel_explorer.plugin.catalog.visualization_item import join
    from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass
    from pixxel_explorer.plugin.legend_sync.document import METADATA, LegendDocument

    days = [datetime.date(2020, 1, 1) + datetime.timedelta(days=5 * number) for number in range(DATES)]
    rows = [{"min": n / CLASSES, "max": (n + 1) / CLASSES, "color": "#808080"} for n in range(CLASSES)]
    listed = {f"{day:%Y_%m_%d}": {"dynamic": rows} for day in days}
    record = {"id": "viz", "index_name": "NDVI", "status": "success", "metadata": {"legend": listed}}
    item = join(Visualization.model_validate(record), None, [])
    legends = {
        date.key: Legend(
            tuple(LegendClass(n / CLASSES, (n + 1) / CLASSES, Colour(16 * n, number % 256, 0)) for n in range(CLASSES)),
            closed_top=True,
        )
        for number, date in enumerate(item.dates)
    }
    return LegendDocument(item, "dynamic", legends, METADATA, None)


def measure() -> dict[str, list[float]]:
    """Return the times of each act."""
    from pixxel_explorer.plugin.legend_sync.drafts import DraftStore
    from pixxel_explorer.ui.catalog.date_list import DateList
    from pixxel_explorer.ui.legend_editor.editor import LegendEditor
    from pixxel_explorer.ui.legend_editor.legend_events import LegendEvents
    from pixxel_explorer.ui.legend_editor.spread_question import SpreadQuestion
    from pixxel_explorer.ui.legend_editor.spreading_check import SpreadingCheck
    from pixxel_explorer.ui.legend_editor.workspace import LegendWorkspace
    from pixxel_explorer.ui.models.date_model import DateModel

    document = make_document()
    keys = [date.key for date in document.item.dates]
    assert len(keys) == DATES
    editor, model, events = LegendEditor(), DateModel(), LegendEvents()
    dates, spreading = DateList(model), SpreadingCheck(None, SpreadQuestion())  # without rasters no service is asked
    text = editor.whole_action.text()
    editor.whole_action.triggered.connect(lambda: spreading.start(opened[-1], editor.key, text))
    for widget in (editor, dates):
        widget.resize(420, 700)
        widget.show()
    found: dict[str, list[float]] = {name: [] for name in ("open", "edit", "date", "list", "all")}
    opened = []
    for number in range(ROUNDS):
        workspace = LegendWorkspace(document, DraftStore(Path(tempfile.mkdtemp())), "bench", events)

        def recolour(workspace: LegendWorkspace = workspace, number: int = number) -> None:
            index = editor.model.index(1, 2)
            assert editor.model.setData(index, QColor(number + 1, 2, 3), Qt.ItemDataRole.EditRole)
            workspace.keeper.flush()

        opened.append(workspace)  # the editor leaves it only when it shows the next
        workspace.keeper.start()
        found["open"].append(blocked_ms(lambda w=workspace: editor.show_workspace(w, keys[-1])))
        found["edit"].append(blocked_ms(recolour))
        found["date"].append(blocked_ms(lambda n=number: editor.show_date(keys[n])))
        found["all"].append(blocked_ms(editor.whole_action.trigger))
        mine = {tuple(entry.colour for entry in workspace.session.mine(key).classes) for key in keys}
        assert len(mine) == 1, "every date has the legend of one"
        found["list"].append(blocked_ms(lambda: model.set_dates(document.item.dates)))
    for widget in (editor, dates):
        widget.close()
        sip.delete(widget)
    return found


def main() -> None:
    """Measure and print."""
    register()
    application = QgsApplication([], True)
    application.initQgis()
    print(json.dumps(measure()), flush=True)
    application.exitQgis()


if __name__ == "__main__":
    main()
