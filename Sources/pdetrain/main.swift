PdetrainProgram.program.main()
