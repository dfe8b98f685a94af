import PDECommand

pdeeval()
