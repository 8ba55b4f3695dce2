"""Run inside QGIS by ``make run``: open the dock on the sample data."""

from qgis.utils import plugins

plugins["pixxel_explorer"].open_sample_data()
