"""Everything that brings files into the book: by command in `importing`, by people in `runs`.

`working` is what a worker does, `mappings` what people keep.
"""
