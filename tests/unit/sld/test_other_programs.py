"""Style documents with the small faults of other programs: read where the meaning is clear, with a warning."""

from __future__ import annotations

from pathlib import Path

import pytest
from pixxel_explorer.plugin.sld.reader import RefusalCode, SldRefused, read, read_styles

ENTRIES = (
    '<{0}ColorMapEntry color="#d7191c" quantity="-1" label="low"/>'
    '<{0}ColorMapEntry color="#1a9641" quantity="1" label="high"/>'
)
QUANTITIES = [-1, 1]


def _document(prefix: str, root: str = "StyledLayerDescriptor", declared: str = "") -> str:
    entries = ENTRIES.format(prefix)
    return (
        f"<{root}{declared}><RasterSymbolizer><{prefix}ColorMap>{entries}</{prefix}ColorMap>"
        f"</RasterSymbolizer></{root}>"
    )


def _quantities(document: str | bytes) -> list[float | None]:
    return [entry.minimum for entry in read(document).legend.classes]


@pytest.mark.parametrize(
    "document",
    [
        _document("sld:"),
        _document("sld:", "sld:StyledLayerDescriptor"),
        _document("sld:", "ogc:StyledLayerDescriptor", ' xmlns:ogc="http://www.opengis.net/ogc" xlink:href="a>b"'),
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- a: <b> -->\n' + _document("se:"),
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n' + _document("se:"),
        "\ufeff" + _document("sld:"),
    ],
)
@pytest.mark.parametrize("encoding", [None, "utf-8", "utf-16"])
def test_a_prefix_that_is_not_declared_is_read_with_a_warning(document: str, encoding: str | None) -> None:
    given = document if encoding is None else document.encode(encoding)
    if encoding == "utf-16":
        given = document.lstrip("\ufeff").replace("ISO-8859-1", "UTF-16").replace("UTF-8", "UTF-16").encode("utf-16")
    assert _quantities(given) == QUANTITIES
    (warning,) = read(given).warnings
    assert " not declared; elements are read by their names" in warning


def test_the_warning_names_the_prefixes_that_nothing_declares() -> None:
    inner = _document("sld:").replace("<RasterSymbolizer>", '<RasterSymbolizer xmlns:se="x"><se:Opacity>1</se:Opacity>')
    (warning,) = read(inner).warnings
    assert "the prefix sld is not declared" in warning


def test_letters_and_prefixes_may_both_be_wrong() -> None:
    document = _document("sld:").replace("low", "Gew\u00e4sser").encode("cp1252")
    assert read(document).legend.classes[0].label == "Gew\u00e4sser"
    assert len(read(document).warnings) == 2


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<!DOCTYPE a [<!ENTITY x 'y'>]>" + _document("sld:"), RefusalCode.DOCTYPE),
        (_document("sld:").replace("</sld:ColorMap>", ""), RefusalCode.NOT_XML),
        (_document("sld:").replace("ColorMap>", "ColorMap>&x;"), RefusalCode.NOT_XML),
        ("".join(f"<p{n}:a>" for n in range(100)) + _document("sld:"), RefusalCode.NOT_XML),
        ("sld:a", RefusalCode.NOT_XML),
    ],
)
def test_an_undeclared_prefix_opens_no_hole(document: str, code: RefusalCode) -> None:
    with pytest.raises(SldRefused) as caught:
        read_styles(document)
    assert caught.value.code is code


def _with_nan(colour: str, kind: str = "ramp", quantity: str = "NaN") -> str:
    nan = f'<ColorMapEntry {colour} quantity="{quantity}" label="null"/>'
    return (
        f'<StyledLayerDescriptor><RasterSymbolizer><ColorMap type="{kind}">{nan}{ENTRIES.format("")}</ColorMap>'
        "</RasterSymbolizer></StyledLayerDescriptor>"
    )


@pytest.mark.parametrize("kind", ["ramp", "values", "intervals"])
@pytest.mark.parametrize("colour", ['color="#ffffff" opacity="0"', 'color="#00ffffff"'])
@pytest.mark.parametrize("quantity", ["NaN", "nan", " NAN "])
def test_a_transparent_entry_for_nan_is_left_out_with_a_warning(kind: str, colour: str, quantity: str) -> None:
    style = read(_with_nan(colour, kind, quantity))
    assert [entry.label for entry in style.legend.classes] == ["low", "high"]
    assert any(warning.startswith("ColorMapEntry 1: it is transparent") for warning in style.warnings)


def test_a_visible_entry_for_nan_is_refused_by_name() -> None:
    with pytest.raises(SldRefused) as caught:
        read(_with_nan('color="#ffffff"'))
    assert (caught.value.code, caught.value.place, caught.value.detail) == (
        RefusalCode.QUANTITY,
        "ColorMapEntry 1",
        "NaN",
    )


@pytest.mark.parametrize(("name", "words"), [("undeclared_prefix.sld", "sld"), ("nan_entry.sld", "NaN")])
def test_the_inputs_that_failed_once(shared: Path, name: str, words: str) -> None:
    style = read((shared / "cases/sld" / name).read_bytes())
    assert [entry.minimum for entry in style.legend.classes] == [-1, 0, 1]
    assert any(words in warning for warning in style.warnings)


def test_several_prefixes_that_nothing_declares_are_named_in_the_plural() -> None:
    inner = _document("sld:").replace("<RasterSymbolizer>", "<RasterSymbolizer><se:Opacity>1</se:Opacity>")
    assert "<se:" in inner
    (warning,) = read(inner).warnings
    assert "the prefixes se, sld are not declared" in warning
