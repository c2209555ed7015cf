"""Numbers of other people's software, to hold ours against."""
