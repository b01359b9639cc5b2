"""The demonstration: a whole service on loopback, two phones, one call, and what became of it."""
