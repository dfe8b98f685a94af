// swift-tools-version: 6.1
import PackageDescription

/// One row of the table in the picture of the house in the documentation: a target and what it may import.
func house(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies)
}

let package = Package(
    name: "PDEKit",
    products: [
        .library(name: "PDEKit", targets: ["PDEKit"]),
        .executable(name: "pdegen", targets: ["pdegen"]),
        .executable(name: "pdetrain", targets: ["pdetrain"]),
        .executable(name: "pdeeval", targets: ["pdeeval"]),
    ],
    targets: [
        .systemLibrary(name: "CFFTW", pkgConfig: "fftw3", providers: [.apt(["libfftw3-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CKernels", exclude: ["tiles.inc"], linkerSettings: [.linkedLibrary("m")]),

        house("PDECore", ["CFFTW", "COpenBLAS", "CKernels"]),
        house("PDEConfig"),
        house("PDEGeometry", ["PDECore"]),
        house("PDESolvers", ["PDEGeometry", "PDECore", "PDEConfig"]),
        house("PDETensor", ["PDECore"]),
        house("PDEOperators", ["PDETensor", "PDEConfig"]),
        house("PDEData", ["PDECore", "PDEConfig", "CHDF5", "CZlib"]),
        house("PDEPlot", ["PDECore", "CZlib"]),
        house("PDEGeneration", ["PDESolvers", "PDEData", "PDEPlot"]),
        house("PDETraining", ["PDEOperators", "PDEData", "PDEPlot"]),
        house("PDEEvaluation", ["PDEData", "PDEPlot"]),
        house("PDEHybrids", ["PDESolvers", "PDEOperators", "PDETraining"]),
        house("PDEStudies", ["PDEGeneration", "PDEHybrids"]),
        house("PDEComparisons", ["PDEStudies", "PDEEvaluation"]),
        house("PDECommand", ["PDEStudies"]),
        house(
            "PDEKit",
            [
                "PDECore", "PDEConfig", "PDEGeometry", "PDESolvers", "PDETensor", "PDEOperators", "PDEData", "PDEPlot",
                "PDEGeneration", "PDETraining", "PDEEvaluation", "PDEHybrids", "PDEStudies", "PDEComparisons",
            ]),
        .executableTarget(name: "pdegen", dependencies: ["PDECommand"]),
        .executableTarget(name: "pdetrain", dependencies: ["PDECommand"]),
        .executableTarget(name: "pdeeval", dependencies: ["PDECommand", "PDEComparisons"]),

        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .testTarget(name: "PDECoreTests", dependencies: ["PDECore", "CAllocationCounter"]),
        .testTarget(name: "PDEConfigTests", dependencies: ["PDEConfig"]),
        .testTarget(name: "PDEGeometryTests", dependencies: ["PDEGeometry"]),
        .testTarget(name: "PDESolversTests", dependencies: ["PDESolvers", "CAllocationCounter"]),
        .testTarget(name: "PDEDataTests", dependencies: ["PDEData", "CHDF5", "CAllocationCounter"]),
        .testTarget(name: "PDEPlotTests", dependencies: ["PDEPlot"]),
        .testTarget(name: "PDEGenerationTests", dependencies: ["PDEGeneration"]),
        .testTarget(name: "PDETensorTests", dependencies: ["PDETensor", "CAllocationCounter"]),
        .testTarget(name: "PDEOperatorsTests", dependencies: ["PDEOperators", "CAllocationCounter"]),
        .testTarget(
            name: "PDETrainingTests", dependencies: ["PDETraining", "PDEGeneration", "CAllocationCounter"]),
        .testTarget(name: "PDEEvaluationTests", dependencies: ["PDEEvaluation", "CAllocationCounter"]),
        .testTarget(name: "PDEHybridsTests", dependencies: ["PDEHybrids", "CAllocationCounter"]),
        .testTarget(
            name: "PDEStudiesTests", dependencies: ["PDEStudies", "PDEComparisons", "pdegen", "pdetrain", "pdeeval"]),
        .testTarget(
            name: "PDECommandTests", dependencies: ["PDECommand", "PDEComparisons", "pdegen", "pdetrain", "pdeeval"]),
        .testTarget(name: "HouseTests"),
    ],
    swiftLanguageModes: [.v6]
)
