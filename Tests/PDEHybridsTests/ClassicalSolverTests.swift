import PDECore
import PDEHybrids
import PDEOperators
import PDESolvers
import PDETraining
import Testing

@Suite("A classical solver as training takes it")
struct ClassicalSolverTests {
    /// Adds what it was told to the first component, and a hundred to the second.
    private final class Adder<Scalar: Real>: Stepper {
        let timeStep = 1.0
        var number = 0.0

        func advance(_ state: inout Field<Scalar>) {
            for point in 0..<state.grid.count {
                state[0, point] += Scalar(number)
                state[1, point] += 100
            }
        }
    }

    private func bridge<Scalar: Real>(_: Scalar.Type) {
        let grid = Grid([4, 8].map { Grid.Axis(count: $0, from: 0, to: 1, placement: .periodic) })
        let stepper = Adder<Scalar>()
        let solver = Training.classicalSolver(
            stepper, state: Field(on: grid, components: 2), prepare: { stepper.number = $0["number"]! })
        var memory = (0..<64).map(Double.init)
        for number in [1.0, 2] { memory.withUnsafeMutableBufferPointer { solver($0.baseAddress!, ["number": number]) } }
        #expect(memory == (0..<64).map { Double($0) + ($0 < 32 ? 3 : 200) })
    }

    @Test("goes on from states in plain memory, component after component, told each sample's numbers first")
    func memory() {
        bridge(Float.self)
        bridge(Double.self)
    }

    @Test("makes the step that its stepper makes, to the last bit")
    func step() {
        let grid = Grid.periodic(dimensions: 1, count: 32, length: 1)
        let stepper = SemilinearFieldStepper(grid)
        var field = Field<Double>(on: grid)
        for point in 0..<32 { field[0, point] = Double((point * 7) % 32) / 32 }
        var memory = (0..<32).map { field[0, $0] }
        stepper.advance(&field)
        let solver = Training.classicalSolver(stepper, state: Field(on: grid))
        memory.withUnsafeMutableBufferPointer { solver($0.baseAddress!, [:]) }
        #expect(memory == (0..<32).map { field[0, $0] })
    }

    /// Burgers' equation on fields.
    private final class SemilinearFieldStepper: Stepper {
        let inner: SemilinearStepper<Double>
        var timeStep: Double { inner.timeStep }

        init(_ grid: Grid) { inner = SemilinearStepper(Burgers(viscosity: 0.1), on: grid, timeStep: 1e-3) }

        func advance(_ field: inout Field<Double>) {
            var state = inner.state(of: field)
            inner.advance(&state)
            field = inner.field(of: state)
        }
    }

    @Test("is asked by diverted chains and by the penalty on the network's response, and by nothing else")
    func asking() {
        func asks(_ task: any TrainingTask, _ penalty: any JacobianPenalty = NoPenalty()) -> Bool {
            Experiment(
                "e", task: task, model: FourierArchitecture(width: 4, modes: [4]), regularizer: penalty,
                budget: Budget(epochs: 1)
            ).asksSolver
        }
        #expect(!asks(StepTask()) && !asks(StepTask(mode: .unrolled)) && !asks(OperatorTask()) && !asks(SteadyTask()))
        #expect(asks(StepTask(mode: .diverted)) && asks(StepTask(), ResponsePenalty()))
        #expect(!asks(StepTask(), JawsPenalty()))
    }
}
