"""Makes a photo fit for Salama's file store: no metadata, upright, JPEG or PNG, small enough; PDF passes untouched.

The bytes decide what a file is, never what its sender declared. Pixels are copied into a new picture, so nothing else
(place, camera, comments, embedded profiles) survives.
Source: complaints API contract, section 18.2 (types and size; webp, gif and heic are refused there).
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

MAX_BYTES = 5 * 1024 * 1024
MAX_SIDE = 2048
MAX_PIXELS = 40_000_000
"""Of a JPEG, which is decoded at a fraction of its size."""
MAX_PIXELS_WHOLE = 9_000_000
"""Of a PNG or WebP, which is decoded whole: about 20 bytes a pixel for a moment."""
_SMALLEST_SIDE = 64
_QUALITIES = (90, 80, 70, 60)
_JPEG, _PNG, _WEBP, _PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"WEBP", b"%PDF-"
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What the decoders raise on damaged or hostile files.
_DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Warning,  # where the interpreter turns warnings into errors
)


class ImageFault(StrEnum):
    """Why a file cannot go to the file store."""

    EMPTY = "empty"
    UNSUPPORTED = "unsupported"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_LARGE = "too_large"


_SENTENCES = {
    ImageFault.EMPTY: "the file is empty",
    ImageFault.UNSUPPORTED: "Salama's file store takes no file of this type",
    ImageFault.DAMAGED: "the image is damaged or incomplete",
    ImageFault.TOO_MANY_PIXELS: "the image has too many pixels",
    ImageFault.TOO_LARGE: "the file is too large for Salama's file store",
}


class ImageRefused(ValueError):
    """A file that cannot be prepared; `fault` says why, `content_type` is what its sender declared."""

    def __init__(self, fault: ImageFault, content_type: str) -> None:
        """Keep the fault; its sentence becomes the message."""
        super().__init__(_SENTENCES[fault])
        self.fault = fault
        self.content_type = content_type


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file for the file store: its bytes, its true type, and the suffix its name must have (".jpg")."""

    content: bytes
    content_type: str
    suffix: str


def prepare(content: bytes, content_type: str, *, max_bytes: int = MAX_BYTES) -> Prepared:
    """The file as Salama's file store takes it: at most `max_bytes`, at most 2048 pixels a side, no metadata.

    A PNG of that size stays PNG (screenshots stay sharp), every other picture becomes JPEG. Raises ImageRefused.
    """
    if not content:
        raise ImageRefused(ImageFault.EMPTY, content_type)
    if content.startswith(_PDF):
        if len(content) > max_bytes:
            raise ImageRefused(ImageFault.TOO_LARGE, content_type)
        return Prepared(content, "application/pdf", ".pdf")
    try:
        picture = _decoded(content, content_type)
    except ImageRefused:
        raise
    except _DECODER_ERRORS as error:
        raise ImageRefused(ImageFault.DAMAGED, content_type) from error
    for prepared in _encodings(picture, is_png=_is_small_png(content)):
        if len(prepared.content) <= max_bytes:
            return prepared
    raise ImageRefused(ImageFault.TOO_LARGE, content_type)


def _decoded(content: bytes, content_type: str) -> Image.Image:
    """The picture alone, upright, in L, RGB or RGBA, at most MAX_SIDE a side."""
    most = MAX_PIXELS if content.startswith(_JPEG) else MAX_PIXELS_WHOLE
    if content[8:12] == _WEBP and _pixels(*_webp_size(content)) > most:
        # The decoder takes memory for the whole canvas as soon as it is made.
        raise ImageRefused(ImageFault.TOO_MANY_PIXELS, content_type)
    with _opened(content, content_type) as source:
        if _pixels(*source.size) > most:
            raise ImageRefused(ImageFault.TOO_MANY_PIXELS, content_type)
        turn = _TURNS.get(_orientation(source))
        source.draft(None, (MAX_SIDE, MAX_SIDE))
        source.load()
        picture = _plain(source)
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    return picture.transpose(turn) if turn is not None else picture


def _opened(content: bytes, content_type: str) -> ImageFile:
    """The decoder for the bytes' own type: no others are tried, unlike in Image.open."""
    if content.startswith(_JPEG):
        return JpegImageFile(BytesIO(content))
    if content.startswith(_PNG):
        return PngImageFile(BytesIO(content))
    if content.startswith(b"RIFF") and content[8:12] == _WEBP:
        return WebPImageFile(BytesIO(content))
    raise ImageRefused(ImageFault.UNSUPPORTED, content_type)


def _webp_size(content: bytes) -> tuple[int, int]:
    """Width and height in the header of a WebP file; (0, 0) for a header that the decoder will refuse."""
    kind, head = content[12:16], content[:30].ljust(30, b"\0")
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF
    return 0, 0


def _is_small_png(content: bytes) -> bool:
    """Whether it is a PNG that needs no shrinking; its width and height stand in the header."""
    sides = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    return content.startswith(_PNG) and max(sides) <= MAX_SIDE


def _pixels(width: int, height: int) -> int:
    return width * height


def _orientation(source: Image.Image) -> int:
    """The camera's note on which side is up; 1 (as it is) where the note cannot be read."""
    try:
        return int(source.getexif().get(_ORIENTATION, 1))
    except _DECODER_ERRORS:
        return 1


def _plain(source: Image.Image) -> Image.Image:
    """A copy of the pixels in L, RGB or RGBA, without anything that was attached to them."""
    if source.mode.startswith("I"):
        # 16 bits a pixel: the upper eight are what a screen shows.
        source = source.convert("I").point(lambda value: value / 256).convert("L")
    has_alpha = source.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in source.info
    mode = "RGBA" if has_alpha else "L" if source.mode in {"1", "L"} else "RGB"
    pixels = source if source.mode == mode else source.convert(mode)
    plain = Image.new(mode, pixels.size)
    plain.paste(pixels)
    return plain


def _encodings(picture: Image.Image, *, is_png: bool) -> Iterator[Prepared]:
    """The picture in ever fewer bytes: as PNG if it was one, then as JPEG of falling quality, then smaller."""
    if is_png:
        yield Prepared(_saved(picture, "PNG"), "image/png", ".png")
    opaque = _on_white(picture)
    for quality in _QUALITIES:
        yield _jpeg(opaque, quality)
    while max(opaque.size) > _SMALLEST_SIDE:
        opaque = opaque.resize(
            (max(1, opaque.width * 3 // 4), max(1, opaque.height * 3 // 4)), Image.Resampling.LANCZOS
        )
        yield _jpeg(opaque, _QUALITIES[-1])


def _jpeg(picture: Image.Image, quality: int) -> Prepared:
    return Prepared(_saved(picture, "JPEG", quality=quality, optimize=True), "image/jpeg", ".jpg")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _saved(picture: Image.Image, kind: str, **options: int) -> bytes:
    target = BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()
