@_exported import PDEConfig
@_exported import PDECore
@_exported import PDEData
@_exported import PDEGeneration
@_exported import PDEGeometry
@_exported import PDEPlot
@_exported import PDESolvers
