"""Number lists: how numbers are written, and what is known about them."""
