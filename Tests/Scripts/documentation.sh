#!/usr/bin/env bash
# Builds the documentation as a static site, without warnings. Needs the built commands, which write the reference of keys.
# Usage: documentation.sh FOLDER        the site begins at FOLDER/documentation/pdekit/index.html
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mkdir -p "$1" && realpath "$1")
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
catalogue=$stage/PDEKit.docc
cp -r "$root/Sources/PDEKit/PDEKit.docc" "$catalogue"
cp "$root"/datasets/*.png "$root"/experiments/*.png "$catalogue"
"$root/.build/release/pdegen" keys --json | python3 "$root/Tests/Scripts/key_pages.py" \
    "Keys of recipes" "Every key that a recipe can have, with what it takes, its default and an example." > "$catalogue/RecipeKeys.md"
"$root/.build/release/pdetrain" keys --json | python3 "$root/Tests/Scripts/key_pages.py" \
    "Keys of experiments" "Every key that an experiment can have, with what it takes, its default and an example." > "$catalogue/ExperimentKeys.md"
docc=$(command -v docc || printf '%s/docc' "$(dirname "$(readlink -f "$(command -v swift)")")")
"$docc" convert "$catalogue" --fallback-display-name PDEKit --fallback-bundle-identifier PDEKit --warnings-as-errors \
    --transform-for-static-hosting --output-path "$folder"
