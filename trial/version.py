"""Stands on each stored row: which app and which rules made it."""

APP = "0.1.0"
RULES = "2026.1"
