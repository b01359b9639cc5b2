"""A test phone: real SIP and real sound, following a script; for demos, tests and trunk trials."""
