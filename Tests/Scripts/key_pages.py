#!/usr/bin/env python3
"""Writes the reference of every key as an article, from what a command prints of them.

Usage: COMMAND keys --json | key_pages.py TITLE ABSTRACT > ARTICLE.md
"""
import json
import sys


def cell(text):
    return (text or "").replace("|", "\\|").replace("\n", " ")


def code(text):
    return f"`{cell(text)}`" if text else ""


def page(title, abstract, sections):
    yield f"# {title}\n\n{abstract}\n\n## Overview\n"
    yield "`--set KEY=VALUE` sets any key, an element of a list by its place: `KEY.0`. Where a default says nothing, a key that is left out means"
    yield "nothing; **bold** keys must be there.\n"
    for section in sections:
        heading = f"`{section['address']}`" if section["address"] else "The file itself"
        yield f"## {heading}\n"
        if section.get("meaning"):
            yield section["meaning"] + ".\n"
        if not section["entries"]:
            yield "No keys of its own.\n"
            continue
        yield "| key | | takes | default | example |\n|---|---|---|---|---|"
        for entry in section["entries"]:
            name = f"**`{entry['name']}`**" if entry["isRequired"] else f"`{entry['name']}`"
            meaning = cell(entry.get("meaning"))
            if entry["contexts"]:
                meaning += f" (with {', '.join(entry['contexts'])})"
            standard, example = entry.get("standard"), entry.get("example")
            default = code(standard) if entry.get("follows") is None else f"as {code(entry['follows'])}" if entry["follows"] else "by other keys"
            yield f"| {name} | {meaning} | {cell(entry['takes'])} | {default} | {code(example if example != standard else None)} |"
        yield ""


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print("\n".join(page(sys.argv[1], sys.argv[2], json.load(sys.stdin))))
