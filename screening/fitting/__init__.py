"""Fitting phrase weights and the risk model to calls whose label is known."""
