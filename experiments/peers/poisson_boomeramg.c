/* hypre's algebraic multigrid (BoomerAMG) as preconditioner of conjugate gradients on a matrix from a file.
 *
 * The file, little-endian, is what `poisson_pyamg.py … --matrix FILE` writes: the numbers of rows and of entries as 64-bit integers,
 * where rows begin and which columns they have as 32-bit integers, the entries and the right-hand side as doubles. It is read and handed
 * over before the clock starts; hypre's own set-up and solve are timed, to a relative residual in the 2-norm. One rank. Settings are
 * those that hypre's manual names for such systems: HMIS coarsening, extended+i interpolation of at most 4 entries, symmetric
 * Gauss-Seidel, strength 0.25 on a plane and 0.5 in space. Prints JSON.
 *
 *   apt-get install libhypre-dev libopenmpi-dev openmpi-bin
 *   mpicc -O2 poisson_boomeramg.c -I/usr/include/hypre -lHYPRE -lm -o poisson_boomeramg
 *   ./poisson_boomeramg FILE DIMENSIONS TOLERANCE
 */
#include <HYPRE.h>
#include <HYPRE_IJ_mv.h>
#include <HYPRE_krylov.h>
#include <HYPRE_parcsr_ls.h>
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void *part(FILE *file, size_t count, size_t size) {
    void *values = malloc(count * size + 1);
    if (!values || fread(values, size, count, file) != count) {
        fprintf(stderr, "poisson_boomeramg: the file is shorter than it says\n");
        MPI_Abort(MPI_COMM_WORLD, 65);
    }
    return values;
}

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    HYPRE_Init();
    FILE *file = argc == 4 ? fopen(argv[1], "rb") : NULL;
    if (!file) {
        fprintf(stderr, "usage: poisson_boomeramg FILE DIMENSIONS TOLERANCE\n");
        MPI_Abort(MPI_COMM_WORLD, 64);
    }
    int64_t *sizes = part(file, 2, sizeof *sizes);
    int count = (int)sizes[0], dimensions = atoi(argv[2]);
    int32_t *starts = part(file, (size_t)count + 1, sizeof *starts);
    int32_t *narrow = part(file, (size_t)sizes[1], sizeof *narrow);
    double *values = part(file, (size_t)sizes[1], sizeof *values);
    double *right = part(file, (size_t)count, sizeof *right);
    HYPRE_BigInt *columns = malloc(sizes[1] * sizeof *columns), *rows = malloc(count * sizeof *rows);
    HYPRE_Int *lengths = malloc(count * sizeof *lengths);
    for (int64_t entry = 0; entry < sizes[1]; entry++) columns[entry] = narrow[entry];
    for (int row = 0; row < count; row++) {
        rows[row] = row;
        lengths[row] = starts[row + 1] - starts[row];
    }

    HYPRE_IJMatrix matrix;
    HYPRE_IJVector b, u;
    HYPRE_ParCSRMatrix a;
    HYPRE_ParVector source, solution;
    HYPRE_IJMatrixCreate(MPI_COMM_WORLD, 0, count - 1, 0, count - 1, &matrix);
    HYPRE_IJMatrixSetObjectType(matrix, HYPRE_PARCSR);
    HYPRE_IJMatrixSetRowSizes(matrix, lengths);
    HYPRE_IJMatrixInitialize(matrix);
    HYPRE_IJMatrixSetValues(matrix, count, lengths, rows, columns, values);
    HYPRE_IJMatrixAssemble(matrix);
    HYPRE_IJMatrixGetObject(matrix, (void **)&a);
    double *zeros = calloc(count, sizeof *zeros);
    for (int side = 0; side < 2; side++) {
        HYPRE_IJVector *vector = side ? &u : &b;
        HYPRE_IJVectorCreate(MPI_COMM_WORLD, 0, count - 1, vector);
        HYPRE_IJVectorSetObjectType(*vector, HYPRE_PARCSR);
        HYPRE_IJVectorInitialize(*vector);
        HYPRE_IJVectorSetValues(*vector, count, rows, side ? zeros : right);
        HYPRE_IJVectorAssemble(*vector);
        HYPRE_IJVectorGetObject(*vector, side ? (void **)&solution : (void **)&source);
    }

    HYPRE_Solver gradients, multigrid;
    double start = MPI_Wtime();
    HYPRE_ParCSRPCGCreate(MPI_COMM_WORLD, &gradients);
    HYPRE_PCGSetTwoNorm(gradients, 1);
    HYPRE_PCGSetTol(gradients, atof(argv[3]));
    HYPRE_PCGSetMaxIter(gradients, 1000);
    HYPRE_BoomerAMGCreate(&multigrid);
    HYPRE_BoomerAMGSetTol(multigrid, 0);
    HYPRE_BoomerAMGSetMaxIter(multigrid, 1);
    HYPRE_BoomerAMGSetCoarsenType(multigrid, 10);
    HYPRE_BoomerAMGSetInterpType(multigrid, 6);
    HYPRE_BoomerAMGSetPMaxElmts(multigrid, 4);
    HYPRE_BoomerAMGSetRelaxType(multigrid, 6);
    HYPRE_BoomerAMGSetStrongThreshold(multigrid, dimensions == 2 ? 0.25 : 0.5);
    HYPRE_PCGSetPrecond(gradients, (HYPRE_PtrToSolverFcn)HYPRE_BoomerAMGSolve,
                        (HYPRE_PtrToSolverFcn)HYPRE_BoomerAMGSetup, multigrid);
    HYPRE_ParCSRPCGSetup(gradients, a, source, solution);
    double ready = MPI_Wtime();
    HYPRE_ParCSRPCGSolve(gradients, a, source, solution);
    double end = MPI_Wtime(), residual;
    HYPRE_Int iterations;
    HYPRE_PCGGetNumIterations(gradients, &iterations);
    HYPRE_PCGGetFinalRelativeResidualNorm(gradients, &residual);
    if (!(residual < 1e300)) residual = 1e300;
    printf("{\"peer\": \"hypre %s BoomerAMG CG\", \"cells\": %d, \"dimensions\": %d, \"setup_s\": %.5f, \"solve_s\": %.5f, "
           "\"iterations\": %d, \"relative_residual\": %.2e}\n",
           HYPRE_RELEASE_VERSION, count, dimensions, ready - start, end - ready, (int)iterations, residual);
    MPI_Finalize();
    return 0;
}
