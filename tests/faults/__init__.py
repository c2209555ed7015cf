"""Faults of the upstreams, alone and mixed: what is stored stays, what is asked for is answered, all heals by itself."""
