"""A style that is refused names its place and what to do there, in one sentence without a programmer's words."""

from __future__ import annotations

import re

import pytest
from pixxel_explorer.plugin.messages.explanation import explain
from pixxel_explorer.plugin.messages.wording import Action
from pixxel_explorer.plugin.sld.reader import RefusalCode, SldRefused, read_legend, read_styles
from pixxel_explorer.plugin.sld.renderers import StyleNotDrawable

from .test_explanation import PROGRAMMER

UNKNOWN = "cannot be drawn as it is meant"
SYMBOLIZER = "<UserStyle><Rule><RasterSymbolizer>{}</RasterSymbolizer></Rule></UserStyle>"
MAP = SYMBOLIZER.format("<ColorMap>{}</ColorMap>")
ENTRY = MAP.format('<ColorMapEntry color="#000000" quantity="1"/><ColorMapEntry {}/>')


def noted(document: str) -> str:
    """Return what is said of a document that is refused."""
    with pytest.raises(SldRefused) as refusal:
        read_styles(document)
    return explain(refusal.value).text


def is_one_sentence(text: str) -> bool:
    return text.endswith(".") and not re.search(r"\.\s", text) and "\n" not in text


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{}", ["no style document"]),
        ("<UserStyle><Rule></UserStyle>", ["line 1"]),
        ("<!DOCTYPE html><html><body/></html>", ["web page"]),
        ('<!DOCTYPE a [<!ENTITY b "c">]><UserStyle>&b;</UserStyle>', ["DOCTYPE"]),
        (" " * (16 * 1024 * 1024 + 1), ["16 MB"]),
        ("<kml/>", ["kml", "RasterSymbolizer"]),
        (SYMBOLIZER.format('<VendorOption name="inclusion">legendOnly</VendorOption>'), ["legend only"]),
        (MAP.format(""), ["ColorMap", "no entries"]),
        (MAP.format("<Recode/>"), ["Recode", "Categorize"]),
        (ENTRY.format('color="no colour" quantity="2"'), ["“no colour”", "ColorMapEntry 2", "#1a9641"]),
        (ENTRY.format('quantity="2"'), ["missing", "ColorMapEntry 2"]),
        (ENTRY.format('color="#ffffff" quantity="many"'), ["“many”", "ColorMapEntry 2"]),
        (ENTRY.format('color="#ffffff"'), ["missing", "ColorMapEntry 2"]),
        (ENTRY.format('color="#ffffff" quantity="2" opacity="half"'), ["“half”", "between 0 and 1"]),
        (ENTRY.format('color="#ffffff" quantity="INF"'), ["ColorMapEntry 2", "infinite"]),
        (ENTRY.format('color="#ffffff" quantity="${a}"'), ["ColorMapEntry 2", "expression"]),
        (MAP.format("<Categorize><Threshold>1</Threshold></Categorize>"), ["Categorize", "do not fit"]),
    ],
)
def test_a_refusal_names_its_place_and_what_to_do(document: str, words: list[str]) -> None:
    text = noted(document)
    assert [word for word in words if word not in text] == []
    assert is_one_sentence(text)
    assert not PROGRAMMER.search(text)


@pytest.mark.parametrize("inside", ["", "<ChannelSelection><RedChannel/></ChannelSelection>"])
def test_a_style_without_classes_is_reported_where_classes_are_needed(inside: str) -> None:
    with pytest.raises(SldRefused) as refusal:
        read_legend(SYMBOLIZER.format(inside))
    text = explain(refusal.value).text
    assert "classes" in text
    assert is_one_sentence(text)


@pytest.mark.parametrize("code", RefusalCode)
@pytest.mark.parametrize(("place", "detail"), [("ColorMapEntry 3", "x"), ("ColorMapEntry 3", ""), ("", "")])
def test_every_reason_has_a_sentence_of_its_own(code: RefusalCode, place: str, detail: str) -> None:
    message = explain(SldRefused(code, place, detail))
    known = place or code is not RefusalCode.NO_SYMBOLIZER
    assert (UNKNOWN in message.text) is not bool(known)
    assert is_one_sentence(message.text)
    assert len(message.text.split()) >= 5
    assert not PROGRAMMER.search(message.text)
    assert message.action is Action.NONE
    assert code.value in message.details


def test_an_unsupported_text_is_quoted_short_and_harmless() -> None:
    text = noted(ENTRY.format(f'color="{{0}}&lt;b&gt;{"x" * 500}\ny" quantity="2"'))
    assert len(text) < 200
    assert "“0bxxx" in text
    assert "…”" in text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StyleNotDrawable("band", "7"), "“7”"),
        (StyleNotDrawable("band"), "ChannelSelection"),
        (StyleNotDrawable("picture"), "finished colours"),
        (StyleNotDrawable("renderer", "hillshade"), "hillshade"),
        (StyleNotDrawable("renderer", "contour"), "contour lines"),
        (StyleNotDrawable("renderer", "singlebandcolordata"), "finished colours"),
        (StyleNotDrawable("renderer", "anotherone"), "QGIS's own"),
        (StyleNotDrawable("empty"), "without any class"),
    ],
)
def test_what_does_not_go_together_is_reported(error: StyleNotDrawable, words: str) -> None:
    text = explain(error).text
    assert words in text
    assert is_one_sentence(text)
    assert not PROGRAMMER.search(text)
    assert "anotherone" not in text
