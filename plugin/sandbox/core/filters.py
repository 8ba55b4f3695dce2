"""Filters that lists of insights, workflows and jobs share: by creator and by day."""

from __future__ import annotations

import datetime
import re

from .request import SandboxRequest, bad_request
from .store import Record

_OFFSET = re.compile(r" (\d{2}:\d{2})$")


def made_on(call: SandboxRequest, records: list[Record], **fields: str) -> list[Record]:
    """Return the records whose times lie on the UTC days that parameters of the query name.

    Args:
        fields: the record's time for each parameter, as ``created_on="created_at"``.

    Raises:
        Refused: a parameter is no RFC 3339 time or day.
    """
    for parameter, name in fields.items():
        if call.query.get(parameter):
            day = _day(call.query[parameter], parameter)
            records = [record for record in records if str(record[name])[:10] == day]
    return records


def _day(text: str, parameter: str) -> str:
    """Return the UTC day of a time; a plus sign that a query turned into a blank counts as one."""
    try:
        moment = datetime.datetime.fromisoformat(_OFFSET.sub(r"+\1", text))
        there = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        return there.astimezone(datetime.UTC).date().isoformat()
    except (ValueError, OverflowError) as exc:
        raise bad_request(f"{parameter} must be a time as 2025-10-06T08:15:00Z", {"field": parameter}) from exc
