// SPDX-License-Identifier: Apache-2.0
// Runs a file of published values, or the cases of tests/cases, through the C ABI; the usage is at the end.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/vectors/c/run.h"

__attribute__((format(printf, 3, 0))) static void say(const struct run* run, const char* what, const char* format,
                                                      va_list arguments)
{
    printf("%s %s: ", what, run->id);
    vprintf(format, arguments);
    printf("\n");
}

void begin(struct run* run, const char* id)
{
    run->id = id;
    run->failed = false;
    ++run->n_tests;
}

void check(struct run* run, bool holds, const char* format, ...)
{
    if (holds) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    say(run, "FAILED", format, arguments);
    va_end(arguments);
    run->n_failed += run->failed ? 0 : 1;
    run->failed = true;
}

void skip(struct run* run, const char* format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(run, "not run", format, arguments);
    va_end(arguments);
    ++run->n_skipped;
}

int main(int argc, char** argv)
{
    static const struct {
        const char* name;
        void (*run)(struct run*);
    } files[] = {{"rfc4226", run_rfc4226},
                 {"rfc6238", run_rfc6238},
                 {"rfc6287", run_rfc6287},
                 {"yubico", run_yubico},
                 {"cases", run_cases}};
    for (size_t i = 0; argc == 2 && i < sizeof files / sizeof files[0]; ++i) {
        if (strcmp(argv[1], files[i].name) == 0) {
            struct run run = {"", 0, 0, 0, false};
            files[i].run(&run);
            printf("%s: %d tests, %d failed, %d not run\n", argv[1], run.n_tests, run.n_failed, run.n_skipped);
            return run.n_failed == 0 && run.n_tests > run.n_skipped ? 0 : 1;
        }
    }
    fprintf(stderr, "usage: vectors_c rfc4226|rfc6238|rfc6287|yubico|cases\n");
    return 2;
}
