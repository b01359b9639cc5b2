"""Imports into number lists: reading a file of any make, and planning what it changes."""
