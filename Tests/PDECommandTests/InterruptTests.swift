import Glibc
import PDECommand
import Testing

@Suite("Interrupts")
struct InterruptTests {
    @Test("the first signal asks and the process goes on")
    func first() async {
        await #expect(processExitsWith: .exitCode(7)) {
            Interrupt.install()
            guard !Interrupt.isRequested else { exit(1) }
            raise(SIGTERM)
            guard Interrupt.isRequested else { exit(2) }
            do {
                try Interrupt.check()
                exit(3)
            } catch {
                exit(CommandError(error).exitCode == .interrupted ? 7 : 4)
            }
        }
    }

    @Test("the second signal ends the process with 130")
    func second() async {
        await #expect(processExitsWith: .exitCode(130)) {
            Interrupt.install()
            raise(SIGINT)
            raise(SIGTERM)
        }
    }

    @Test("the first signal is answered on stderr if wanted")
    func announced() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            Interrupt.install(announce: true)
            raise(SIGINT)
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("stopping at the next safe point; interrupt again to stop at once"))
    }
}
