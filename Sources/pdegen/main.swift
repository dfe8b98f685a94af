import PDECommand

pdegen()
