"""How a package is sent: whole or by range, with the headers that storage servers send."""

from __future__ import annotations

from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send


class PackageFile(FileResponse):
    """A ZIP with a strong ``ETag`` and its MD5, in the form of Azure's blob storage.

    A whole response has ``Content-MD5``; a range response has the MD5 of the whole file as ``x-ms-blob-content-md5``
    (https://learn.microsoft.com/rest/api/storageservices/get-blob, response headers).
    """

    def __init__(self, path: Path, md5: str, filename: str) -> None:
        headers = {"etag": f'"{md5}"', "content-md5": md5}
        super().__init__(path, headers=headers, media_type="application/zip", filename=filename)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 206:
                headers = MutableHeaders(raw=message["headers"])
                headers["x-ms-blob-content-md5"] = headers["content-md5"]
                del headers["content-md5"]
            await send(message)

        await super().__call__(scope, receive, sent)
