"""What a CSV file says, before anything is known of the person whose it is. Pure: no database, no clock."""
