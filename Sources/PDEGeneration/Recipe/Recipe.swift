import PDEConfig
import PDECore
import PDEData
import PDESolvers

/// What to generate: the contents of a file in `datasets/`, with all defaults filled in.
///
/// A recipe and a sample's number determine the sample to the last bit, together with the seed, which is part of it.
public struct Recipe: Hashable, Sendable {
    /// The dataset's name, which its files carry.
    public let name: String
    /// One line for the reader.
    public let title: String
    /// The equation and its coefficients.
    public let equation: EquationRecipe
    /// Length of the periodic box along every axis.
    public let length: Double
    /// Points along every axis on which the solver works.
    public let resolution: Int
    /// The initial states.
    public let initial: InitialRecipe
    /// What is stored.
    public let frames: FrameRecipe
    /// How time is stepped.
    public let solver: SolverRecipe
    /// How many samples, and of which split.
    public let samples: SampleCounts
    /// When a sample is refused and drawn again.
    public let health: HealthLimits
    /// The seed of all random numbers.
    public let seed: UInt64

    /// What is stored of a trajectory.
    public struct FrameRecipe: Hashable, Sendable {
        /// Number of frames, the initial state included.
        public let count: Int
        /// Time between two frames.
        public let interval: Double
        /// Points along every axis that are stored: every k-th point of the solver's grid.
        public let resolution: Int
    }

    /// How time is stepped.
    public struct SolverRecipe: Hashable, Sendable {
        /// Order of the exponential Runge–Kutta method, 2 or 4.
        public let method: ExponentialRungeKutta
        /// The precision of the computation. Data are always stored in single precision.
        public let precision: Precision
        /// The CFL number that sets the step at the start of each frame; nil if the step is fixed.
        public let courant: Double?
        /// A fixed step, or with a CFL number the longest one; nil if there is no bound.
        public let step: Double?
        /// The first step of a graded start, for rough initial states; nil for even steps.
        public let firstStep: Double?

        /// The rule for the number of steps.
        public var control: StepControl {
            switch (courant, step) {
            case (let courant?, let step): .courant(courant, longest: step ?? .infinity)
            case (nil, let step): .fixed(step!)
            }
        }
    }

    /// A floating-point type.
    public enum Precision: String, Codable, CaseIterable, Sendable {
        case float, double
    }

    /// How many samples each split has. Numbers 0… go to test, then valid, then train, so that a larger training set leaves
    /// the others as they are.
    public struct SampleCounts: Hashable, Sendable {
        /// Samples of each split.
        public let train, valid, test: Int
        /// Samples in a shard; nil picks about 16 MiB.
        public let perShard: Int?
        /// The one sample to make, by its number; nil makes all.
        public let only: Int?
    }

    /// What a sample must satisfy.
    public struct HealthLimits: Hashable, Sendable {
        /// Largest CFL number of any step; nil if there is no bound. A fixed step has none unless the recipe gives one: where
        /// viscosity damps the short waves, far longer steps are accurate, and the energy budget tells.
        public let courant: Double?
        /// Largest error of the energy budget, relative to the energy that is there and that comes and goes.
        public let energyBalance: Double
        /// Largest share of the energy in the highest tenth of the wavenumbers that are kept.
        public let spectralTail: Double
        /// How often a sample is drawn before it is given up.
        public let attempts: Int
    }

    /// The grid on which the solver works.
    public var grid: Grid { .periodic(dimensions: equation.dimensions, count: resolution, length: length) }

    /// Points of the solver's grid between two stored ones.
    public var stride: Int { resolution / frames.resolution }
}
