"""Registry: the kinds of letter that this app's features write."""
