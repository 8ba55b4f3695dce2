"""The table of all variants of the profiles, each with its row of ``unknowns.md``; applied in this order."""

from __future__ import annotations

from ..core.options import Profile
from . import generations, odd_legends, odd_lists, odd_payloads
from .exchanged import Variant, good_json, good_records

_LEAN, _LEGACY, _ODD = Profile.LEAN, Profile.LEGACY, Profile.ODD

_AOIS = ("ListAOIs", "GetAoiById", "AOICreateAOI")
_INDICES = ("ListIndices", "CreateIndex")
_VISUALIZATIONS = ("ListVisualizations", "CreateVisualization", "RollbackVisualizationMetadata")
_ASSETS = (*_VISUALIZATIONS, "ListAssets")
_RECORDS = (*_AOIS, *_INDICES, *_ASSETS)
_ITEMS = ("ListItemInCollection", "GetCollectionItemById", "SearchItemInArchive")
_PACKAGES = ("AOICreateDownload", "GetDownloadStatus")
_PUT, _PATCH = "UpdateVisualizationMetadata", "RollbackVisualizationMetadata"
_PNG, _SLD = "GenerateIndexPng", "GenerateVisualizationSLD"


VARIANTS: tuple[Variant, ...] = (
    Variant("U1", "lean list items", _LEAN, ("ListVisualizations",), good_json(generations.lean_items)),
    Variant(
        "U1", "list items without legend", _LEGACY, ("ListVisualizations",), good_json(generations.without_metadata)
    ),
    Variant("U6", "several documents in a ZIP", _LEGACY, (_SLD,), generations.several_zipped),
    Variant("U6", "escaped documents", _LEGACY, (_SLD,), good_json(generations.escaped_documents)),
    Variant("U7", "picture as base64 text", _LEGACY, (_PNG,), generations.quoted_base64),
    Variant("U10", "package made with 200", _LEGACY, ("AOICreateDownload",), generations.answered_200),
    Variant("U14", "lens_satellite_id", _LEGACY, (*_AOIS, *_INDICES), good_records(generations.lens_satellite)),
    Variant("U15", "progress with a percent sign", _LEGACY, _RECORDS, good_records(generations.progress_text)),
    Variant("U15", "times with a blank", _LEGACY, _RECORDS, good_records(generations.blank_times)),
    Variant("U18", "one range a band", _LEGACY, _RECORDS, good_records(generations.nested_rescale)),
    Variant("generation", "proj:epsg", _LEGACY, _ITEMS, good_records(generations.proj_epsg)),
    Variant("U1", "legend without metadata, by mode and date", _ODD, ("ListVisualizations",), odd_legends.listed),
    Variant("U1", "legend by mode and date", _ODD, (_PATCH,), odd_legends.rolled_back),
    Variant("U4", "only what was written is answered", _ODD, (_PUT,), odd_legends.updated),
    Variant("U2", "edges from 0 to 255, null dates refused (U3)", _ODD, (_PUT,), request=odd_legends.written),
    Variant("U9", "dates as YYYYMMDD", _ODD, (_PATCH, _PNG, _SLD), request=odd_legends.dates_named),
    Variant("U6", "one bare document", _ODD, (_SLD,), odd_payloads.single_document_bare),
    Variant("U6", "documents by date and mode", _ODD, (_SLD,), good_json(odd_legends.documents_by_date)),
    Variant("U6", "theoretical documents elsewhere", _ODD, (_SLD,), odd_payloads.documents_elsewhere),
    Variant("U6", "documents in base64", _ODD, (_SLD,), good_json(odd_payloads.base64_documents)),
    Variant("U7", "theoretical picture elsewhere", _ODD, (_PNG,), odd_payloads.picture_elsewhere),
    Variant("U7", "picture as data URI in JSON", _ODD, (_PNG,), odd_payloads.picture_in_json),
    Variant("U7", "refusal under image/png", _ODD, (_PNG,), odd_payloads.refused_as_picture),
    Variant("U8", "path in a foreign store", _ODD, _ASSETS, good_records(odd_lists.foreign_path)),
    Variant("U9", "asset dates as times", _ODD, _ASSETS, good_records(odd_lists.day_with_time)),
    Variant("U10", "words of its own, id", _ODD, _PACKAGES, good_records(odd_payloads.download_words)),
    Variant("U15", "images as a list", _ODD, _AOIS, good_records(odd_lists.images_listed)),
    Variant("U15", "times without offset", _ODD, _RECORDS, good_records(odd_lists.times_without_offset)),
    Variant("rule", "numbers as texts", _ODD, _RECORDS, good_records(odd_lists.numbers_as_text)),
    Variant("U11", "limit lowered", _ODD, ("ListAOIs",), request=odd_lists.limit_clamped),
    Variant("U11", "limit refused", _ODD, ("ListAssets", "ListIndices"), request=odd_lists.limit_refused),
    Variant("U11", "total beside the list", _ODD, ("ListVisualizations",), good_json(odd_lists.total_on_top)),
    Variant("U11", "no total", _ODD, ("ListIndices", "ListProjects"), good_json(odd_lists.without_total)),
    Variant("U11", "bare list", _ODD, ("ListAssets",), good_json(odd_lists.bare("assets"))),
    Variant("U11", "results", _ODD, ("ListAOIs",), good_json(odd_lists.under("aois", "results"))),
    Variant("U11", "items", _ODD, ("ListProjects",), good_json(odd_lists.under("projects", "items"))),
    Variant(
        "U11",
        "visualizations",
        _ODD,
        ("ListVisualizations",),
        good_json(odd_lists.under("visualization", "visualizations")),
    ),
    Variant("U11", "data", _ODD, ("ListSatellites",), good_json(odd_lists.under("satellites", "data"))),
    Variant("rule", "refusal with status 200", _ODD, ("GetAoiById", "GetProjectById"), odd_payloads.refused_with_200),
    Variant("U12", "redirect 302", _ODD, ("GetProjectById",), odd_payloads.redirected(302)),
    Variant("U12", "redirect 307", _ODD, ("ListIndices",), odd_payloads.redirected(307)),
    Variant("U12", "Bearer", _ODD, key_form=("Bearer {key}", 401)),
)
