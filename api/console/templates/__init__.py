"""The templates of the console's pages (Jinja2, escaped)."""
