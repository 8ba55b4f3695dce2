"""Access of algorithms to the server, passed in by the composition root; imports neither settings nor keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ..layers.open_project import OpenProject


class Access(NamedTuple):
    """Access to the current connection.

    Attributes:
        prepare: called on the main thread; returns the client factory, which is called on the thread that uses it.
        connection_name: name of that connection, for the provenance of layers; never a key.
        chooser: class that creates the widget of a parameter with a choice list; ``None`` where there is no
            user interface.
        open_project: the open project, which an algorithm belongs to; ``None`` in tests of algorithms alone.
    """

    prepare: Callable[[], Callable[[], Any]]
    connection_name: Callable[[], str]
    chooser: type | None = None
    open_project: OpenProject | None = None
