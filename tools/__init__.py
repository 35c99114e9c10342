"""What ./start and ./test are made of: the standard library only, for it makes the rest."""
