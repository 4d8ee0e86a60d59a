"""Plugins that are written on the spot."""

from tests.plugins.modules import write as write
