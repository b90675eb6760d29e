/* SPDX-License-Identifier: Apache-2.0 */
/* The library as an FFI meets it: opened at run time by path, used, closed and really gone. */
#include <dlfcn.h>

#include "check.h"
#include "counterseal/otp.h"

/* C has no cast from data to function pointers; POSIX asks for this copy. */
#define LOOK_UP(library, function, name)               \
    do {                                               \
        void* found = dlsym(library, name);            \
        CHECK(found != NULL);                          \
        memcpy(&(function), &found, sizeof(function)); \
    } while (0)

static void use_once(const char* path)
{
    cseal_status (*make)(const uint8_t*, size_t, uint32_t, cseal_otp_key**) = NULL;
    cseal_status (*verify)(const cseal_otp_key*, const char*, size_t, int64_t, uint64_t, const cseal_totp_options*,
                           int64_t*) = NULL;
    void (*release)(cseal_otp_key*) = NULL;

    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!CHECK(library != NULL)) {
        puts(dlerror());
        return;
    }
    LOOK_UP(library, make, "cseal_otp_key_new");
    LOOK_UP(library, verify, "cseal_totp_verify");
    LOOK_UP(library, release, "cseal_otp_key_free");

    cseal_otp_key* key = NULL;
    int64_t step = -1;
    if (n_failed == 0) {
        CHECK(make((const uint8_t*)"12345678901234567890", 20, CSEAL_SHA1, &key) == CSEAL_OK);
        CHECK(verify(key, "287082", 6, step, 59, NULL, &step) == CSEAL_OK && step == 1);
        CHECK(verify(key, "287082", 6, step, 59, NULL, &step) == CSEAL_REPLAYED && step == 1);
        CHECK(verify(key, "287083", 6, step, 59, NULL, &step) == CSEAL_WRONG && step == 1);
        release(key);
    }
    CHECK(dlclose(library) == 0);
    CHECK(dlopen(path, RTLD_NOW | RTLD_NOLOAD) == NULL);
}

int main(int argc, char** argv)
{
    if (argc != 2) {
        puts("usage: dlopen_test libcounterseal.so");
        return 2;
    }
    for (int i = 0; i < 3; ++i) {
        use_once(argv[1]);
    }
    /* check.h names statuses through the library only when a status check fails, and there is none here. */
    return check_summary();
}
