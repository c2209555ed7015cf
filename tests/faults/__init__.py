"""Faults of the upstreams, alone and mixed: what is stored stays, readers are answered, and all heals by itself."""
