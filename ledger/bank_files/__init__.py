"""What a file of a bank says, before anything is known of the person whose it is. Pure: no database, no clock."""
