"""Audio to text: speech models, the recogniser, its server and the client that others use."""
