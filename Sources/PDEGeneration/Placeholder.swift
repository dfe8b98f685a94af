// (first content of PDEGeneration)
