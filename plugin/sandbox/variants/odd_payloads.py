"""Pictures, style documents, refusals and redirects as no page shows them."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from ...api.status import Word
from ...legend.vocabulary import LegendMode
from .exchanged import VariantRequest, VariantResponse

Record = dict[str, Any]

_FOLLOWED = "followed"
_WORDS = {
    Word.SUCCESS: Word.COMPLETED.title(),
    Word.IN_PROGRESS: Word.IN_PROGRESS.title().replace("_", " "),
    Word.FAILED: Word.ERROR.title(),
}


def picture_elsewhere(asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Send the address of a theoretical picture in its place."""
    body = asked.json()
    if not answer.is_good or body["visualization_mode"] != LegendMode.THEORETICAL:
        return answer
    return answer.with_json({"data": {"url": asked.kept_url(answer.body, "image/png")}})


def picture_in_json(_asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Send a picture as a data URI inside JSON."""
    if not answer.is_good or answer.is_json:
        return answer
    return answer.with_json({"data": {"image": f"data:image/png;base64,{base64.b64encode(answer.body).decode()}"}})


def refused_as_picture(_asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Send a refusal under the type of the picture that was asked for."""
    return answer if answer.is_good else answer.with_body(answer.body, "image/png")


def refused_with_200(_asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Send a refusal with a good status."""
    return answer if answer.is_good else replace(answer, status=200)


def documents_elsewhere(asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Send the addresses of theoretical style documents in their place."""
    if not answer.is_good or not answer.is_json:
        return answer
    changed = {
        key: {mode: _address(asked, sld) if mode == LegendMode.THEORETICAL else sld for mode, sld in of.items()}
        for key, of in answer.json()["data"].items()
    }
    return answer.with_json({"data": changed})


def _address(asked: VariantRequest, document: str) -> Record:
    return {"url": asked.kept_url(document.encode(), "application/xml")}


def base64_documents(content: Record) -> Record:
    """Encode style documents by date and mode."""
    return {"data": {key: {mode: _encoded(sld) for mode, sld in of.items()} for key, of in content["data"].items()}}


def _encoded(document: Any) -> Any:
    return document if not isinstance(document, str) else base64.b64encode(document.encode()).decode()


def single_document_bare(asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Send the one document that was asked for by itself."""
    body = asked.json()
    if not answer.is_good or len(body["dates"]) != 1 or len(body["visualization_modes"]) != 1:
        return answer
    documents = [sld for of in answer.json()["sld"].values() for sld in of.values()]
    return answer.with_body(documents[0].encode(), "application/xml") if documents else answer


def redirected(status: int) -> Any:
    """Return a transform that redirects to the same URL, marked, until the redirect was followed."""

    def response(asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
        if _FOLLOWED in asked.query:
            return answer
        query = urlencode({**asked.query, _FOLLOWED: "1"})
        return VariantResponse(status, {"location": f"{asked.address}?{query}"}, b"")

    return response


def download_words(record: Record) -> Record:
    """Write the state of a package with other status values; its id is called ``id``."""
    others = {"id" if name == "download_id" else name: value for name, value in record.items()}
    return {**others, "status": _WORDS[record["status"].lower()]} if "status" in record else others
