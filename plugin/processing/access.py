"""How algorithms reach the server; handed in by the roof, so that this room knows neither settings nor keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ..layers.open_project import OpenProject


class Access(NamedTuple):
    """The way to the connection in force.

    Attributes:
        prepare: called on the main thread; returns what makes the client, called on the thread that uses it.
        connection_name: name of that connection, for the provenance of layers; never a key.
        chooser: class that makes the widget of a parameter with a list to choose from; ``None`` where there is no
            interface.
        open_project: the project that is open, which an algorithm belongs to; ``None`` in tests of algorithms alone.
    """

    prepare: Callable[[], Callable[[], Any]]
    connection_name: Callable[[], str]
    chooser: type | None = None
    open_project: OpenProject | None = None
