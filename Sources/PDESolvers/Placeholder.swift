// (first content of PDESolvers)
