/* SPDX-License-Identifier: Apache-2.0 */
/* base.h and status.h: version, status texts, wiping. */
#include "check.h"

static const struct {
    const char* name;
    cseal_status number;
    cseal_status macro;
    const char* meaning;
} statuses[] = {
#define CSEAL_STATUS(name, number, retryable, meaning) {#name, number, CSEAL_##name, meaning},
#include "capi/status.def"
#undef CSEAL_STATUS
};

static void test_version(void)
{
    uint32_t major = 99;
    uint32_t minor = 99;
    uint32_t patch = 99;
    CHECK_STATUS(cseal_version(&major, &minor, &patch), CSEAL_OK);
    CHECK_NUMBER(major, CSEAL_VERSION_MAJOR);
    CHECK_NUMBER(minor, CSEAL_VERSION_MINOR);
    CHECK_NUMBER(patch, CSEAL_VERSION_PATCH);

    char text[64];
    snprintf(text, sizeof text, "%u.%u.%u", (unsigned)major, (unsigned)minor, (unsigned)patch);
    CHECK(strcmp(text, VERSION_FILE_TEXT) == 0);

    CHECK_STATUS(cseal_version(NULL, NULL, NULL), CSEAL_OK);
    major = minor = patch = 99;
    CHECK_STATUS(cseal_version(&major, NULL, NULL), CSEAL_OK);
    CHECK_NUMBER(major, CSEAL_VERSION_MAJOR);
    CHECK_STATUS(cseal_version(NULL, &minor, NULL), CSEAL_OK);
    CHECK_NUMBER(minor, CSEAL_VERSION_MINOR);
    CHECK_STATUS(cseal_version(NULL, NULL, &patch), CSEAL_OK);
    CHECK_NUMBER(patch, CSEAL_VERSION_PATCH);
}

static void test_assigned_statuses(void)
{
    CHECK(COUNT_OF(statuses) > 20);
    for (size_t i = 0; i < COUNT_OF(statuses); ++i) {
        check_row = statuses[i].name;
        CHECK_NUMBER(statuses[i].macro, statuses[i].number);
        CHECK(statuses[i].number >= INT8_MIN && statuses[i].number <= INT8_MAX);
        CHECK(strcmp(cseal_status_name(statuses[i].number), statuses[i].name) == 0);
        CHECK(strcmp(cseal_status_meaning(statuses[i].number), statuses[i].meaning) == 0);
        CHECK((statuses[i].number == 0) == (strcmp(statuses[i].name, "OK") == 0));
        CHECK((statuses[i].number < 0) == (strncmp(statuses[i].name, "E_", 2) == 0));
        for (size_t other = 0; other < i; ++other) {
            CHECK(statuses[other].number != statuses[i].number);
        }
    }
    check_row = "";
}

static int is_assigned(cseal_status number)
{
    for (size_t i = 0; i < COUNT_OF(statuses); ++i) {
        if (statuses[i].number == number) {
            return 1;
        }
    }
    return 0;
}

static void test_unassigned_statuses(void)
{
    for (cseal_status number = INT8_MIN; number <= INT8_MAX; ++number) {
        if (!is_assigned(number)) {
            CHECK(strcmp(cseal_status_name(number), "UNKNOWN") == 0);
            CHECK(strcmp(cseal_status_meaning(number), "unknown status") == 0);
        }
    }
    /* Numbers that would be assigned ones if somebody cut them to a byte. */
    const cseal_status wide[] = {128, 256, 257, -129, -256, 0x10000, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < COUNT_OF(wide); ++i) {
        CHECK(strcmp(cseal_status_name(wide[i]), "UNKNOWN") == 0);
        CHECK(strcmp(cseal_status_meaning(wide[i]), "unknown status") == 0);
    }
}

static void test_wipe(void)
{
    unsigned char bytes[67];
    for (size_t len = 0; len <= 64; ++len) {
        memset(bytes, 0xa5, sizeof bytes);
        cseal_wipe(bytes + 1, len);
        CHECK(bytes[0] == 0xa5);
        CHECK(all_bytes_are(bytes + 1, len, 0));
        CHECK(all_bytes_are(bytes + 1 + len, sizeof bytes - 1 - len, 0xa5));
    }
    cseal_wipe(NULL, 0);
    cseal_wipe(NULL, 8); /* NULL does nothing */
}

int main(void)
{
    test_version();
    test_assigned_statuses();
    test_unassigned_statuses();
    test_wipe();
    return check_summary();
}
