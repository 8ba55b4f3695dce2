"""Whatever is not drawn is told with its place."""

from __future__ import annotations

import pytest

from plugin.sld.reader import read_styles

MAP = '<ColorMap><ColorMapEntry color="#000000" quantity="0"/><ColorMapEntry color="#ffffff" quantity="1"/></ColorMap>'
NORMALIZE = '<Normalize><VendorOption name="minValue">1</VendorOption></Normalize>'


def warnings(inside: str = MAP, frame: str = "") -> tuple[str, ...]:
    rule = f"<Rule><RasterSymbolizer>{inside}</RasterSymbolizer></Rule>"
    (style,) = read_styles(f"<UserStyle>{frame}<FeatureTypeStyle>{rule}</FeatureTypeStyle></UserStyle>")
    return style.warnings


@pytest.mark.parametrize(
    ("inside", "noted"),
    [
        (NORMALIZE + MAP, "RasterSymbolizer: Normalize is not known"),
        ("<BaseSymbolizer/>" + MAP, "RasterSymbolizer: BaseSymbolizer is not known"),
        (MAP + MAP, "RasterSymbolizer: of several ColorMap only the first is drawn."),
        ("<Opacity>1</Opacity><Opacity>0</Opacity>" + MAP, "RasterSymbolizer: of several Opacity only the first"),
        ("<ChannelSelection><AlphaChannel/></ChannelSelection>" + MAP, "ChannelSelection: AlphaChannel is not known"),
        ("<ContrastEnhancement><Sharpen/></ContrastEnhancement>" + MAP, "ContrastEnhancement: Sharpen is not known"),
        (MAP.replace("</", "<Categorize/></"), "ColorMap: Categorize is left out beside the colours"),
        (MAP.replace("</", "<Legend/></"), "ColorMap: Legend is left out beside the colours"),
        (
            "<ColorMap><Categorize><Value>#ff0000</Value><Stop/></Categorize><Interpolate/></ColorMap>",
            "Categorize: Stop is not known",
        ),
        (
            "<ColorMap><Categorize><Value>#ff0000</Value></Categorize><Interpolate/></ColorMap>",
            "ColorMap: Interpolate is left out beside the colours",
        ),
        (
            "<ColorMap><Categorize><LookupValue>OSTIA/error</LookupValue><Value>#ff0000</Value></Categorize></ColorMap>",
            "Categorize: it looks up OSTIA/error; the values of the band are drawn.",
        ),
        (
            "<ColorMap><Interpolate><LookupValue><Function name='f'/></LookupValue>"
            "<InterpolationPoint><Data>1</Data><Value>#ff0000</Value></InterpolationPoint></Interpolate></ColorMap>",
            "Interpolate: it looks up Function;",
        ),
        (MAP + '<VendorOption name="x">1</VendorOption>', "VendorOption: the options x are one vendor's"),
    ],
)
def test_what_is_not_read_is_reported(inside: str, noted: str) -> None:
    assert any(warning.startswith(noted) for warning in warnings(inside))


@pytest.mark.parametrize(
    ("frame", "noted"),
    [
        ("<Background><CssParameter name='fill'>#ff0000</CssParameter></Background>", "UserStyle: its background"),
        ("<VendorOption name='composite'>multiply</VendorOption>", "VendorOption: the options composite are"),
    ],
)
def test_what_the_frame_asks_for_is_reported(frame: str, noted: str) -> None:
    assert any(warning.startswith(noted) for warning in warnings(frame=frame))


def test_a_plain_style_is_not_spoken_of() -> None:
    about = "<Name>a</Name><Description><Title>b</Title></Description><Geometry><Opacity>0</Opacity></Geometry>"
    assert warnings(about + "<OverlapBehavior><AVERAGE/></OverlapBehavior><Opacity>1</Opacity>" + MAP) == ()


def test_the_rasters_own_values_are_not_spoken_of() -> None:
    text = "<ColorMap><Categorize><LookupValue>Rasterdata</LookupValue><Value>#ff0000</Value></Categorize></ColorMap>"
    assert warnings(text) == ()


def test_the_options_of_a_contrast_are_its_own() -> None:
    assert not any(
        "VendorOption" in warning for warning in warnings(f"<ContrastEnhancement>{NORMALIZE}</ContrastEnhancement>")
    )


def test_a_long_name_is_reported_in_part() -> None:
    (warning,) = warnings(MAP + f"<{'N' * 5000}/>")
    assert len(warning) < 120
