"""Photos for Salama's file store: what is stripped, turned, shrunk and refused."""

import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from intake.images import MAX_SIDE, ImageFault, ImageRefused, Prepared, prepare

PLACE = b"Namaponda-secret-place"
RED, BLUE = (220, 20, 20), (20, 20, 220)


def exif(orientation: int = 1) -> Image.Exif:
    """Camera notes with a place in them."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010E] = PLACE.decode()
    notes.get_ifd(0x8825).update({1: "S", 2: (16.0, 14.0, 20.0), 3: "E", 4: (39.0, 54.0, 31.0)})
    return notes


def two_colours(width: int = 80, height: int = 40) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture that does not compress."""
    return Image.merge(mode, [Image.effect_noise((width, height), 90) for _ in mode])


def saved(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    target = BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def opened(prepared: Prepared) -> Image.Image:
    picture = Image.open(BytesIO(prepared.content))
    picture.load()
    return picture


def is_near(pixel: object, colour: tuple[int, int, int]) -> bool:
    return isinstance(pixel, tuple) and all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=False))


def fault_of(content: bytes, content_type: str = "image/jpeg", max_bytes: int = 5_000_000) -> ImageFault:
    with pytest.raises(ImageRefused) as refused:
        prepare(content, content_type, max_bytes=max_bytes)
    assert refused.value.content_type == content_type
    return refused.value.fault


@pytest.mark.parametrize(("kind", "expected"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/jpeg")])
def test_a_photo_loses_its_place_and_every_other_note(kind: str, expected: str) -> None:
    notes = {"exif": exif(), "xmp": b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"}
    content = saved(two_colours(), kind, **notes)
    assert PLACE in content
    prepared = prepare(content, "image/any")
    assert prepared.content_type == expected
    assert PLACE not in prepared.content
    assert not opened(prepared).getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(opened(prepared).info)


def test_comments_and_texts_within_the_file_are_lost_too() -> None:
    texts = PngInfo()
    texts.add_text("Location", PLACE.decode())
    assert PLACE not in prepare(saved(two_colours(), "PNG", pnginfo=texts), "image/png").content
    assert PLACE not in prepare(saved(two_colours(), "JPEG", comment=PLACE), "image/jpeg").content
    assert PLACE not in prepare(saved(two_colours(), "JPEG", icc_profile=PLACE * 9), "image/jpeg").content


def test_bytes_hung_on_behind_the_picture_are_lost() -> None:
    assert PLACE not in prepare(saved(two_colours()) + PLACE, "image/jpeg").content


# Where red is to be found once the camera's note was followed: the point as a share of width and height.
@pytest.mark.parametrize(
    ("orientation", "red", "blue"),
    [
        (1, (0.25, 0.5), (0.75, 0.5)),
        (2, (0.75, 0.5), (0.25, 0.5)),
        (3, (0.75, 0.5), (0.25, 0.5)),
        (4, (0.25, 0.5), (0.75, 0.5)),
        (5, (0.5, 0.25), (0.5, 0.75)),
        (6, (0.5, 0.25), (0.5, 0.75)),
        (7, (0.5, 0.75), (0.5, 0.25)),
        (8, (0.5, 0.75), (0.5, 0.25)),
        (99, (0.25, 0.5), (0.75, 0.5)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_stands_upright(
    kind: str, orientation: int, red: tuple[float, float], blue: tuple[float, float]
) -> None:
    picture = opened(prepare(saved(two_colours(), kind, exif=exif(orientation)), "image/any"))
    assert picture.size == ((40, 80) if orientation in {5, 6, 7, 8} else (80, 40))
    for (x, y), colour in ((red, RED), (blue, BLUE)):
        assert is_near(picture.getpixel((int(x * picture.width), int(y * picture.height))), colour)


def test_a_large_photo_is_shrunk_and_keeps_its_shape() -> None:
    prepared = prepare(saved(two_colours(4400, 2200), quality=50), "image/jpeg")
    assert opened(prepared).size == (MAX_SIDE, MAX_SIDE // 2)
    assert prepared.suffix == ".jpg"


def test_a_photo_of_the_largest_side_is_not_shrunk() -> None:
    assert opened(prepare(saved(two_colours(MAX_SIDE, 100)), "image/jpeg")).size == (MAX_SIDE, 100)


@pytest.mark.parametrize("limit", [150_000, 30_000, 5_000])
def test_a_photo_is_made_to_fit(limit: int) -> None:
    prepared = prepare(saved(noise(640, 480), quality=95), "image/jpeg", max_bytes=limit)
    assert len(prepared.content) <= limit
    assert opened(prepared).format == "JPEG"


def test_a_screenshot_stays_png_while_it_fits_and_becomes_jpeg_when_not() -> None:
    content = saved(noise(400, 300), "PNG")
    assert prepare(content, "image/png").suffix == ".png"
    smaller = prepare(content, "image/png", max_bytes=len(content) // 2)
    assert (smaller.content_type, smaller.suffix) == ("image/jpeg", ".jpg")


def test_a_png_that_must_be_shrunk_becomes_jpeg() -> None:
    prepared = prepare(saved(two_colours(100, 2 * MAX_SIDE), "PNG"), "image/png")
    assert prepared.content_type == "image/jpeg"
    assert opened(prepared).size == (50, MAX_SIDE)


def test_what_is_transparent_becomes_white_in_a_jpeg() -> None:
    clear = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    assert is_near(opened(prepare(saved(clear, "WEBP"), "image/webp")).getpixel((5, 5)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    picture = Image.new(mode, (30, 20), 40_000 if mode == "I;16" else None)
    prepared = prepare(saved(picture, "PNG"), "image/png")
    assert opened(prepared).size == (30, 20)
    if mode == "I;16":
        assert opened(prepared).getpixel((3, 3)) == 40_000 // 256


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg_is_read(mode: str) -> None:
    assert opened(prepare(saved(Image.new(mode, (30, 20))), "image/jpeg")).size == (30, 20)


def test_the_first_picture_of_a_moving_sticker_is_taken() -> None:
    content = saved(two_colours(), "WEBP", save_all=True, append_images=[Image.new("RGB", (80, 40), BLUE)])
    assert is_near(opened(prepare(content, "image/webp")).getpixel((10, 20)), RED)


def test_a_document_passes_untouched() -> None:
    content = b"%PDF-1.7\n" + PLACE
    assert prepare(content, "application/pdf") == Prepared(content, "application/pdf", ".pdf")
    assert fault_of(content, "application/pdf", max_bytes=8) is ImageFault.TOO_LARGE


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "image/heic"),
        (saved(two_colours(), "GIF"), "image/gif"),
        (saved(two_colours(), "BMP"), "image/jpeg"),
        (b"<svg onload='x'/>", "image/svg+xml"),
        (b"OggS\x00\x02", "audio/ogg"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"not a pdf", "application/pdf"),
    ],
)
def test_other_types_are_refused_whatever_they_say_they_are(content: bytes, content_type: str) -> None:
    assert fault_of(content, content_type) is ImageFault.UNSUPPORTED


def test_an_empty_file_is_refused() -> None:
    assert fault_of(b"") is ImageFault.EMPTY


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7])
def test_half_a_file_is_refused(kind: str, share: float) -> None:
    content = saved(noise(200, 150), kind)
    assert fault_of(content[: max(13, int(len(content) * share))]) is ImageFault.DAMAGED


def test_a_small_file_with_many_pixels_is_refused_before_it_is_unpacked() -> None:
    bomb = bytearray(saved(Image.new("1", (8, 8)), "PNG"))
    bomb[16:24] = (60_000).to_bytes(4) * 2
    bomb[29:33] = b"\x00" * 4
    assert fault_of(with_checksum(bytes(bomb)), "image/png") is ImageFault.TOO_MANY_PIXELS
    photo = bytearray(saved(two_colours()))
    at = photo.index(b"\xff\xc0")
    photo[at + 5 : at + 9] = (60_000).to_bytes(2) * 2
    assert fault_of(bytes(photo)) is ImageFault.TOO_MANY_PIXELS


def with_checksum(png: bytes) -> bytes:
    """A PNG whose first chunk has the checksum of its changed content."""
    return png[:29] + zlib.crc32(png[12:29]).to_bytes(4) + png[33:]


@pytest.mark.parametrize(
    "head",
    [
        b"VP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\x3f\x00\xff\x3f\x00",
        b"VP8L\x0a\x00\x00\x00\x2f\xff\xff\xff\x0f",
        b"VP8 \x0a\x00\x00\x00\x10\x00\x00\x9d\x01\x2a\xff\x3f\xff\x3f",
    ],
)
def test_a_large_sticker_is_refused_before_its_decoder_is_made(head: bytes) -> None:
    assert fault_of(b"RIFF\x40\x00\x00\x00WEBP" + head, "image/webp") is ImageFault.TOO_MANY_PIXELS


def test_a_photo_that_cannot_be_made_small_enough_is_refused() -> None:
    assert fault_of(saved(noise(300, 300)), max_bytes=50) is ImageFault.TOO_LARGE


def outcome(content: bytes) -> Prepared | None:
    """The file prepared, or None when it was refused."""
    try:
        return prepare(content, "image/any", max_bytes=100_000)
    except ImageRefused:
        return None


WHOLE = {kind: saved(noise(24, 16), kind, exif=exif(6)) for kind in ("JPEG", "PNG", "WEBP")}
STARTS = st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\x00\x00\x00WEBP"])


@given(st.sampled_from(sorted(WHOLE)), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=6))
def test_a_damaged_file_is_prepared_or_refused_and_nothing_else(kind: str, wounds: list[tuple[int, int]]) -> None:
    content = bytearray(WHOLE[kind])
    for place, value in wounds:
        content[place % len(content)] = value
    prepared = outcome(bytes(content))
    if prepared:
        assert max(opened(prepared).size) <= MAX_SIDE
        assert PLACE not in prepared.content


@given(STARTS, st.binary(max_size=200))
def test_any_bytes_are_prepared_or_refused(start: bytes, content: bytes) -> None:
    prepared = outcome(start + content)
    assert prepared is None or prepared.suffix == ".pdf" or opened(prepared).format in {"JPEG", "PNG"}
