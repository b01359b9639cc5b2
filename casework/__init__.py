"""Casework: alerts, warnings, attempts, cases and deadlines as pure values over ports."""
