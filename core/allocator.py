"""How the C library of a process that runs the engine should treat memory; pure."""

MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(256 * 2**20)}
"""For the GNU C library, others ignore it: keep freed arrays. By default each of the engine's matrices goes back to the
kernel when it is freed, and faulting the pages in again takes longer than the arithmetic."""
