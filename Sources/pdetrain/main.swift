import PDECommand

pdetrain()
