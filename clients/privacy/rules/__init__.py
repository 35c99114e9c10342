"""What law keeps, and who asks and answers about a client's data."""
