"""Everything that is a person's as one documented file, and back: each app says which of its tables belong to it."""
