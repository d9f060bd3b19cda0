"""Makes the PNG files of a browser smaller: a palette of 256 colours instead of true colour. Only the standard library; take.py uses it."""

import collections
import struct
import zlib


def chunks(data):
    at = 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        yield kind, data[at + 8:at + 8 + size]
        at += 12 + size


def rows_of(width, height, channels, packed):
    """The rows without PNG's filters."""
    raw, line, before = zlib.decompress(packed), width * channels, bytes(width * channels)
    for y in range(height):
        start = y * (line + 1)
        row, how = bytearray(raw[start + 1:start + 1 + line]), raw[start]
        for x in range(line) if how else ():
            left, up = row[x - channels] if x >= channels else 0, before[x]
            if how == 1:
                row[x] = (row[x] + left) & 255
            elif how == 2:
                row[x] = (row[x] + up) & 255
            elif how == 3:
                row[x] = (row[x] + (left + up) // 2) & 255
            else:
                corner = before[x - channels] if x >= channels else 0
                toward = left + up - corner
                row[x] = (row[x] + min((left, up, corner), key=lambda one: abs(toward - one))) & 255
        yield bytes(row)
        before = row


def smaller(path):
    data = path.read_bytes()
    header = next(body for kind, body in chunks(data) if kind == b"IHDR")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if depth != 8 or colour not in (2, 6) or interlaced:
        return  # a palette already
    channels = 3 if colour == 2 else 4
    rows = [[row[at:at + 3] for at in range(0, len(row), channels)] for row in rows_of(width, height, channels, b"".join(body for kind, body in chunks(data) if kind == b"IDAT"))]
    counted = collections.Counter(pixel for row in rows for pixel in row)
    palette = [pixel for pixel, _ in counted.most_common(256)]
    place = {pixel: at for at, pixel in enumerate(palette)}
    for pixel in counted:
        if pixel not in place:
            place[pixel] = min(range(len(palette)), key=lambda at: sum((a - b) ** 2 for a, b in zip(palette[at], pixel)))
    body = b"".join(b"\0" + bytes(place[pixel] for pixel in row) for row in rows)
    with open(path, "wb") as out:
        out.write(data[:8])
        for kind, content in ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(body, 9)), (b"IEND", b"")):
            out.write(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content)))
