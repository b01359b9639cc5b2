"""How many live streams a speech server holds: recorded calls played to it in real time."""
