"""What ./start and ./test are made of: the standard library only, for it makes the rest.

`screenshots` alone needs that rest, and nothing here needs it.
"""
