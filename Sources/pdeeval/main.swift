PdeevalProgram.program.main()
