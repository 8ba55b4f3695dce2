"""Which parameters have a list to choose from: the one table, by name."""

from __future__ import annotations

from typing import NamedTuple

from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameterString

from ...catalog.choice_list import ChoiceList


class Offer(NamedTuple):
    """A list, the parameters whose values it is within, and whether several of it may be chosen."""

    kind: ChoiceList
    within: tuple[str, ...] = ()
    several: bool = False


OFFERS: dict[str, Offer] = {
    "PROJECT": Offer(ChoiceList.PROJECTS),
    "AOI": Offer(ChoiceList.AOIS),
    "SATELLITE": Offer(ChoiceList.SATELLITES),
    "SATELLITES": Offer(ChoiceList.SATELLITES, several=True),
    "INDEX": Offer(ChoiceList.INDICES),
    "COLORMAP": Offer(ChoiceList.COLOUR_MAPS),
    "PROVIDER": Offer(ChoiceList.PROVIDERS),
    "ASSETS": Offer(ChoiceList.ASSETS, ("AOI",), several=True),
    "VISUALIZATION": Offer(ChoiceList.VISUALIZATIONS, ("AOI",)),
    "DATES": Offer(ChoiceList.DATES, ("AOI", "VISUALIZATION"), several=True),
}


def offer_list(definition: QgsProcessingParameterDefinition, chooser: type | None) -> None:
    """Let a parameter of text be filled in from the list for its name; scripts give its text as before.

    Args:
        chooser: as ``Access.chooser``.
    """
    offer = OFFERS.get(definition.name())
    if offer is None or chooser is None or not isinstance(definition, QgsProcessingParameterString):
        return
    widget = {"class": chooser, "kind": str(offer.kind), "within": list(offer.within), "several": offer.several}
    definition.setMetadata({**definition.metadata(), "widget_wrapper": widget})
