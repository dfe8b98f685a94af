PdegenProgram.program.main()
