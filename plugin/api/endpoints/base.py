"""The base of all endpoint groups: reading records and requesting pages."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter, ValidationError

from ..decoding import decode
from ..decoding.json_text import collections_deferred, pause
from ..errors import BadAnswer, InvalidConfig, InvalidRequest, OutcomeUnknown, RequestRejected
from ..models.fields import place_of
from ..paging import SMALL_PAGE, Page, next_offset
from ..transport.session import Session

M = TypeVar("M", bound=BaseModel)

_LARGEST = 10_000
_SLICE = 200  # records read without a pause: other threads, the window's too, wait meanwhile
_LONG = 2_000  # records; longer lists are read with pauses and without garbage collections
_LONGEST_ID = 1_000  # characters; servers refuse addresses of some thousands

_log = logging.getLogger(__name__)


class Area:
    """A part of the API, over a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._largest_page: int | None = None

    async def _page(
        self,
        path: str,
        key: str,
        model: type[M],
        asked: Mapping[str, Any],
        offset: int,
        limit: int,
        *,
        method: str = "GET",
    ) -> Page[M]:
        """Return a page; ``asked`` are the parameters of a GET, the body of a POST."""
        check_page(offset=offset, limit=limit)
        limit = min(limit, self._largest_page or limit)
        raw = await self._ask(path, {**asked, "offset": offset, "limit": limit}, "limit", method)
        items = read_all(model, decode.page_items(raw, key), key)
        total = decode.page_total(raw)
        sent = min(limit, self._largest_page or limit)
        return Page(items, offset, total, next_offset(offset, len(items), sent, total))

    async def _ask(self, path: str, asked: Mapping[str, Any], size: str, method: str = "GET") -> Any:
        """Ask for a page; a server that refuses its size is asked for small ones from then on."""
        try:
            return await self._asked(method, path, asked)
        except RequestRejected as error:
            if asked[size] <= SMALL_PAGE or not _names(error, size):
                raise
            _log.info("pages of %d are refused: asking for %d from now on", asked[size], SMALL_PAGE)
            self._largest_page = SMALL_PAGE
            return await self._asked(method, path, {**asked, size: SMALL_PAGE})

    async def _asked(self, method: str, path: str, asked: Mapping[str, Any]) -> Any:
        if method == "GET":
            return await self._session.json(method, path, params=asked)
        return await self._session.json(method, path, body=asked)

    async def _create(self, path: str, model: type[M], body: Mapping[str, Any], *wrappers: str) -> M:
        return await self._write("POST", path, model, body, *wrappers)

    async def _write(
        self, method: str, path: str, model: type[M], body: Mapping[str, Any] | None, *wrappers: str, **params: str
    ) -> M:
        raw = await self._session.json(method, path, params=params, body=body)
        return read_written(model, raw, method, path, *wrappers)

    async def _get(self, path: str, model: type[M], *wrappers: str) -> M:
        return read_one(model, decode.record(await self._session.json("GET", path), *wrappers))


def _names(error: RequestRejected, size: str) -> bool:
    return error.status in (400, 422) and size in f"{error.code} {error.message} {error.details}".casefold()


def check_page(**asked: int) -> None:
    """Check a place in a list, from 0, and a size, 1 to 10000 (the bounds documented for the search).

    Raises:
        InvalidRequest: one is out of bounds.
    """
    for name, value in asked.items():
        is_size = name in ("limit", "page_size")
        if value < (1 if is_size else 0) or (is_size and value > _LARGEST):
            raise InvalidRequest(name, f"1 to {_LARGEST} is needed" if is_size else "0 or more is needed")


def named(field: str, text: str) -> str:
    """Return an id that is sent as a parameter.

    Raises:
        InvalidRequest: it is blank, or longer than an address can be.
    """
    if not text.strip():
        raise InvalidRequest(field, "a text is needed")
    if len(text) > _LONGEST_ID:
        raise InvalidRequest(field, f"it has {len(text)} characters, and an id has at most {_LONGEST_ID}")
    return text


def path_of(*parts: str) -> str:
    """Join path segments; each is quoted, so that no id can lead elsewhere.

    Raises:
        InvalidConfig: a segment is empty, dots, or longer than an address can be.
    """
    for part in parts:
        if not part.strip() or part in (".", "..") or len(part) > _LONGEST_ID:
            raise InvalidConfig("id", part)
    return "/v0/" + "/".join(quote(part, safe="") for part in parts)


def read_one(model: type[M], raw: Any, place: str = "") -> M:
    """Read a record.

    Raises:
        BadAnswer: it is useless, with the place of the fault.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise _bad_answer(error, place) from error


def read_written(model: type[M], raw: Any, method: str, path: str, *wrappers: str) -> M:
    """Read the record that answers a write.

    Raises:
        OutcomeUnknown: it is useless; the write itself was accepted.
    """
    try:
        return read_one(model, decode.record(raw, *wrappers))
    except BadAnswer as error:
        raise OutcomeUnknown(method, path, error) from error


def read_all(model: type[M], raw: Iterable[Any], place: str) -> tuple[M, ...]:
    """Read the records of a page.

    Raises:
        BadAnswer: one is useless, with the place of the fault.
    """
    records = list(raw)
    if len(records) <= _LONG:
        return tuple(_read_slices(model, records, place))
    with collections_deferred():
        return tuple(_read_slices(model, records, place))


def _read_slices(model: type[M], records: list[Any], place: str) -> list[M]:
    found = list[M]()
    for start in range(0, len(records), _SLICE):
        try:
            found += _adapter(model).validate_python(records[start : start + _SLICE])
        except ValidationError as error:
            raise _bad_answer(error, place, start) from error
        if len(records) > _LONG:
            pause()
    return found


@cache
def _adapter(model: type[M]) -> TypeAdapter[list[M]]:
    return TypeAdapter(list[model])  # type: ignore[valid-type]


def _bad_answer(error: ValidationError, place: str, start: int = 0) -> BadAnswer:
    """Return the first fault; ``start`` is the place in the list of the first record looked at."""
    first = error.errors(include_url=False, include_input=False)[0]
    head, *rest = first["loc"] or ("",)
    where = place_of((head + start, *rest) if isinstance(head, int) else first["loc"])
    joined = f"{place}{where}" if where.startswith("[") or not place or not where else f"{place}.{where}"
    return BadAnswer(joined, first["msg"])
