"""Files as texts, so that they can be sealed like any other value (security 16)."""

import base64
import zlib


def pack(content: bytes) -> str:
    """The content, compressed, as a text for an `EncryptedField`."""
    return base64.b64encode(zlib.compress(content)).decode()


def unpack(text: str) -> bytes:
    """The content that was packed."""
    return zlib.decompress(base64.b64decode(text))
