/// What batch systems and MPI launchers tell a process of its place among others.
struct LauncherVariables {
    /// A place among processes.
    struct Place {
        /// From 0.
        let index: Int
        /// Nil if nothing says how many there are.
        let count: Int?
        /// The variable that gave the place.
        let name: String
    }

    /// The variables of one batch system's job arrays. What it does not say is nil.
    private struct ArrayVariables {
        let task: String
        var first, last, step, count: String?
        /// The first task where no variable says it.
        var origin = 0
    }

    private static let arrays = [
        ArrayVariables(
            task: "SLURM_ARRAY_TASK_ID", first: "SLURM_ARRAY_TASK_MIN", last: "SLURM_ARRAY_TASK_MAX",
            step: "SLURM_ARRAY_TASK_STEP", count: "SLURM_ARRAY_TASK_COUNT"),
        // PBS Professional, then Torque.
        ArrayVariables(task: "PBS_ARRAY_INDEX"),
        ArrayVariables(task: "PBS_ARRAYID"),
        ArrayVariables(
            task: "SGE_TASK_ID", first: "SGE_TASK_FIRST", last: "SGE_TASK_LAST", step: "SGE_TASK_STEPSIZE"),
        ArrayVariables(task: "LSB_JOBINDEX", last: "LSB_JOBINDEX_END", step: "LSB_JOBINDEX_STEP", origin: 1),
    ]

    /// Ranks and sizes: Open MPI; MPICH, Intel MPI and others that speak PMI.
    private static let ranks = [("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE")]
    /// Ranks without a size: PMIx and HPE's launcher.
    private static let lonelyRanks = ["PMIX_RANK", "PALS_RANKID"]
    private static let wayOut = "give --shard I/N to say which part to make"

    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    /// The place in a job array; nil outside of one.
    func array() throws(StudyError) -> Place? {
        for variables in Self.arrays {
            guard let task = try number(variables.task) else { continue }
            // LSF numbers array tasks from 1 and gives 0 to jobs that are none.
            if variables.task == "LSB_JOBINDEX", task == 0 { continue }
            let first = try number(variables.first) ?? variables.origin
            let step = max(1, try number(variables.step) ?? 1)
            let last = try number(variables.last)
            if let name = variables.last, let last, task > last { throw Self.misfit(variables.task, task, name, last) }
            if let name = variables.first, let first = try number(name), task < first {
                throw Self.misfit(variables.task, task, name, first)
            }
            let count = try number(variables.count) ?? last.map { ($0 - first) / step + 1 }
            guard let count, count > 0 else { return Place(index: abs(task), count: nil, name: variables.task) }
            let (place, rest) = (task - first).quotientAndRemainder(dividingBy: step)
            // Tasks of a list, such as 2,5,6, may begin at the same place.
            let index = rest == 0 && (0..<count).contains(place) ? place : abs(task) % count
            return Place(index: index, count: count, name: variables.task)
        }
        return nil
    }

    /// The place among processes that were started together; nil if there are no others.
    func step() throws(StudyError) -> Place? {
        for (rank, size) in Self.ranks {
            if let place = try place(rank, of: size) { return place }
        }
        if environment["SLURM_JOB_ID"] == nil || environment["SLURM_STEP_ID"] != nil {
            let size = environment["SLURM_STEP_NUM_TASKS"] == nil ? "SLURM_NTASKS" : "SLURM_STEP_NUM_TASKS"
            if let place = try place("SLURM_PROCID", of: size) { return place }
        }
        for name in Self.lonelyRanks {
            if let index = try number(name) { return Place(index: abs(index), count: nil, name: name) }
        }
        return nil
    }

    private func place(_ rank: String, of size: String) throws(StudyError) -> Place? {
        guard let index = try number(rank) else { return nil }
        let count = try number(size)
        guard index >= 0, index < count ?? .max else {
            throw Self.misfit(rank, index, size, count ?? 0)
        }
        return Place(index: index, count: count, name: rank)
    }

    private static func misfit(_ name: String, _ value: Int, _ other: String, _ otherValue: Int) -> StudyError {
        .part(problem: "\(name)=\(value) does not fit \(other)=\(otherValue)", advice: [wayOut])
    }

    private func number(_ name: String?) throws(StudyError) -> Int? {
        // SGE sets its variables to this word outside of arrays.
        guard let name, let text = environment[name], !text.isEmpty, text != "undefined" else { return nil }
        guard let value = Int32(text), value > .min else {
            let isLarge = !text.isEmpty && text.drop { "+-".contains($0) }.allSatisfy(\.isWholeNumber)
            throw .part(
                problem: "\(name): expected a whole number\(isLarge ? " of 32 bits" : ""), found '\(text)'",
                advice: [Self.wayOut])
        }
        // Sums and products of two have room in an Int.
        return Int(value)
    }
}
