"""The front door: command line, settings, logging, wiring of every process, doctor."""
