#!/usr/bin/env bash
# Uses the library from a package of its own by `import PDEKit` alone: the programs that the README and the documentation's articles
# show, and one with kinds of its own (a network, an optimiser, a loss, an equation, a preconditioner, a training problem, a stepper, a
# file each).
# Usage: import_pdekit.sh ROOT
set -eu
root=$(realpath "$1")
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
mkdir -p "$top/Sources/outside" "$top/made" "$top/kinds"
# A program of the Swift blocks of each article, the README among them.
programs=()
for article in $(grep -l '^```swift$' "$root/README.md" "$root"/Sources/PDEKit/PDEKit.docc/*.md); do
    name=$(basename "$article" .md)
    programs+=("$name")
    mkdir "$top/Sources/$name"
    awk '/^```swift/ { inside = 1; next } /^```/ { inside = 0 } inside' "$article" > "$top/Sources/$name/main.swift"
done
targets=$(printf '        .executableTarget(name: "%s", dependencies: [.product(name: "PDEKit", package: "PDEKit")]),\n' "${programs[@]}" outside)
cat > "$top/Package.swift" <<PACKAGE
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "user",
    dependencies: [.package(name: "PDEKit", path: "$root")],
    targets: [
$targets
    ]
)
PACKAGE
cp "$root"/Tests/OutsidePackage/*.swift "$top/Sources/outside/"
! grep -l '^import PDE[A-JL-Z]' "$top"/Sources/outside/*.swift || { echo "a file imports more than PDEKit" >&2; exit 1; }
# As a first build is: for debugging.
swift build --package-path "$top"
cd "$top/made"
for name in "${programs[@]}"; do "$top/.build/debug/$name" | tee -a "$top/out"; done
grep -q 'energy' "$top/out"
"$top/.build/debug/outside" "$top/kinds"
for kind in Network Optimizer Loss Equation Preconditioner Problem Stepper; do
    printf '%-15s 1 file, %3s lines\n' "$kind" "$(grep -c . "$root/Tests/OutsidePackage/Own$kind.swift")"
done
