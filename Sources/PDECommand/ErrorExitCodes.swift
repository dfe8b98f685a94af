import Glibc
import PDEConfig
import PDEData
import PDEGeneration
import PDEGeometry
import PDEStudies
import PDETraining

extension ConfigurationError: ExitCodeProviding {
    /// A recipe or an experiment that cannot run is bad data.
    package var exitCode: ExitCode { .badData }
}

extension DataError: ExitCodeProviding {
    /// What the operating system refused tells whether something is missing, may not be made, or failed on the way.
    package var exitCode: ExitCode {
        switch self {
        case .file(_, _, _, ENOENT): .noInput
        case .file(_, _, _, let code):
            [EACCES, EPERM, EROFS, EEXIST, ENOTDIR, ENAMETOOLONG, ELOOP].contains(code) ? .cannotCreate : .inputOutput
        case .occupied, .vanished: .cannotCreate
        // HDF5 works on bytes in memory or in files that were opened: what it refuses is what they hold.
        case .hdf5, .description, .sample, .corrupt, .splits: .badData
        }
    }
}

extension GenerationError: ExitCodeProviding {
    /// A recipe whose samples all fail is bad data, as are samples that no solver takes; a recipe that is too large for the
    /// machine cannot be made here.
    package var exitCode: ExitCode {
        switch self {
        case .hopeless, .coefficient: .badData
        case .memory: .cannotCreate
        }
    }
}

extension ImportError: ExitCodeProviding {
    /// An import that does not fit its source is bad data.
    package var exitCode: ExitCode { .badData }
}

extension GeometryError: ExitCodeProviding {
    /// Obstacles that cannot be placed, or not be used for a flow, are bad data.
    package var exitCode: ExitCode { .badData }
}

extension TrainingError: ExitCodeProviding {
    /// Folders that cannot be used are something that cannot be created; all else is bad data.
    package var exitCode: ExitCode {
        switch self {
        case .occupied: .cannotCreate
        case .diverged, .dataChanged, .checkpoint, .grid, .data, .memory, .check: .badData
        case .interrupted: .interrupted
        }
    }
}

extension StudyError: ExitCodeProviding {
    /// What is not there is no input; what does not go together is bad data.
    package var exitCode: ExitCode {
        switch self {
        case .noFile, .unreadable, .noDataset, .noNetwork, .noRun: .noInput
        case .noVariant, .noNumber, .blownUp, .part: .usage
        case .occupied: .cannotCreate
        case .interrupted: .interrupted
        case .file, .noOrigin, .oneFolder, .severalRuns, .noNetworkYet, .noFrames, .notOfSolvers, .alone, .noNumbers,
            .differentModels, .differentData, .noSplit, .noSample, .manifest:
            .badData
        }
    }
}
