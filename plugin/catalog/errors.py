"""Errors of lists and creations, and the base class of errors of use cases.

Errors carry facts only; ``messages`` makes the sentences.

ServiceProblem
 +- NotConnected       no connection is open
 +- UnknownName        no project or satellite has that name or id, or several have
 +- NoCollections      a satellite without images to search
 +- SearchTooWide      more separate polygons than can be searched at once
 +- UnknownDate        a date that the visualization does not have
 +- SeveralDates       several dates where one is asked for
 +- DateNotUnderstood  a text among the requested dates that names no date
 +- NotReady           a visualization that is still being computed, failed, or took too long
 +- SomeCreated        one of several AOIs could not be created, after others were
 +- NotCreated         a creation was not confirmed, and the server does not list the resource
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..api.status import State


class ServiceProblem(Exception):
    """The base class of errors that stop a use case."""


class NotConnected(ServiceProblem):
    """No connection is open."""


class UnknownName(ServiceProblem):
    """An error: a name or id has no match, or several.

    Attributes:
        kind: ``project``, ``satellite`` or ``asset``.
        text: the requested name or id.
        matches: the ids of those that have that name.
    """

    def __init__(self, kind: str, text: str, matches: tuple[str, ...] = ()) -> None:
        super().__init__(f"{kind} {text!r}: {len(matches)} matches")
        self.kind = kind
        self.text = text
        self.matches = matches


class NoCollections(ServiceProblem):
    """A satellite without collections, so that there are no images of it to search."""

    def __init__(self, satellite: str) -> None:
        super().__init__(f"satellite {satellite} has no collections")
        self.satellite = satellite


class SearchTooWide(ServiceProblem):
    """More separate polygons than can be searched at once."""

    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"{count} polygons, at most {most}")
        self.count = count
        self.most = most


class UnknownDate(ServiceProblem):
    """Dates that a visualization does not have.

    Attributes:
        dates: the requested dates.
        available: the existing days, as ``YYYY-MM-DD``.
    """

    def __init__(self, dates: tuple[str, ...], available: tuple[str, ...]) -> None:
        super().__init__(f"{', '.join(dates)} not among {', '.join(available)}")
        self.dates = dates
        self.available = available


class SeveralDates(ServiceProblem):
    """Several dates of a visualization, where one is asked for.

    Attributes:
        parameter: where they were given.
        labels: their displayed texts.
    """

    def __init__(self, parameter: str, labels: tuple[str, ...]) -> None:
        super().__init__(f"{parameter}: {', '.join(labels)}")
        self.parameter = parameter
        self.labels = labels


class DateNotUnderstood(ServiceProblem):
    """Texts among the dates asked for that are neither a day, an interval nor a key of the server.

    Attributes:
        parameter: where they were given.
        pieces: the texts.
        available: the days there are, as ``YYYY-MM-DD``.
    """

    def __init__(self, parameter: str, pieces: tuple[str, ...], available: tuple[str, ...]) -> None:
        super().__init__(f"{parameter}: {', '.join(pieces)}")
        self.parameter = parameter
        self.pieces = pieces
        self.available = available


class NotReady(ServiceProblem):
    """A visualization cannot be used.

    Attributes:
        state: the reason.
        word: the server's status value.
        has_waited: whether the longest sensible time was waited for it.
    """

    def __init__(self, state: State, visualization_id: str, word: str = "", *, has_waited: bool = False) -> None:
        super().__init__(f"visualization {visualization_id}: {word or state}")
        self.state = state
        self.visualization_id = visualization_id
        self.word = word
        self.has_waited = has_waited


class SomeCreated(ServiceProblem):
    """One of several AOIs could not be created, after others were.

    Attributes:
        name: of the one that was not.
        created: the names of those that were.
    """

    def __init__(self, name: str, created: tuple[str, ...]) -> None:
        super().__init__(f"{name}, after {', '.join(created)}")
        self.name = name
        self.created = created


class NotCreated(ServiceProblem):
    """A creation was not confirmed, and the server does not list the resource.

    Attributes:
        name: the resource to create; method, path: the request.
    """

    def __init__(self, name: str, method: str, path: str) -> None:
        super().__init__(f"{method} {path}: {name!r} not confirmed and not listed")
        self.name = name
        self.method = method
        self.path = path
