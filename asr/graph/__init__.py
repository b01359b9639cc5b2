"""The static decoding graph of a speech model, made once from its parts."""
