"""Orders, their items, the bandsets available to them, and the order report."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator

from ..decoding import decode
from ..errors import BadAnswer, OutcomeUnknown
from ..models import Bandset, Order, OrderCreate, OrderItem, OrderItemQuery, OrderQuery
from ..paging import PAGE_SIZE, Page, walk
from .base import Area, path_of, read_all, read_one

_NO_TABLE = ("JSON", "XML", "PNG", "ZIP")


class Bandsets(Area):
    """Sets of bands for taskings."""

    async def list(self) -> builtins.list[Bandset]:
        """Return all bandsets; wavelengths are in nm.

        ``ListBandsets``, docs.pixxel.space/openapi.json
        """
        raw = await self._session.json("GET", "/v0/bandsets")
        return builtins.list(read_all(Bandset, decode.page_items(raw, "bandsets"), "bandsets"))


class Orders(Area):
    """Orders of scenes from the archive and of new ones. They cost tokens: ask ``dry_run`` first."""

    async def list(self, query: OrderQuery | None = None, offset: int = 0, limit: int = PAGE_SIZE) -> Page[Order]:
        """Return one page.

        ``ListOrders``, docs.pixxel.space/openapi.json
        """
        return await self._page("/v0/orders", "orders", Order, (query or OrderQuery()).params(), offset, limit)

    def iterate(self, query: OrderQuery | None = None) -> AsyncIterator[Order]:
        """Yield every order that fits."""
        return walk(lambda offset: self.list(query, offset), lambda order: order.id or "")

    async def dry_run(self, new: OrderCreate) -> Order:
        """Return price and checks of an order; nothing is ordered.

        ``SubmitOrder`` with ``dry_run``, docs.pixxel.space/openapi.json
        """
        raw = await self._session.json("POST", "/v0/orders", body={**new.body(), "dry_run": True})
        return read_one(Order, decode.record(raw, "order"))

    async def submit(self, new: OrderCreate) -> Order:
        """Order, for tokens (ask ``dry_run`` first); an order built as a dry run stays one. Sent once.

        ``SubmitOrder``, docs.pixxel.space/openapi.json

        Raises:
            OutcomeUnknown: the answer was lost or cannot be read; look at ``list`` before ordering again.
        """
        order = await self._create("/v0/orders", Order, new.body(), "order")
        if order.id is None and not new.dry_run:
            raise OutcomeUnknown("POST", "/v0/orders", BadAnswer("order.id", "an id is expected"))
        return order

    async def get(self, order_id: str) -> Order:
        """Return one order.

        ``GetOrderById``, docs.pixxel.space/openapi.json
        """
        return await self._get(path_of("orders", order_id), Order, "order")

    async def items(
        self, query: OrderItemQuery | None = None, offset: int = 0, limit: int = PAGE_SIZE
    ) -> Page[OrderItem]:
        """Return one page of ordered things, over all orders.

        ``ListOrderItems``, docs.pixxel.space/openapi.json
        """
        params = (query or OrderItemQuery()).params()
        return await self._page("/v0/order-items", "order_items", OrderItem, params, offset, limit)

    def iterate_items(self, query: OrderItemQuery | None = None) -> AsyncIterator[OrderItem]:
        """Yield every ordered thing that fits."""
        return walk(lambda offset: self.items(query, offset), lambda item: item.id)

    async def item(self, item_id: str) -> OrderItem:
        """Return one ordered thing with its tasks.

        ``GetOrderItemById``, docs.pixxel.space/openapi.json
        """
        return await self._get(path_of("order-items", item_id), OrderItem, "order_item")


class Reports(Area):
    """Tables of ordered items."""

    async def orders(self, tz: str | None = None) -> str:
        """Return all orders as CSV with a header; ``tz`` is the reader's time zone, as ``Europe/Warsaw``.

        ``DownloadOrderReport``, docs.pixxel.space/openapi.json

        Raises:
            ApiError: something else came in its place.
        """
        body = await self._session.read("GET", "/v0/reports", params={"tz": tz or None})
        kind = decode.kind_of(body)
        if kind in _NO_TABLE and not body.lstrip().startswith(b'"'):
            raise BadAnswer("report", f"a CSV table is expected, found {kind}")
        return body.decode("utf-8-sig", "replace")
