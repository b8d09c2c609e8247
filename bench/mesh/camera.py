"""A synthetic camera and two microphones, one with somebody who speaks: files that Chromium takes for devices."""

from __future__ import annotations

import math
import wave
from array import array
from collections.abc import Iterator, Sequence
from functools import reduce
from pathlib import Path
from random import Random

import av

WIDTH, HEIGHT, RATE, SECONDS = 1280, 720, 30, 3
HEAD = 448
SMALL_WIDTH, SMALL_HEIGHT = 320, 180
SEED = 4
#: Of sound, in a second.
SAMPLES = 48_000


def film(path: Path, *, step: int = 1) -> None:
    """Somebody before a wall: a textured shape that moves, over one that does not, with the noise of a sensor (YUV4MPEG2).
    ``step``: one of so many pictures."""
    random = Random(SEED)
    wall, head = _picture(random), _picture(random)
    noise = [_number(bytes(value & 3 for value in random.randbytes(WIDTH * HEIGHT))) for _ in range(5)]
    with path.open("wb") as file:
        file.write(_header(WIDTH, HEIGHT, RATE // step))
        for number, (x, y) in list(enumerate(_sway()))[::step]:
            luma, *chroma = [_over(*planes, x, y) for planes in zip(wall, head, strict=True)]
            noisy = _number(luma) + noise[number % len(noise)]
            file.write(b"FRAME\n" + _bytes(noisy, len(luma)) + b"".join(chroma))


def shrink(film: Path, path: Path, *, step: int = 1) -> None:
    """The same film from a smaller and slower camera."""
    with av.open(str(film)) as large, path.open("wb") as file:
        file.write(_header(SMALL_WIDTH, SMALL_HEIGHT, RATE // step))
        for frame in large.decode(video=0):
            small = frame.reformat(SMALL_WIDTH, SMALL_HEIGHT, "yuv420p", interpolation="AREA")
            file.write(b"FRAME\n" + b"".join(map(bytes, small.planes)))


def silence(path: Path) -> None:
    _sound(path, [0] * SAMPLES)


def voice(path: Path) -> None:
    """Continuous speech: a buzz whose pitch and loudness rise and fall four times a second, like syllables."""
    seconds = [number / SAMPLES for number in range(SAMPLES)]
    _sound(path, [round(12_000 * _syllable(at) * _buzz(at)) for at in seconds])


def _syllable(at: float) -> float:
    return (1.2 - math.cos(8 * math.pi * at)) / 2.2


def _buzz(at: float) -> float:
    turns = 130 * at + 2 * math.sin(8 * math.pi * at)
    return sum(math.sin(2 * math.pi * turns * harmonic) / harmonic for harmonic in range(1, 12)) / 3


def _sound(path: Path, samples: Sequence[int]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLES)
        file.writeframes(array("h", samples).tobytes())


def _header(width: int, height: int, rate: int) -> bytes:
    return f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode()


def _sway() -> Iterator[tuple[int, int]]:
    """Where the moving shape is, in each frame; the last leads to the first."""
    for number in range(RATE * SECONDS):
        angle = 2 * math.pi * number / (RATE * SECONDS)
        yield 416 + 2 * round(90 * math.sin(angle)), 200 + 2 * round(25 * math.sin(2 * angle))


def _picture(random: Random) -> list[bytes]:
    """Luma and both chroma planes: the spectrum of natural pictures, half the contrast with each octave."""
    return [_texture(random, WIDTH, HEIGHT), *(_texture(random, WIDTH // 2, HEIGHT // 2) for _ in range(2))]


def _texture(random: Random, width: int, height: int) -> bytes:
    octaves = [_number(_octave(random, 4 << step, width, height, 120 >> step)) for step in range(7)]
    return _bytes(reduce(int.__add__, octaves), width * height)


def _octave(random: Random, columns: int, width: int, height: int, contrast: int) -> bytes:
    """Noise of this many columns, made larger without edges; values up to ``contrast``."""
    frame = av.VideoFrame(columns, columns * 9 // 16, "gray")
    scale = bytes(value * contrast // 255 for value in range(256))
    frame.planes[0].update(random.randbytes(frame.planes[0].buffer_size).translate(scale))
    return bytes(frame.reformat(width, height, "gray", interpolation="BILINEAR").planes[0])


def _over(wall: bytes, head: bytes, x: int, y: int) -> bytes:
    """The middle of ``head``, in the shape of a circle, at this place of ``wall``; both are planes of one size."""
    step = 1 if len(wall) == WIDTH * HEIGHT else 2
    width, size = WIDTH // step, HEAD // step
    plane = bytearray(wall)
    for row in range(size):
        half = math.isqrt((size // 2) ** 2 - (row - size // 2) ** 2)
        place, source = (y // step + row) * width + x // step + size // 2, row * width + width // 2
        plane[place - half : place + half] = head[source - half : source + half]
    return bytes(plane)


def _number(plane: bytes) -> int:
    """All samples as one number: then a sum of planes is one addition, as long as no sample overflows."""
    return int.from_bytes(plane, "little")


def _bytes(number: int, length: int) -> bytes:
    return number.to_bytes(length, "little")
