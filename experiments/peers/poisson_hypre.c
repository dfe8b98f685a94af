/* hypre's structured multigrid (PFMG) as preconditioner of conjugate gradients on the work of `pdegen bench poisson`.
 *
 * The Laplacian on cells of a square or a cube: the value 0 half a cell beyond the box, no flux through three solid blocks of an
 * eighth of its side, noise on the right, to a relative residual of 1e-6 in the 2-norm. Blocks and noise come from
 * G. Marsaglia's xorshift generator, as there. The box is cut into slabs along its slowest axis, one a rank. Coefficients
 * and right-hand side are handed over before the clock starts; hypre's own set-up and solve are timed. Prints JSON.
 *
 *   apt-get install libhypre-dev libopenmpi-dev openmpi-bin
 *   mpicc -O2 poisson_hypre.c -I/usr/include/hypre -lHYPRE -lm -o poisson_hypre
 *   mpirun -n 2 ./poisson_hypre RESOLUTION DIMENSIONS
 */
#include <HYPRE.h>
#include <HYPRE_struct_ls.h>
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state = 88172645463325252u;

static double draw(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53;
}

/* 1 where a cell, by its column, row and plane, is in one of the blocks. */
static char *draw_blocks(int n, int dimensions) {
    int side = n / 8, planes = dimensions == 3 ? n : 1;
    char *solid = calloc((size_t)n * n * planes, 1);
    for (int block = 0; block < 3; block++) {
        int corner[3] = {0, 0, 0};
        for (int axis = 0; axis < dimensions; axis++) corner[axis] = side + (int)(draw() * (n - n / 4 - side));
        for (int z = corner[2]; z < corner[2] + (dimensions == 3 ? side : 1); z++)
            for (int y = corner[1]; y < corner[1] + side; y++)
                for (int x = corner[0]; x < corner[0] + side; x++) solid[((size_t)z * n + y) * n + x] = 1;
    }
    return solid;
}

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    HYPRE_Init();
    if (argc != 3) {
        fprintf(stderr, "usage: poisson_hypre RESOLUTION DIMENSIONS\n");
        MPI_Abort(MPI_COMM_WORLD, 64);
    }
    int n = atoi(argv[1]), dimensions = atoi(argv[2]), rank, ranks;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    char *solid = draw_blocks(n, dimensions);

    /* Slab of this rank: its first and one past its last layer along the slowest axis. */
    int layers[2] = {(int)((int64_t)n * rank / ranks), (int)((int64_t)n * (rank + 1) / ranks)};
    int lower[3] = {0, 0, 0}, upper[3] = {n - 1, n - 1, n - 1}, slowest = dimensions - 1;
    lower[slowest] = layers[0];
    upper[slowest] = layers[1] - 1;
    size_t layer = dimensions == 2 ? (size_t)n : (size_t)n * n;
    size_t count = layer * (layers[1] - layers[0]), first = layer * layers[0];
    size_t step[3] = {1, (size_t)n, (size_t)n * n};

    int entries = 2 * dimensions + 1, numbers[7] = {0, 1, 2, 3, 4, 5, 6};
    double *matrix = calloc(count * entries, sizeof *matrix), *right = calloc(count, sizeof *right);
    double *zeros = calloc(count, sizeof *zeros);
    /* Every rank draws all noise before its own, so that the problem is the same on any number of them. */
    for (size_t cell = 0; cell < first; cell++)
        if (!solid[cell]) draw();
    for (size_t k = 0; k < count; k++) {
        size_t cell = first + k;
        double *row = matrix + k * entries;
        if (solid[cell]) {
            row[0] = 1;
            continue;
        }
        right[k] = draw() - 0.5;
        for (int face = 0; face < 2 * dimensions; face++) {
            int axis = face / 2, up = face % 2, at = (int)(cell / step[axis] % n);
            if (at == (up ? n - 1 : 0)) {
                row[0] += 2;
            } else if (!solid[up ? cell + step[axis] : cell - step[axis]]) {
                row[0] += 1;
                row[1 + face] = -1;
            }
        }
    }

    HYPRE_StructGrid grid;
    HYPRE_StructStencil stencil;
    HYPRE_StructMatrix a;
    HYPRE_StructVector b, u;
    HYPRE_StructGridCreate(MPI_COMM_WORLD, dimensions, &grid);
    HYPRE_StructGridSetExtents(grid, lower, upper);
    HYPRE_StructGridAssemble(grid);
    HYPRE_StructStencilCreate(dimensions, entries, &stencil);
    for (int entry = 0; entry < entries; entry++) {
        int offset[3] = {0, 0, 0};
        if (entry > 0) offset[(entry - 1) / 2] = entry % 2 ? -1 : 1;
        HYPRE_StructStencilSetElement(stencil, entry, offset);
    }
    HYPRE_StructMatrixCreate(MPI_COMM_WORLD, grid, stencil, &a);
    HYPRE_StructMatrixInitialize(a);
    HYPRE_StructMatrixSetBoxValues(a, lower, upper, entries, numbers, matrix);
    HYPRE_StructMatrixAssemble(a);
    HYPRE_StructVectorCreate(MPI_COMM_WORLD, grid, &b);
    HYPRE_StructVectorInitialize(b);
    HYPRE_StructVectorSetBoxValues(b, lower, upper, right);
    HYPRE_StructVectorAssemble(b);
    HYPRE_StructVectorCreate(MPI_COMM_WORLD, grid, &u);
    HYPRE_StructVectorInitialize(u);
    HYPRE_StructVectorSetBoxValues(u, lower, upper, zeros);
    HYPRE_StructVectorAssemble(u);

    HYPRE_StructSolver gradients, multigrid;
    MPI_Barrier(MPI_COMM_WORLD);
    double start = MPI_Wtime();
    HYPRE_StructPCGCreate(MPI_COMM_WORLD, &gradients);
    HYPRE_StructPCGSetTwoNorm(gradients, 1);
    HYPRE_StructPCGSetTol(gradients, 1e-6);
    HYPRE_StructPCGSetMaxIter(gradients, 200);
    HYPRE_StructPFMGCreate(MPI_COMM_WORLD, &multigrid);
    HYPRE_StructPFMGSetTol(multigrid, 0);
    HYPRE_StructPFMGSetMaxIter(multigrid, 1);
    HYPRE_StructPFMGSetZeroGuess(multigrid);
    HYPRE_StructPFMGSetRelaxType(multigrid, 2); /* red-black Gauss-Seidel, symmetric: its fastest here */
    HYPRE_StructPCGSetPrecond(gradients, HYPRE_StructPFMGSolve, HYPRE_StructPFMGSetup, multigrid);
    HYPRE_StructPCGSetup(gradients, a, b, u);
    double ready = MPI_Wtime();
    HYPRE_StructPCGSolve(gradients, a, b, u);
    double end = MPI_Wtime(), residual;
    int iterations;
    HYPRE_StructPCGGetNumIterations(gradients, &iterations);
    HYPRE_StructPCGGetFinalRelativeResidualNorm(gradients, &residual);
    if (rank == 0)
        printf("{\"peer\": \"hypre %s PFMG-CG, %d ranks\", \"n\": %d, \"dimensions\": %d, \"setup_s\": %.5f, "
               "\"solve_s\": %.5f, \"iterations\": %d, \"relative_residual\": %.2e}\n",
               HYPRE_RELEASE_VERSION, ranks, n, dimensions, ready - start, end - ready, iterations, residual);
    MPI_Finalize();
    return 0;
}
