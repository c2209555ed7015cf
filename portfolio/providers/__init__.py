"""Where prices come from: one class for each provider, behind one protocol."""
