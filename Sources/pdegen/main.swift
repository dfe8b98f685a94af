import PDECommand
