"""A mail server that keeps what it receives, and misbehaves when asked to."""
