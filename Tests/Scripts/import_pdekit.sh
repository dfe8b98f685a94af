#!/usr/bin/env bash
# Uses the library from a package of its own: `import PDEKit` in a user's program, built and run.
# Usage: import_pdekit.sh ROOT
set -eu
root=$(realpath "$1")
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
mkdir -p "$top/Sources/decay"
cat > "$top/Package.swift" <<PACKAGE
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "decay",
    dependencies: [.package(name: "PDEKit", path: "$root")],
    targets: [.executableTarget(name: "decay", dependencies: [.product(name: "PDEKit", package: "PDEKit")])]
)
PACKAGE
# The program is the one that the README shows.
awk '/^```swift/ { inside = 1; next } /^```/ { inside = 0 } inside' "$root/README.md" > "$top/Sources/decay/main.swift"
# As a first build is: for debugging.
swift build --package-path "$top"
(cd "$top" && .build/debug/decay) | tee "$top/out"
grep -q 'energy' "$top/out"
test -s "$top/runs/small/report.html"
