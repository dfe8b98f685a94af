// (first content of PDEPlot)
