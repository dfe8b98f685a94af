// (first content of PDEConfig)
