"""Differences of earlier and later generations of the documentation."""

from __future__ import annotations

import base64
import html
import io
import zipfile
from dataclasses import replace
from typing import Any

from ...legend.units import display_ranges
from ...legend.vocabulary import ExpressionType
from ..core.presets import COMPOSITE_BANDS
from .exchanged import VariantRequest, VariantResponse

Record = dict[str, Any]

_LEAN = ("id", "aoi_id", "index_id", "status", "progress", "tenant_id", "user_id", "created_at", "updated_at")
_EPSG = "EPSG:"


def lean_items(content: Record) -> Record:
    """Keep in listed visualizations only the fields of the newest schema."""
    items = [{name: item[name] for name in _LEAN} for item in content["visualization"]]
    return {**content, "visualization": items}


def without_metadata(content: Record) -> Record:
    """Leave the legends out of listed visualizations, as the samples of the older pages do."""
    items = [{name: item[name] for name in item if name != "metadata"} for item in content["visualization"]]
    return {**content, "visualization": items}


def lens_satellite(record: Record) -> Record:
    """Call the satellite by its former name."""
    return {"lens_satellite_id" if name == "satellite_id" else name: value for name, value in record.items()}


def blank_times(record: Record) -> Record:
    """Write times with a blank between day and hour."""
    return {name: _blank(value) if name in ("created_at", "updated_at") else value for name, value in record.items()}


def _blank(value: Any) -> Any:
    return value.replace("T", " ").replace("Z", "+00:00") if isinstance(value, str) else value


def progress_text(record: Record) -> Record:
    """Write progress as a text with a percent sign."""
    return {**record, "progress": f"{record['progress']}%"} if "progress" in record else record


def nested_rescale(record: Record) -> Record:
    """Give a composite one range a band."""
    is_composite = record.get("expression_type") == ExpressionType.COMPOSITE and isinstance(record.get("rescale"), list)
    if not is_composite:
        return record
    return {**record, "rescale": [list(one) for one in display_ranges(record["rescale"], COMPOSITE_BANDS)]}


def proj_epsg(record: Record) -> Record:
    """Write the projection of an item as a bare number, under the former name of the STAC extension."""
    code = str(record.get("proj:code", ""))
    if not code.startswith(_EPSG):
        return record
    others = {name: value for name, value in record.items() if name != "proj:code"}
    return {**others, "proj:epsg": int(code.removeprefix(_EPSG))}


def answered_200(_asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Answer a creation with status 200, that of a read."""
    return replace(answer, status=200) if answer.status == 201 else answer


def several_zipped(_asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Send style documents as a ZIP where several were asked for."""
    if not answer.is_good:
        return answer
    documents = {f"{mode}/{key}.sld": sld for mode, of in answer.json()["sld"].items() for key, sld in of.items()}
    if len(documents) < 2:
        return answer
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, sld in documents.items():
            archive.writestr(name, sld)
    return answer.with_body(packed.getvalue(), "application/zip")


def quoted_base64(_asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Send a picture as a JSON text of base64."""
    return answer.with_json(base64.b64encode(answer.body).decode()) if answer.is_good else answer


def escaped_documents(content: Record) -> Record:
    """Escape style documents once more."""
    return {"sld": {mode: {key: html.escape(sld) for key, sld in of.items()} for mode, of in content["sld"].items()}}
