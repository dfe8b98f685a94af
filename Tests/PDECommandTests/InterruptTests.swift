import Glibc
import PDECommand
import Testing

@Suite("Interrupts")
struct InterruptTests {
    /// Sends a signal to the process, as a terminal does, and waits until it is noticed; threads of a task may have
    /// signals blocked, so that `raise` would not do.
    private static func send(_ signal: Int32) {
        kill(getpid(), signal)
        for _ in 0..<5000 where !Interrupt.isRequested { usleep(1000) }
    }

    @Test("the first signal asks and the process goes on")
    func first() async {
        await #expect(processExitsWith: .exitCode(7)) {
            Interrupt.install()
            guard !Interrupt.isRequested else { exit(1) }
            Self.send(SIGTERM)
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
            Self.send(SIGINT)
            Self.send(SIGTERM)
            sleep(5)
        }
    }

    @Test("while there is nothing to save the first signal ends the process with 130")
    func nothingToSave() async {
        await #expect(processExitsWith: .exitCode(130)) {
            Interrupt.endsProcess()
            kill(getpid(), SIGTERM)
            sleep(5)
        }
        await #expect(processExitsWith: .exitCode(130)) {
            Interrupt.install()
            Self.send(SIGINT)
            Interrupt.endsProcess()
        }
    }

    @Test("the first signal is answered on stderr if wanted")
    func announced() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            Interrupt.install(announce: true)
            Self.send(SIGINT)
            usleep(100_000)
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("stopping at the next safe point; interrupt again to stop at once"))
    }
}
