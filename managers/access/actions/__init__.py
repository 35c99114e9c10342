"""Everything that changes at the door: attempts, sessions, factors, tokens."""
