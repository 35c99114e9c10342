"""The picture that an authenticator app reads."""

import base64

import qrcode
from allauth.mfa.adapter import get_adapter
from qrcode.image.svg import SvgPathImage


def drawn(staff, secret: str) -> str:
    """A data address of an SVG: black on white, in whichever theme."""
    address = get_adapter().build_totp_url(staff, secret)
    picture = qrcode.make(address, image_factory=SvgPathImage, box_size=12).to_string()
    return f"data:image/svg+xml;base64,{base64.b64encode(picture).decode()}"
