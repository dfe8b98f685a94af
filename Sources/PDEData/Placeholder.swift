// (first content of PDEData)
