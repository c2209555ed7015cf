"""Mail waits in the database until it is sent, so that a request neither waits for a mail server nor loses anything."""
