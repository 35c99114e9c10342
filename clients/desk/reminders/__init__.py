"""Mails beside the morning digest: before a timed call, at the end of the day, to the heads."""
