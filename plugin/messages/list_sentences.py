"""Messages about lists that were ended early."""

from __future__ import annotations

from ..api.paging import MOST_EMPTY_PAGES, MOST_PAGES, EarlyEnd
from ..host.i18n import translate
from .numbers import count_text


def ended_early(end: EarlyEnd, listed: int) -> str:
    """Return why a list shows no more than ``listed`` records, and the remedy."""
    if end is EarlyEnd.RECORDS:
        text = translate("Messages", "The list ends after {0} records, because it is very long. Narrow the search.")
        return text.format(count_text(listed))
    if end is EarlyEnd.PAGES:
        text = translate("Messages", "The list ends after {0} pages, because it is very long. Narrow the search.")
        return text.format(count_text(MOST_PAGES))
    if end is EarlyEnd.EMPTY:
        text = translate(
            "Messages",
            "The list may be incomplete: the server sent {0} empty pages in a row. Try again later.",
        )
        return text.format(count_text(MOST_EMPTY_PAGES))
    return translate("Messages", "The list may be incomplete: the server sent the same records again. Try again later.")
