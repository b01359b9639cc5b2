"""What a worker and its controller say to each other over their Unix socket."""
