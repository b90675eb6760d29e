/* SPDX-License-Identifier: Apache-2.0 */
/* key_ring.h: rings from bytes, text and files; what is no ring is refused in words that show no key. */
#define _POSIX_C_SOURCE 200809L /* mkdtemp */ /* NOLINT: the name is POSIX's */
#include "check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "counterseal/key_ring.h"

static const uint8_t first_key[CSEAL_KEY_RING_KEY_LEN] = "0123456789abcdef0123456789ABCDEF";
static const uint8_t second_key[CSEAL_KEY_RING_KEY_LEN] = "fedcba9876543210FEDCBA9876543210";

static const char* const both =
    "counterseal keys 1\n"
    "active 2026a\n"
    "2025a ZmVkY2JhOTg3NjU0MzIxMEZFRENCQTk4NzY1NDMyMTA=\n"
    "2026a MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlBQkNERUY=\n";

static void check_text(const cseal_key_ring* ring, const char* want)
{
    char text[512];
    size_t len = 0;
    CHECK_STATUS(cseal_key_ring_text_get(ring, text, sizeof text, &len), CSEAL_OK);
    CHECK(len == strlen(want) && memcmp(text, want, len) == 0);
    CHECK_STATUS(cseal_key_ring_text_get(ring, text, len - 1, &len), CSEAL_E_CAPACITY);
    CHECK(len == strlen(want) && all_bytes_are(text, len - 1, 0));
    CHECK_STATUS(cseal_key_ring_text_get(ring, NULL, 1, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_ring_text_get(NULL, text, sizeof text, &len), CSEAL_E_ARGUMENT);
}

static void test_bytes(void)
{
    cseal_key_ring* ring = NULL;
    cseal_key_ring* other = (cseal_key_ring*)&ring;
    CHECK_STATUS(cseal_key_ring_new(first_key, sizeof first_key, "2026a", 5, NULL, &ring), CSEAL_OK);
    CHECK_STATUS(cseal_key_ring_add(ring, second_key, sizeof second_key, "2025a", 5, NULL), CSEAL_OK);
    check_text(ring, both);
    cseal_problem problem = {.struct_size = sizeof problem};
    CHECK_STATUS(cseal_key_ring_add(ring, second_key, sizeof second_key, "2025a", 5, &problem), CSEAL_E_KEYS);
    CHECK(strstr(problem.text, "twice") != NULL);
    CHECK_STATUS(cseal_key_ring_add(NULL, second_key, sizeof second_key, "x", 1, NULL), CSEAL_E_ARGUMENT);
    check_text(ring, both);
    CHECK_STATUS(cseal_key_ring_new(first_key, 31, "2026a", 5, NULL, &other), CSEAL_E_KEYS);
    CHECK(other == NULL);
    CHECK_STATUS(cseal_key_ring_new(first_key, sizeof first_key, "a b", 3, NULL, &other), CSEAL_E_KEYS);
    CHECK_STATUS(cseal_key_ring_new(NULL, sizeof first_key, "a", 1, NULL, &other), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_ring_new(first_key, sizeof first_key, "a", 1, NULL, NULL), CSEAL_E_ARGUMENT);
    cseal_key_ring_free(ring);
    cseal_key_ring_free(NULL);
}

static void test_text(void)
{
    cseal_key_ring* ring = NULL;
    CHECK_STATUS(cseal_key_ring_from_text(both, strlen(both), NULL, &ring), CSEAL_OK);
    check_text(ring, both);
    cseal_key_ring_free(ring);
    const char* const refused[] = {
        "",
        "counterseal keys 2\n",
        "counterseal keys 1\nactive x\n",
        "counterseal keys 1\n2026a MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlBQkNERUY=\n",
        "counterseal keys 1\nactive 2026a\n2026a MDEyMzQ1\n",
    };
    for (size_t i = 0; i < COUNT_OF(refused); ++i) {
        cseal_problem problem = {.struct_size = sizeof problem};
        check_row = refused[i];
        CHECK_STATUS(cseal_key_ring_from_text(refused[i], strlen(refused[i]), &problem, &ring), CSEAL_E_KEYS);
        CHECK(ring == NULL && strlen(problem.text) > 0 && strstr(problem.text, "MDEyMzQ1") == NULL);
    }
    check_row = "";
}

static void test_files(void)
{
    char folder[] = "/tmp/counterseal-ring-XXXXXX";
    char path[64];
    char text[512];
    size_t len = 0;
    size_t again_len = 0;
    char again[512];
    struct stat about;
    cseal_key_ring* ring = NULL;
    CHECK(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof path, "%s/ring", folder);
    CHECK_STATUS(cseal_key_ring_from_file(path, strlen(path), 0, NULL, &ring), CSEAL_E_KEYS);
    CHECK_STATUS(cseal_key_ring_from_file(path, strlen(path), 2, NULL, &ring), CSEAL_E_UNSUPPORTED);
    CHECK_STATUS(cseal_key_ring_from_file("a\0b", 3, 0, NULL, &ring), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_ring_from_file("", 0, 0, NULL, &ring), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_ring_from_file(path, strlen(path), CSEAL_KEY_RING_CREATE, NULL, &ring), CSEAL_OK);
    CHECK_STATUS(cseal_key_ring_text_get(ring, text, sizeof text, &len), CSEAL_OK);
    cseal_key_ring_free(ring);
    CHECK(stat(path, &about) == 0 && (about.st_mode & 0777) == 0600);
    CHECK_STATUS(cseal_key_ring_from_file(path, strlen(path), CSEAL_KEY_RING_CREATE, NULL, &ring), CSEAL_OK);
    CHECK_STATUS(cseal_key_ring_text_get(ring, again, sizeof again, &again_len), CSEAL_OK);
    CHECK(len == again_len && memcmp(text, again, len) == 0);
    cseal_key_ring_free(ring);
    CHECK(chmod(path, 0644) == 0);
    CHECK_STATUS(cseal_key_ring_from_file(path, strlen(path), 0, NULL, &ring), CSEAL_E_KEYS);
    CHECK(unlink(path) == 0 && rmdir(folder) == 0);
}

static void test_changes(void)
{
    char folder[] = "/tmp/counterseal-ring-XXXXXX";
    char path[64];
    cseal_key_ring* ring = NULL;
    cseal_problem problem = {.struct_size = sizeof problem};
    CHECK_STATUS(cseal_key_ring_new(first_key, sizeof first_key, "2026a", 5, NULL, &ring), CSEAL_OK);
    CHECK_STATUS(cseal_key_ring_add_new(ring, "2026b", 5, NULL), CSEAL_OK);
    CHECK_STATUS(cseal_key_ring_add_new(ring, "2026b", 5, &problem), CSEAL_E_KEYS);
    CHECK(strlen(problem.text) > 0);
    CHECK_STATUS(cseal_key_ring_remove(ring, "2026a", 5, &problem), CSEAL_E_KEYS);
    CHECK(strstr(problem.text, "active") != NULL);
    CHECK_STATUS(cseal_key_ring_promote(ring, "2026c", 5, NULL), CSEAL_E_KEYS);
    CHECK_STATUS(cseal_key_ring_promote(ring, "2026b", 5, NULL), CSEAL_OK);
    CHECK_STATUS(cseal_key_ring_remove(ring, "2026a", 5, NULL), CSEAL_OK);
    CHECK_STATUS(cseal_key_ring_remove(ring, "2026a", 5, NULL), CSEAL_E_KEYS);
    CHECK_STATUS(cseal_key_ring_add_new(NULL, "a", 1, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_ring_promote(ring, NULL, 1, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_ring_remove(NULL, "a", 1, NULL), CSEAL_E_ARGUMENT);
    cseal_key_ring_free(ring);

    CHECK(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof path, "%s/ring", folder);
    const size_t len = strlen(path);
    CHECK_STATUS(cseal_key_ring_change_file(path, len, CSEAL_KEY_RING_ADD, "b", 1, &problem, &ring), CSEAL_E_KEYS);
    CHECK(ring == NULL);
    CHECK_STATUS(cseal_key_ring_from_file(path, len, CSEAL_KEY_RING_CREATE, NULL, &ring), CSEAL_OK);
    cseal_key_ring_free(ring);
    static const uint32_t steps[] = {CSEAL_KEY_RING_ADD, CSEAL_KEY_RING_PROMOTE};
    for (size_t i = 0; i < 2; ++i) {
        CHECK_STATUS(cseal_key_ring_change_file(path, len, steps[i], "b", 1, &problem, &ring), CSEAL_OK);
        cseal_key_ring_free(ring);
    }
    CHECK_STATUS(cseal_key_ring_change_file(path, len, CSEAL_KEY_RING_REMOVE, "b", 1, NULL, &ring), CSEAL_E_KEYS);
    CHECK_STATUS(cseal_key_ring_change_file(path, len, 4, "b", 1, NULL, &ring), CSEAL_E_UNSUPPORTED);
    CHECK_STATUS(cseal_key_ring_change_file(path, len, 0, "b", 1, NULL, &ring), CSEAL_E_UNSUPPORTED);
    CHECK_STATUS(cseal_key_ring_change_file("a\0b", 3, 1, "b", 1, NULL, &ring), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_ring_change_file("", 0, 1, "b", 1, NULL, &ring), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_ring_change_file(path, len, 1, NULL, 1, NULL, &ring), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_ring_change_file(path, len, 1, "c", 1, NULL, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_ring_change_file(path, len, CSEAL_KEY_RING_REMOVE, "first", 5, NULL, &ring), CSEAL_OK);
    char text[512];
    size_t text_len = 0;
    CHECK_STATUS(cseal_key_ring_text_get(ring, text, sizeof text - 1, &text_len), CSEAL_OK);
    text[text_len] = '\0';
    CHECK(strncmp(text, "counterseal keys 1\nactive b\nb ", 30) == 0);
    cseal_key_ring_free(ring);
    CHECK(unlink(path) == 0 && rmdir(folder) == 0);
}

int main(void)
{
    test_bytes();
    test_text();
    test_files();
    test_changes();
    return check_summary();
}
