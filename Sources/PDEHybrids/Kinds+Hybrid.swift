import PDEConfig

extension Kinds {
    /// What recipes and experiments can name beside what generation and training know themselves.
    public static var hybrid: Kinds {
        Kinds([
            GaussianProcessSolverTask.self, ConjugateDirectionTask.self, LandauScoreTask.self,
            LandauGlobalTask.self, LearnedPreconditioner.self,
        ])
    }
}
