#!/usr/bin/env bash
# Uses the library from a package of its own by `import PDEKit` alone: the program that the README shows, and one with kinds of its own
# (a network, an optimiser, a loss, an equation, a preconditioner, a training problem, a stepper, a file each).
# Usage: import_pdekit.sh ROOT
set -eu
root=$(realpath "$1")
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
mkdir -p "$top/Sources/decay" "$top/Sources/outside"
cat > "$top/Package.swift" <<PACKAGE
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "user",
    dependencies: [.package(name: "PDEKit", path: "$root")],
    targets: [
        .executableTarget(name: "decay", dependencies: [.product(name: "PDEKit", package: "PDEKit")]),
        .executableTarget(name: "outside", dependencies: [.product(name: "PDEKit", package: "PDEKit")]),
    ]
)
PACKAGE
awk '/^```swift/ { inside = 1; next } /^```/ { inside = 0 } inside' "$root/README.md" > "$top/Sources/decay/main.swift"
cp "$root"/Tests/OutsidePackage/*.swift "$top/Sources/outside/"
! grep -l '^import PDE[A-JL-Z]' "$top"/Sources/outside/*.swift || { echo "a file imports more than PDEKit" >&2; exit 1; }
# As a first build is: for debugging.
swift build --package-path "$top"
"$top/.build/debug/decay" | tee "$top/out"
grep -q 'energy' "$top/out"
mkdir "$top/made"
"$top/.build/debug/outside" "$top/made"
for kind in Network Optimizer Loss Equation Preconditioner Problem Stepper; do
    printf '%-15s 1 file, %3s lines\n' "$kind" "$(grep -c . "$root/Tests/OutsidePackage/Own$kind.swift")"
done
