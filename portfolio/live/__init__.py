"""Prices of now: what is watched, when it is stale, and how the providers are asked without tiring them."""
