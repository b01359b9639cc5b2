"""The node controller: judges calls, listens to them, alerts, and places warning calls."""
