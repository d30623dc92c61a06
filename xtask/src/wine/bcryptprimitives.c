/*
 * bcryptprimitives.dll, which Wine 8 lacks. Rust's standard library takes its random numbers from it, so that without it no
 * program starts.
 */
#include <windows.h>

/* What RtlGenRandom is called in advapi32. */
BOOLEAN NTAPI SystemFunction036(PVOID data, ULONG size);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size)
{
    while (size > 0) {
        ULONG part = size < 0x10000000 ? (ULONG)size : 0x10000000;
        if (!SystemFunction036(data, part))
            return FALSE;
        data += part;
        size -= part;
    }
    return TRUE;
}
