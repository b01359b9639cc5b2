"""The words all rooms share: numbers, errors, scam types, verdicts, outcomes, evidence, messages."""
