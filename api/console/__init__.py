"""The operators' console: server-rendered pages in Chinese that work without JavaScript."""
