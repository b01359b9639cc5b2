"""SIP and media: telephony workers, the node controller that leads them, and a test phone."""
