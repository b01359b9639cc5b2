"""How well the phrases tell fraud from ordinary talk, measured on written dialogues."""
