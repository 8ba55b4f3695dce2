"""The vocabulary of states: the status texts of the server and their meaning.

A visualization, an asset, an area of interest and a package of files are all described by the same few words, spelled
differently by each part of the API. Nowhere else are these words spelled.
"""

from __future__ import annotations

import re
from enum import StrEnum

_SEPARATORS = re.compile(r"[\W_]+")


class State(StrEnum):
    """The meaning of a status text of the server.

    ``UNSTATED`` is a record without a status; ``UNKNOWN`` a text that is not in the vocabulary.
    """

    READY = "ready"
    PARTIAL = "partial"
    QUEUED = "queued"
    WORKING = "working"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    UNSTATED = "unstated"

    @property
    def is_usable(self) -> bool:
        """Return whether the resource can be used; a record without a status is taken to be usable."""
        return self in (State.READY, State.PARTIAL, State.UNSTATED)

    @property
    def is_under_way(self) -> bool:
        """Return whether the server will finish it later."""
        return self in (State.QUEUED, State.WORKING)

    @property
    def has_failed(self) -> bool:
        """Return whether it will never be finished."""
        return self in (State.FAILED, State.CANCELLED, State.EXPIRED)

    @property
    def may_change(self) -> bool:
        """Return whether asking again later may give another answer; an unknown word may be a step on the way."""
        return self.is_under_way or self is State.UNKNOWN


class Word(StrEnum):
    """A status text of the server in lower case, with its meaning; the documented ones and their usual variants."""

    state: State

    def __new__(cls, text: str, state: State) -> Word:
        """Make the member of a word and its meaning."""
        word = str.__new__(cls, text)
        word._value_ = text
        word.state = state
        return word

    SUCCESS = "success", State.READY
    SUCCESSFUL = "successful", State.READY
    SUCCEEDED = "succeeded", State.READY
    COMPLETE = "complete", State.READY
    COMPLETED = "completed", State.READY
    DONE = "done", State.READY
    READY = "ready", State.READY
    FINISHED = "finished", State.READY
    OK = "ok", State.READY
    AVAILABLE = "available", State.READY
    PROCESSED = "processed", State.READY

    PARTIAL = "partial", State.PARTIAL
    PARTIAL_SUCCESS = "partial_success", State.PARTIAL
    PARTIALLY_SUCCEEDED = "partially_succeeded", State.PARTIAL
    PARTIALLY_COMPLETED = "partially_completed", State.PARTIAL
    PARTIALLY_FAILED = "partially_failed", State.PARTIAL
    COMPLETED_WITH_ERRORS = "completed_with_errors", State.PARTIAL

    # The record was created, not what it describes: the API lists it before "in progress" (catalog downloads, jobs).
    CREATED = "created", State.QUEUED
    QUEUED = "queued", State.QUEUED
    PENDING = "pending", State.QUEUED
    SUBMITTED = "submitted", State.QUEUED
    ACCEPTED = "accepted", State.QUEUED
    REQUESTED = "requested", State.QUEUED
    SCHEDULED = "scheduled", State.QUEUED
    WAITING = "waiting", State.QUEUED

    CREATING = "creating", State.WORKING
    STARTED = "started", State.WORKING
    STARTING = "starting", State.WORKING
    RUNNING = "running", State.WORKING
    PROCESSING = "processing", State.WORKING
    IN_PROGRESS = "in_progress", State.WORKING
    UPDATING = "updating", State.WORKING
    PREPARING = "preparing", State.WORKING
    COMPUTING = "computing", State.WORKING

    FAILED = "failed", State.FAILED
    FAILURE = "failure", State.FAILED
    ERROR = "error", State.FAILED
    ERRORED = "errored", State.FAILED
    REJECTED = "rejected", State.FAILED
    ABORTED = "aborted", State.CANCELLED
    CANCELLED = "cancelled", State.CANCELLED
    CANCELED = "canceled", State.CANCELLED
    EXPIRED = "expired", State.EXPIRED


def parse_state(text: str | None) -> State:
    """Parse a word of the server, in any letter case and with blanks, hyphens, underscores or nothing between."""
    plain = _plain(text or "")
    if not plain:
        return State.UNSTATED
    return _STATES.get(plain, State.UNKNOWN)


def _plain(text: str) -> str:
    return _SEPARATORS.sub("", text.casefold())


_STATES = {_plain(word.value): word.state for word in Word}
