// (first content of PDECommand)
