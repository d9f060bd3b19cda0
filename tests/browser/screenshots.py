"""A picture of every page in every way, and a page to look through them."""

import html

WAYS = [(width, "light", locale) for locale in ("en", "de", "ja") for width in ("1440", "390")] + [("1440", "dark", "en")]


def take(found, out, run):
    out.mkdir(parents=True, exist_ok=True)
    failed = 0
    for width, scheme, locale in WAYS:
        failed |= run(width, scheme, locale, "screenshot")
    (out / "index.html").write_text(sheet(found, out))
    print(f"{len(list(out.glob('*.png')))} pictures; look through them in {out / 'index.html'}")
    return failed


def sheet(found, out):
    """One row for each page, one picture for each way."""
    rows = []
    for one in found:
        cells = []
        for width, scheme, locale in WAYS:
            name = f"{one['name']}-{width}-{locale}{'-dark' if scheme == 'dark' else ''}.png"
            if (out / name).exists():
                cells.append(f'<a href="{name}"><img loading="lazy" src="{name}" alt="{width} px, {locale}, {scheme}" width="{420 if width == "1440" else 160}"></a>')
        rows.append(f'<h2 id="{one["name"]}">{one["name"]} <small>{html.escape(one["address"])}</small></h2><p>{"".join(cells)}</p>')
    return ('<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title><style>body{font:14px sans-serif;margin:16px}img{border:1px solid #ccc;margin:4px;vertical-align:top}'
            'p{white-space:nowrap;overflow-x:auto}small{font-weight:normal;color:#555}</style>' + "".join(rows) + "</html>")
