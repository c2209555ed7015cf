"""Tests in a real browser: what a person does on the pages of log-in, from end to end."""
