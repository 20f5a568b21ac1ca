"""What is made of pictures, by a process of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from community.media import decoding
from community.media.decoding import DecoderDied, Refused, decode
from community.media.purposes import AVATAR, BANNER, CONTENT, EMOJI
from tests.pictures import HTML, SVG, animation, bomb, file_of, halves, noted, opened, photo, picture

RED, BLUE = (254, 0, 0), (0, 0, 254)


def near(colour: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 30 for one, other in zip(colour[:3], wanted, strict=True))


def test_an_avatar_is_the_middle_of_the_picture_as_two_squares() -> None:
    made = decode(file_of(halves(600, 300)), AVATAR)
    assert {name: opened(file).size for name, file in made.files.items()} == {"256": (256, 256), "64": (64, 64)}
    shown = opened(made.files["256"])
    assert shown.format == "WEBP"
    assert near(shown.getpixel((20, 128)), RED) and near(shown.getpixel((236, 128)), BLUE)
    assert (made.width, made.height) == (600, 300)
    assert made.size == sum(one["bytes"] for one in made.variants.values())


def test_a_banner_is_a_strip_in_three_widths() -> None:
    made = decode(picture(2000, 1500), BANNER)
    assert {name: opened(file).size for name, file in made.files.items()} == {
        "1920": (1920, 600), "1280": (1280, 400), "640": (640, 200)}  # fmt: skip


def test_small_pictures_are_not_blown_up() -> None:
    assert opened(decode(picture(100, 100), AVATAR).files["256"]).size == (100, 100)
    assert opened(decode(picture(320, 320), BANNER).files["1920"]).size == (320, 100)
    assert opened(decode(picture(700, 100), CONTENT).files["1280"]).size == (700, 100)


def test_content_keeps_its_shape() -> None:
    made = decode(picture(3000, 1000), CONTENT)
    assert [opened(made.files[name]).size for name in ("1920", "1280", "640")] == [(1920, 640), (1280, 427), (640, 213)]


def test_a_turned_photo_stands_upright_and_tells_nothing_of_its_place() -> None:
    sent = photo(orientation=6)
    assert b"Secretphone" in sent and b"secret comment" in sent
    made = decode(sent, CONTENT)
    shown = opened(made.files["640"])
    assert (made.width, made.height) == shown.size == (200, 300)
    assert near(shown.getpixel((100, 20)), RED) and near(shown.getpixel((100, 280)), BLUE)
    for file in made.files.values():
        assert not opened(file).getexif() and not {"exif", "xmp", "icc_profile", "comment"} & set(opened(file).info)
        assert b"Secretphone" not in file and b"secret" not in file and b"EXIF" not in file


def test_texts_in_a_picture_are_dropped() -> None:
    made = decode(noted("written by nobody"), AVATAR)
    assert all(b"nobody" not in file for file in made.files.values())


@pytest.mark.parametrize("image", [
    halves().convert("CMYK"), halves().convert("L"), halves().convert("YCbCr")], ids=["cmyk", "grey", "ycbcr"])
def test_photos_of_every_colour_space_become_plain_colours(image: Image.Image) -> None:
    shown = opened(decode(file_of(image, "JPEG"), AVATAR).files["64"])
    assert shown.mode == "RGB"
    if image.mode != "L":
        assert near(shown.getpixel((8, 32)), RED)


@pytest.mark.parametrize("image", [
    halves().convert("P"), halves().convert("1"), Image.new("I;16", (300, 200), 40_000), Image.new("LA", (300, 200), (90, 9)),
    Image.new("RGBA", (300, 200), (9, 90, 9, 0))], ids=["palette", "one bit", "16 bits", "grey alpha", "alpha"])
def test_drawings_of_every_depth_are_taken(image: Image.Image) -> None:
    shown = opened(decode(file_of(image), AVATAR).files["64"])
    assert shown.size == (64, 64)
    if image.mode == "I;16":
        assert near(shown.getpixel((32, 32)), (156, 156, 156))
    if image.mode == "RGBA":
        assert shown.mode == "RGBA" and shown.getpixel((32, 32))[3] == 0


def test_a_colour_profile_is_applied_and_a_broken_one_left_aside() -> None:
    for profile in (ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), b"no profile"):
        made = decode(file_of(halves(), "JPEG", icc_profile=profile), AVATAR)
        assert near(opened(made.files["64"]).getpixel((8, 32)), RED)


def test_an_emoji_may_move_and_an_avatar_stands_still() -> None:
    for kind in ("GIF", "WEBP"):
        assert getattr(opened(decode(animation(5, kind), EMOJI).files["64"]), "n_frames", 1) == 5
    assert getattr(opened(decode(animation(5, "WEBP"), AVATAR).files["64"]), "n_frames", 1) == 1


def test_an_animation_has_a_hundred_frames_at_most() -> None:
    assert getattr(opened(decode(animation(100), EMOJI).files["64"]), "n_frames", 1) == 100
    with pytest.raises(Refused, match="more than 100 frames"):
        decode(animation(101), EMOJI)


def test_a_bomb_does_not_go_off() -> None:
    content = bomb()
    assert len(content) < 300_000
    with pytest.raises(Refused, match="too many pixels"):
        decode(content, CONTENT)


@pytest.mark.parametrize("content", [
    photo()[:1500], picture(900, 900)[:700], file_of(halves(), "WEBP")[:60], animation(5)[:60]],
    ids=["jpeg", "png", "webp", "gif"])
def test_a_damaged_picture_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Refused, match=r"damaged or incomplete|not a picture"):
        decode(content, CONTENT)


@pytest.mark.parametrize("content", [HTML, SVG, b"", b"%!PS-Adobe-3.0 EPSF-3.0", file_of(halves(), "TIFF"), file_of(halves(), "BMP")],
                         ids=["html", "svg", "nothing", "postscript", "tiff", "bitmap"])
def test_other_formats_are_not_even_tried(content: bytes) -> None:
    with pytest.raises(Refused, match="not a picture"):
        decode(content, CONTENT)


def test_of_a_picture_with_a_page_behind_it_only_the_picture_is_left() -> None:
    for kind in ("JPEG", "PNG", "GIF"):
        made = decode(file_of(halves(), kind) + HTML, CONTENT)
        assert all(b"script" not in file for file in made.files.values())


def test_the_preview_is_tiny_and_blurred() -> None:
    made = decode(photo(), CONTENT)
    assert made.preview.startswith("data:image/webp;base64,")
    assert len(made.preview) < 400


def test_a_decoder_that_is_killed_is_told_from_a_bad_picture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import sys; sys.stdin.buffer.read(); sys.stdin.close(); import time; time.sleep(60)")
    monkeypatch.setattr(decoding, "PROGRAM", slow)
    begin = subprocess.Popen.__init__

    def begin_and_kill(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        self.kill()

    monkeypatch.setattr(subprocess.Popen, "__init__", begin_and_kill)
    with pytest.raises(DecoderDied, match="SIGKILL"):
        decode(picture(), AVATAR)


def test_a_decoder_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text("import time\ntime.sleep(60)")
    monkeypatch.setattr(decoding, "PROGRAM", endless)
    monkeypatch.setattr(decoding, "SECONDS", 0.2)
    with pytest.raises(DecoderDied, match="took longer"):
        decode(picture(), AVATAR)


def test_the_decoder_knows_no_secrets_and_has_little_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    telling = tmp_path / "telling.py"
    source = decoding.PROGRAM.read_text()
    body = 'print(json.dumps({"refused": f"{sorted(os.environ)} {resource.getrlimit(resource.RLIMIT_AS)[0] >> 20}"}))'
    telling.write_text(source.partition("if __name__")[0] + f"\nimport os\nconfine()\n{body}\n")
    monkeypatch.setattr(decoding, "PROGRAM", telling)
    monkeypatch.setenv("SECRET_KEY", "not for the decoder")
    with pytest.raises(Refused) as told:
        decode(picture(), AVATAR)
    assert "SECRET_KEY" not in str(told.value) and str(told.value).endswith(" 1024")
