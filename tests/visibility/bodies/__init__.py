"""The body of each request, by the name of its address and its method; no line, no body."""

from tests.visibility.bodies import desk, files, work

BODIES = files.BODIES | work.BODIES | desk.BODIES
