/* SPDX-License-Identifier: Apache-2.0 */
/* base.h: base32 and hex; every NULL, capacity and foreign character. */
#include <stdlib.h>

#include "check.h"

enum { GUARD = 8 };

typedef cseal_status decode_call(const char*, size_t, uint8_t*, size_t, size_t*, size_t*);

struct decode_case {
    decode_call* decode;
    const char* text;
    size_t text_len; /* 0: strlen */
    cseal_status status;
    const char* key;    /* what comes out with CSEAL_OK */
    size_t error_index; /* with CSEAL_E_ENCODING */
};

#define B32 cseal_base32_decode
#define HEX cseal_hex_decode
#define ENCODING CSEAL_E_ENCODING

static const struct decode_case cases[] = {
    /* RFC 4648 section 10, with and without padding */
    {B32, "MY======", 0, CSEAL_OK, "f", 0},
    {B32, "MZXQ====", 0, CSEAL_OK, "fo", 0},
    {B32, "MZXW6===", 0, CSEAL_OK, "foo", 0},
    {B32, "MZXW6YQ=", 0, CSEAL_OK, "foob", 0},
    {B32, "MZXW6YTB", 0, CSEAL_OK, "fooba", 0},
    {B32, "MZXW6YTBOI======", 0, CSEAL_OK, "foobar", 0},
    {B32, "MZXW6YTBOI", 0, CSEAL_OK, "foobar", 0},
    {B32, "mzxw6ytboi", 0, CSEAL_OK, "foobar", 0},
    {B32, "MZXW6YTBOI=", 0, CSEAL_OK, "foobar", 0},
    {B32, "MZXW6YTBOI============", 0, CSEAL_OK, "foobar", 0},
    {B32, " mzxw\t6ytb oi \r\n", 0, CSEAL_OK, "foobar", 0},
    {B32, "MZXW6YTBOI = = ", 0, CSEAL_OK, "foobar", 0},
    {B32, "MZ", 0, CSEAL_OK, "f", 0}, /* surplus bits of the last character are ignored */
    {B32, " ", 0, CSEAL_OK, "", 0},
    /* never repaired into another key */
    {B32, "MZXW0", 0, ENCODING, "", 4},
    {B32, "1ZXW6", 0, ENCODING, "", 0},
    {B32, "M8XW6", 0, ENCODING, "", 1},
    {B32, "MZ9W6", 0, ENCODING, "", 2},
    {B32, "MZXW-6YTB", 0, ENCODING, "", 4},
    {B32, "MY======MY", 0, ENCODING, "", 8},
    {B32, "========", 0, ENCODING, "", 0},
    {B32, "M", 0, ENCODING, "", 1},
    {B32, "MZX", 0, ENCODING, "", 3},
    {B32, "MZXW6Y", 0, ENCODING, "", 6},
    {B32, "MZXW6Y==", 0, ENCODING, "", 8},
    {B32, "MZXW\0MZXW", 9, ENCODING, "", 4},
    {B32, "MZXW\xc3\xa9", 0, ENCODING, "", 4},
    {B32, "\xef\xbc\xad\xef\xbc\xba", 0, ENCODING, "", 0}, /* full-width MZ */
    {B32, "\xcd\xda\xd8\xd7", 0, ENCODING, "", 0},         /* MZXW with the top bit set */
    {B32, "MZXW\xc2\xa0", 0, ENCODING, "", 4},             /* a no-break space is no ASCII blank */
    {B32, "@ZXW", 0, ENCODING, "", 0},
    {B32, "[ZXW", 0, ENCODING, "", 0},
    {B32, "`ZXW", 0, ENCODING, "", 0},
    {B32, "{ZXW", 0, ENCODING, "", 0},

    {HEX, "666f6f", 0, CSEAL_OK, "foo", 0},
    {HEX, "666F6F", 0, CSEAL_OK, "foo", 0},
    {HEX, " 66 6f\t6f\n", 0, CSEAL_OK, "foo", 0},
    {HEX, "6 6", 0, CSEAL_OK, "f", 0},
    {HEX, "666", 0, ENCODING, "", 3},
    {HEX, "66:6f", 0, ENCODING, "", 2},
    {HEX, "0x66", 0, ENCODING, "", 1},
    {HEX, "6g", 0, ENCODING, "", 1},
    {HEX, "6@", 0, ENCODING, "", 1},
    {HEX, "6/", 0, ENCODING, "", 1},
    {HEX, "66=", 0, ENCODING, "", 2},
    {HEX, "66\0", 3, ENCODING, "", 2},
    {HEX, "\xb6\xb6", 0, ENCODING, "", 0},
};

/* One case at one capacity; the bytes behind the capacity must stay as they were. */
static void run_at_capacity(const struct decode_case* c, size_t text_len, size_t cap)
{
    uint8_t out[64 + GUARD];
    size_t out_len = 77;
    size_t error_index = 77;
    const size_t key_len = strlen(c->key);
    const cseal_status want = c->status == CSEAL_OK && key_len > cap ? CSEAL_E_CAPACITY : c->status;

    memset(out, 0xa5, sizeof out);
    CHECK_STATUS(c->decode(c->text, text_len, out, cap, &out_len, &error_index), want);
    CHECK(all_bytes_are(out + cap, sizeof out - cap, 0xa5));
    if (want == CSEAL_OK) {
        CHECK(memcmp(out, c->key, key_len) == 0);
        CHECK(all_bytes_are(out + key_len, cap - key_len, 0));
    } else {
        CHECK(all_bytes_are(out, cap, 0));
    }
    CHECK_NUMBER(out_len, want == ENCODING ? 0 : key_len);
    CHECK_NUMBER(error_index, want == ENCODING ? c->error_index : text_len);

    out_len = 77;
    CHECK_STATUS(c->decode(c->text, text_len, out, cap, &out_len, NULL), want);
    CHECK_NUMBER(out_len, want == ENCODING ? 0 : key_len);
}

static void test_decode_cases(void)
{
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        const struct decode_case* c = &cases[i];
        const size_t text_len = c->text_len != 0 ? c->text_len : strlen(c->text);
        check_row = c->text;
        for (size_t cap = 0; cap <= strlen(c->key) + 2; ++cap) {
            run_at_capacity(c, text_len, cap);
        }
        run_at_capacity(c, text_len, 64);
    }
    check_row = "";
}

static void test_decode_arguments(decode_call* decode)
{
    uint8_t out[8];
    size_t out_len = 77;
    size_t error_index = 77;

    memset(out, 0xa5, sizeof out);
    CHECK_STATUS(decode(NULL, 4, out, sizeof out, &out_len, &error_index), CSEAL_E_ARGUMENT);
    CHECK(all_bytes_are(out, sizeof out, 0));
    CHECK_NUMBER(out_len, 0);
    CHECK_NUMBER(error_index, 4);

    out_len = 77;
    CHECK_STATUS(decode("2222", 4, NULL, 8, &out_len, &error_index), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(out_len, 0);

    memset(out, 0xa5, sizeof out);
    CHECK_STATUS(decode("2222", 4, out, sizeof out, NULL, &error_index), CSEAL_E_ARGUMENT);
    CHECK(all_bytes_are(out, sizeof out, 0));
    CHECK_STATUS(decode(NULL, 0, NULL, 0, NULL, NULL), CSEAL_E_ARGUMENT);

    /* NULL with length 0 is an empty text or an output without room. */
    out_len = error_index = 77;
    CHECK_STATUS(decode(NULL, 0, NULL, 0, &out_len, &error_index), CSEAL_OK);
    CHECK_NUMBER(out_len, 0);
    CHECK_NUMBER(error_index, 0);
    CHECK_STATUS(decode("2222", 4, NULL, 0, &out_len, &error_index), CSEAL_E_CAPACITY);
    CHECK_NUMBER(out_len, 2);
}

static void test_sufficient_capacity(void)
{
    /* What the comments promise: text_len * 5 / 8 and text_len / 2 bytes always suffice. */
    char text[201];
    uint8_t out[128];
    size_t out_len = 0;
    memset(text, '7', sizeof text);
    for (size_t len = 0; len < sizeof text; ++len) {
        CHECK(cseal_base32_decode(text, len, out, len * 5 / 8, &out_len, NULL) != CSEAL_E_CAPACITY);
        CHECK(cseal_hex_decode(text, len, out, len / 2, &out_len, NULL) != CSEAL_E_CAPACITY);
    }
}

static void test_encode(void)
{
    static const struct {
        const char* key;
        const char* text;
    } rows[] = {{"", ""},
                {"f", "MY"},
                {"fo", "MZXQ"},
                {"foo", "MZXW6"},
                {"foob", "MZXW6YQ"},
                {"fooba", "MZXW6YTB"},
                {"foobar", "MZXW6YTBOI"}};
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const uint8_t* key = (const uint8_t*)rows[i].key;
        const size_t key_len = strlen(rows[i].key);
        const size_t needed = strlen(rows[i].text);
        CHECK_NUMBER(needed, (key_len * 8 + 4) / 5);
        for (size_t cap = 0; cap <= needed + 2; ++cap) {
            char text[16 + GUARD];
            size_t text_len = 77;
            memset(text, 0x5a, sizeof text);
            CHECK_STATUS(cseal_base32_encode(key, key_len, text, cap, &text_len),
                         cap < needed ? CSEAL_E_CAPACITY : CSEAL_OK);
            CHECK_NUMBER(text_len, needed);
            CHECK(all_bytes_are(text + cap, sizeof text - cap, 0x5a));
            if (cap < needed) {
                CHECK(all_bytes_are(text, cap, 0));
            } else {
                CHECK(memcmp(text, rows[i].text, needed) == 0);
                CHECK(all_bytes_are(text + needed, cap - needed, 0));
            }
        }
    }
}

static void test_encode_arguments(void)
{
    const uint8_t key[4] = {1, 2, 3, 4};
    char text[8];
    size_t text_len = 77;

    memset(text, 0x5a, sizeof text);
    CHECK_STATUS(cseal_base32_encode(NULL, 4, text, sizeof text, &text_len), CSEAL_E_ARGUMENT);
    CHECK(all_bytes_are(text, sizeof text, 0));
    CHECK_NUMBER(text_len, 0);
    text_len = 77;
    CHECK_STATUS(cseal_base32_encode(key, 4, NULL, 8, &text_len), CSEAL_E_ARGUMENT);
    CHECK_NUMBER(text_len, 0);
    memset(text, 0x5a, sizeof text);
    CHECK_STATUS(cseal_base32_encode(key, 4, text, sizeof text, NULL), CSEAL_E_ARGUMENT);
    CHECK(all_bytes_are(text, sizeof text, 0));

    CHECK_STATUS(cseal_base32_encode(NULL, 0, NULL, 0, &text_len), CSEAL_OK);
    CHECK_NUMBER(text_len, 0);
    CHECK_STATUS(cseal_base32_encode(key, 4, NULL, 0, &text_len), CSEAL_E_CAPACITY);
    CHECK_NUMBER(text_len, 7);

    /* The bound is 2^30; nothing is read where the capacity is too small or the length is out of range. */
    const size_t bound = (size_t)1 << 30;
    CHECK_STATUS(cseal_base32_encode(key, bound, text, sizeof text, &text_len), CSEAL_E_CAPACITY);
    CHECK_NUMBER(text_len, (((uint64_t)1 << 33) + 4) / 5);
    const size_t beyond[] = {bound + 1, SIZE_MAX / 8, SIZE_MAX / 8 + 1, SIZE_MAX - 1, SIZE_MAX};
    for (size_t i = 0; i < COUNT_OF(beyond); ++i) {
        memset(text, 0x5a, sizeof text);
        CHECK_STATUS(cseal_base32_encode(key, beyond[i], text, sizeof text, &text_len), CSEAL_E_RANGE);
        CHECK(all_bytes_are(text, sizeof text, 0));
        CHECK_NUMBER(text_len, 0);
    }
}

static void test_round_trip(void)
{
    uint8_t key[256];
    for (size_t len = 0; len <= sizeof key; ++len) {
        char text[512];
        uint8_t back[256];
        size_t text_len = 0;
        size_t back_len = 0;
        for (size_t i = 0; i < len; ++i) {
            key[i] = (uint8_t)(i * 151 + len);
        }
        CHECK_STATUS(cseal_base32_encode(key, len, text, sizeof text, &text_len), CSEAL_OK);
        CHECK_STATUS(cseal_base32_decode(text, text_len, back, sizeof back, &back_len, NULL), CSEAL_OK);
        CHECK(back_len == len && memcmp(key, back, len) == 0);
    }
}

static void test_repair(void)
{
    static const struct {
        const char* text;
        const char* want;
        uint32_t repairs;
    } rows[] = {
        {"", "", 0},
        {"MZXW6YTB", "MZXW6YTB", 0},
        {"MZXW-6YTB", "MZXW6YTB", CSEAL_REPAIRED_HYPHENS},
        {"-M-", "M", CSEAL_REPAIRED_HYPHENS},
        {"0ZXW", "OZXW", CSEAL_REPAIRED_ZERO_AS_O},
        {"8ZXW", "BZXW", CSEAL_REPAIRED_EIGHT_AS_B},
        {"0-8", "OB", 7},
        {"1 9=!z", "1 9=!z", 0}, /* no single reading, or nothing to mend: the decoder decides */
    };
    char out[16];
    size_t len = 77;
    uint32_t repairs = 77;
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        check_row = rows[i].text;
        memset(out, 0x5a, sizeof out);
        CHECK_STATUS(cseal_base32_repair(rows[i].text, strlen(rows[i].text), &repairs, out, sizeof out, &len),
                     CSEAL_OK);
        CHECK(len == strlen(rows[i].want) && memcmp(out, rows[i].want, len) == 0);
        CHECK(all_bytes_are(out + len, sizeof out - len, 0));
        CHECK_NUMBER(repairs, rows[i].repairs);
    }
    check_row = "";
    memset(out, 0x5a, sizeof out);
    CHECK_STATUS(cseal_base32_repair("0ZXW", 4, &repairs, out, 3, &len), CSEAL_E_CAPACITY);
    CHECK(len == 4 && repairs == 0 && all_bytes_are(out, 3, 0) && out[3] == 0x5a);
    CHECK_STATUS(cseal_base32_repair(NULL, 4, &repairs, out, sizeof out, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_base32_repair("A", 1, NULL, out, sizeof out, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_base32_repair("A", 1, &repairs, NULL, 4, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_base32_repair("A", 1, &repairs, out, sizeof out, NULL), CSEAL_E_ARGUMENT);
}

int main(void)
{
    test_decode_cases();
    test_decode_arguments(cseal_base32_decode);
    test_decode_arguments(cseal_hex_decode);
    test_sufficient_capacity();
    test_encode();
    test_encode_arguments();
    test_round_trip();
    test_repair();
    return check_summary();
}
