"""The user's requests from the dock: plain data passed from the panels to the composition root."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ..plugin.api.config import AuthScheme
from ..plugin.layer_kinds.table import LayerKind
from ..plugin.legend.vocabulary import LegendMode

if TYPE_CHECKING:
    from ..plugin.api.models import Aoi
    from ..plugin.catalog.service import AcquisitionDate, VisualizationItem


class CompareView(StrEnum):
    """How two dates are shown beside each other."""

    SWIPE = "swipe"
    SPLIT = "split"


class ChangeKind(StrEnum):
    """A layer of the changes between two dates."""

    DIFFERENCE = "difference"
    CLASSES = "classes"


@dataclass(frozen=True, slots=True)
class AddRequest:
    """Dates of a visualization to be put on the map in one mode, as one kind of layer."""

    aoi: Aoi
    project_name: str
    item: VisualizationItem
    dates: tuple[AcquisitionDate, ...]
    mode: LegendMode
    kind: LayerKind


@dataclass(frozen=True, slots=True)
class EditRequest:
    """A legend to be opened, with dates by the server's own keys.

    Attributes:
        date_key: the date to show first, where one is named.
        current_key: the selected or newest checked date of the list, to show first where none is named and the map
            shows none.
    """

    aoi: Aoi
    item: VisualizationItem
    mode: LegendMode
    date_key: str | None
    current_key: str | None = None


@dataclass(frozen=True, slots=True)
class ConnectionEntry:
    """A connection as entered by the user.

    Attributes:
        name: display name; unique.
        url: base URL of the API, checked.
        auth_config: id of an entry of QGIS's authentication manager, or empty.
        auth_scheme: how the key is sent.
        session_key: a key that must not be stored anywhere, or empty.
    """

    name: str
    url: str
    auth_config: str = ""
    auth_scheme: AuthScheme = AuthScheme.RAW
    session_key: str = field(default="", repr=False)
