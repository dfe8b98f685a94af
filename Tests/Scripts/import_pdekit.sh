#!/usr/bin/env bash
# Uses the library from a package of its own by `import PDEKit` alone, as a version: the package that the documentation shows, against a
# tag, for debugging and for release, with the programs that its articles show, and one with kinds of its own (a network, an optimiser, a
# loss, an equation, a preconditioner, a training problem, a stepper, a file each).
# Usage: import_pdekit.sh ROOT
set -euo pipefail
root=$(realpath "$1")
articles=$root/Sources/PDEKit/PDEKit.docc
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
mkdir -p "$top/Sources/outside" "$top/made" "$top/kinds"
# A version is a tag of what is committed.
version=$(sed -n 's/.*pdekit = "\(.*\)"/\1/p' "$root/Sources/PDECore/LibraryVersions.swift")
git clone --quiet "$root" "$top/PDEKit"
git -C "$top/PDEKit" tag --force "$version"
# Swift blocks of a file: those that follow the line `<!-- package -->`, or all others.
blocks() {
    awk -v wanted="$1" '/^<!-- package -->$/ { next_one = 1 } /^```swift$/ { inside = next_one == wanted; next_one = 0; next }
        /^```/ { inside = 0 } inside' "$2"
}
programs=(outside)
for article in $(grep -l '^```swift$' "$articles"/*.md); do
    name=$(basename "$article" .md)
    programs+=("$name")
    mkdir "$top/Sources/$name"
    blocks 0 "$article" > "$top/Sources/$name/main.swift"
done
# The article's own manifest, with a target for each program.
blocks 1 "$articles/FromSwift.md" | sed "s|file:///path/to/PDEKit|file://$top/PDEKit|" | awk -v names="${programs[*]}" '
    /executableTarget\(name: "mine"/ { n = split(names, each, " "); for (i = 1; i <= n; i++) { line = $0; sub("mine", each[i], line); print line "," }; next }
    { print }' > "$top/Package.swift"
grep -q "from: \"$version\"" "$top/Package.swift" || { echo "the documentation's package asks for another version than $version" >&2; exit 1; }
cp "$root"/Tests/OutsidePackage/*.swift "$top/Sources/outside/"
! grep -l '^import PDE[A-JL-Z]' "$top"/Sources/outside/*.swift || { echo "a file imports more than PDEKit" >&2; exit 1; }
for configuration in debug release; do
    swift build --package-path "$top" -c "$configuration"
    (
        cd "$(mktemp -d -p "$top/made")"
        for name in "${programs[@]:1}"; do "$top/.build/$configuration/$name" | tee -a out; done
        grep -q 'energy' out
        "$top/.build/$configuration/outside" "$(mktemp -d -p "$top/kinds")"
    )
done
for kind in Network Optimizer Loss Equation Preconditioner Problem Stepper; do
    printf '%-15s 1 file, %3s lines\n' "$kind" "$(grep -c . "$root/Tests/OutsidePackage/Own$kind.swift")"
done
