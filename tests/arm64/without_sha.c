/* SPDX-License-Identifier: Apache-2.0 */
/* Loaded before a program, it hides the SHA instructions from it, as a CPU without them would: qemu has no such CPU. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <sys/auxv.h>

__attribute__((visibility("default"))) unsigned long getauxval(unsigned long type)
{
    void* symbol = dlsym(RTLD_NEXT, "getauxval");
    unsigned long (*real)(unsigned long) = NULL;
    memcpy(&real, &symbol, sizeof real); /* ISO C has no cast from a pointer to data to one to a function */
    const unsigned long value = real(type);
    return type == AT_HWCAP ? value & ~(unsigned long)(HWCAP_SHA1 | HWCAP_SHA2 | HWCAP_SHA3 | HWCAP_SHA512) : value;
}
