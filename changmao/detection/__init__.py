"""Measuring how well fraud is told from ordinary talk: on all cores, on recordings, in tables and plots."""
