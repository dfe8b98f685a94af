import PDECore
import PDESolvers
import Glibc
func run<T: Real>(_ t: T.Type, _ n: Int, _ order: ExponentialRungeKutta, _ nu: Double, budget: Bool = false) {
    let grid = Grid.periodic(dimensions: 1, count: n, length: 1)
    let st = SemilinearStepper<T>(Burgers(viscosity: nu), on: grid, timeStep: 1e-3, method: order)
    st.keepsBudget = budget
    var f = Field<T>(on: grid)
    for j in 0..<n { let x = 2*Double.pi*Double(j)/Double(n); f[0,j] = T(sin(x)) }
    var s = st.state(of: f)
    let clk = ContinuousClock()
    var b = Duration.seconds(10)
    for _ in 0..<20 { b = min(b, clk.measure { for _ in 0..<500 { st.advance(&s) } }) }
    print(t, n, order, "us/step", Double(b.components.attoseconds)*1e-12/500, st.budget(of: s))
}
for _ in 0..<10 { run(Float.self, 1024, .fourth, 1e-3) }
