import PDEConfig

extension ConfigurationError: ExitCodeProviding {
    /// A recipe or an experiment that cannot run is bad data.
    package var exitCode: ExitCode { .badData }
}
