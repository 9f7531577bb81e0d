"""Stands on each stored row: which app and which rules made it."""

from scoring.rules import VERSION

APP = "0.3.0"
RULES = VERSION
