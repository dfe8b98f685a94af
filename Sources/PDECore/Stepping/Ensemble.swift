/// Several steppers side by side, each with a state of its own, on several threads.
///
/// The members need not be alike: each may have its own coefficients and time step. A member's result does not depend
/// on the others, nor on the number of threads.
public final class Ensemble<Member: Stepper>: Stepper {
    /// The members.
    public let members: [Member]
    /// Threads in use.
    public var threads: Int { team.count }
    /// The time step of the first member.
    public var timeStep: Double { members[0].timeStep }
    private let team: ThreadTeam

    /// An ensemble of at least one member.
    public init(_ members: [Member], threads: Int = Processor.usableCoreCount) {
        precondition(!members.isEmpty, "members: expected at least one")
        self.members = members
        team = ThreadTeam(threads: min(threads, members.count))
    }

    /// Advances every state by one step.
    public func advance(_ states: inout [Member.State]) {
        advance(&states, steps: 1)
    }

    /// Advances every state by `steps` steps. Each thread stays with a member for all of them, so that what the member
    /// works on stays in that processor's cache.
    public func advance(_ states: inout [Member.State], steps: Int) {
        precondition(states.count == members.count, "states: expected \(members.count), got \(states.count)")
        states.withUnsafeMutableBufferPointer { states in
            let states = SharedStates(states.baseAddress!)
            team.forEach(0..<members.count) { index, _ in
                members[index].advance(&states.first[index], steps: steps)
            }
        }
    }

    /// Memory that the threads share although each works on states of its own.
    private struct SharedStates: @unchecked Sendable {
        let first: UnsafeMutablePointer<Member.State>

        init(_ first: UnsafeMutablePointer<Member.State>) { self.first = first }
    }
}
