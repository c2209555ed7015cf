"""People: how they come in, what proves who they are, and what keeps others out."""
