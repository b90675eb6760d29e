/* SPDX-License-Identifier: Apache-2.0 */
/* qr.h: every argument, and what stands in the output. */
#include "check.h"

#include "counterseal/qr.h"

static const char uri[] = "otpauth://totp/Praxis:nurse1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
#define URI uri, sizeof uri - 1

static uint8_t out[1 << 16];
static size_t out_len;

static cseal_qr_options defaults(void)
{
    cseal_qr_options options;
    CHECK_STATUS(cseal_qr_options_init(&options, sizeof options), CSEAL_OK);
    return options;
}

static void test_options(void)
{
    const cseal_qr_options want = {sizeof want, CSEAL_QR_M, 8, 4, {0, 0, 0, 0}};
    cseal_qr_options options = defaults();
    CHECK(memcmp(&options, &want, sizeof want) == 0);
    CHECK_STATUS(cseal_qr_options_init(NULL, sizeof options), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_qr_options_init(&options, sizeof options - 1), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_qr_options_init(&options, 4097), CSEAL_E_ARGUMENT);
    struct {
        cseal_qr_options known;
        uint32_t later[2];
    } newer = {defaults(), {0, 0}};
    newer.known.struct_size = sizeof newer;
    CHECK_STATUS(cseal_qr_render(URI, NULL, 0, CSEAL_QR_SVG, &newer.known, out, sizeof out, &out_len), CSEAL_OK);
    newer.later[1] = 1;
    CHECK_STATUS(cseal_qr_render(URI, NULL, 0, CSEAL_QR_SVG, &newer.known, out, sizeof out, &out_len),
                 CSEAL_E_UNSUPPORTED);
}

static void test_kinds(void)
{
    const struct {
        uint32_t kind;
        const char* start;
        const char* end;
    } rows[] = {
        {CSEAL_QR_SVG, "<svg ", "</svg>\n"},
        {CSEAL_QR_PNG, "\x89PNG\r\n\x1a\n", "IEND\xae\x42\x60\x82"},
        {CSEAL_QR_TEXT, "\xe2\x96\x88", "\xe2\x96\x80\n"},
        {CSEAL_QR_ANSI, "\x1b[38;5;16;48;5;231m ", "\x1b[0m\n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        check_row = rows[i].start;
        memset(out, 0x5a, sizeof out);
        CHECK_STATUS(cseal_qr_render(URI, "Praxis", 6, rows[i].kind, NULL, out, sizeof out, &out_len), CSEAL_OK);
        const size_t start = strlen(rows[i].start);
        const size_t end = strlen(rows[i].end);
        CHECK(out_len > start + end && out_len < sizeof out);
        CHECK(memcmp(out, rows[i].start, start) == 0 && memcmp(out + out_len - end, rows[i].end, end) == 0);
        CHECK(all_bytes_are(out + out_len, sizeof out - out_len, 0));
        const size_t needed = out_len;
        CHECK_STATUS(cseal_qr_render(URI, "Praxis", 6, rows[i].kind, NULL, out, needed, &out_len), CSEAL_OK);
        memset(out, 0x5a, sizeof out);
        CHECK_STATUS(cseal_qr_render(URI, "Praxis", 6, rows[i].kind, NULL, out, needed - 1, &out_len),
                     CSEAL_E_CAPACITY);
        CHECK_NUMBER(out_len, needed);
        CHECK(all_bytes_are(out, needed - 1, 0));
        CHECK_STATUS(cseal_qr_render(URI, "Praxis", 6, rows[i].kind, NULL, NULL, 0, &out_len), CSEAL_E_CAPACITY);
        CHECK_NUMBER(out_len, needed);
    }
    check_row = "";
}

struct refused {
    const char* rule;
    const char* text;
    size_t text_len;
    const char* title;
    size_t title_len;
    uint32_t kind;
    cseal_qr_options options;
    cseal_status status;
};

static void test_refused(void)
{
    static char big[2954];
    memset(big, 'a', sizeof big);
    const cseal_qr_options d = defaults();
    struct refused rows[] = {
        {"text ", "", 0, NULL, 0, CSEAL_QR_SVG, d, CSEAL_E_ARGUMENT},
        {"text ", NULL, 1, NULL, 0, CSEAL_QR_SVG, d, CSEAL_E_ARGUMENT},
        {"text ", "\xff", 1, NULL, 0, CSEAL_QR_SVG, d, CSEAL_E_ARGUMENT},
        {"text ", big, sizeof big, NULL, 0, CSEAL_QR_SVG, d, CSEAL_E_RANGE},
        {"text ", big, 2332, NULL, 0, CSEAL_QR_PNG, d, CSEAL_E_RANGE},
        {"text and title ", "a", 1, NULL, 1, CSEAL_QR_SVG, d, CSEAL_E_ARGUMENT},
        {"title ", "a", 1, "\n", 1, CSEAL_QR_SVG, d, CSEAL_E_ARGUMENT},
        {"kind ", "a", 1, NULL, 0, 0, d, CSEAL_E_UNSUPPORTED},
        {"kind ", "a", 1, NULL, 0, 5, d, CSEAL_E_UNSUPPORTED},
        {"options ", "a", 1, NULL, 0, CSEAL_QR_SVG, d, CSEAL_E_ARGUMENT},
        {"error_correction ", "a", 1, NULL, 0, CSEAL_QR_SVG, d, CSEAL_E_UNSUPPORTED},
        {"scale ", "a", 1, NULL, 0, CSEAL_QR_SVG, d, CSEAL_E_RANGE},
        {"quiet_zone ", "a", 1, NULL, 0, CSEAL_QR_SVG, d, CSEAL_E_RANGE},
        {"reserved ", "a", 1, NULL, 0, CSEAL_QR_SVG, d, CSEAL_E_UNSUPPORTED},
    };
    rows[9].options.struct_size = 8;
    rows[10].options.error_correction = 4;
    rows[11].options.scale = 41;
    rows[12].options.quiet_zone = 17;
    rows[13].options.reserved[3] = 1;
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const struct refused* row = &rows[i];
        check_row = row->rule;
        const char* rule = NULL;
        CHECK_STATUS(
            cseal_qr_check(row->text, row->text_len, row->title, row->title_len, row->kind, &row->options, &rule),
            row->status);
        CHECK(rule != NULL && strncmp(rule, row->rule, strlen(row->rule)) == 0);
        CHECK_STATUS(
            cseal_qr_check(row->text, row->text_len, row->title, row->title_len, row->kind, &row->options, NULL),
            row->status);
        memset(out, 0x5a, sizeof out);
        out_len = 7;
        CHECK_STATUS(cseal_qr_render(row->text, row->text_len, row->title, row->title_len, row->kind, &row->options,
                                     out, sizeof out, &out_len),
                     row->status);
        CHECK(out_len == 0 && all_bytes_are(out, sizeof out, 0));
    }
    check_row = "";
    const char* rule = "";
    CHECK_STATUS(cseal_qr_check(URI, NULL, 0, CSEAL_QR_PNG, NULL, &rule), CSEAL_OK);
    CHECK(rule == NULL);
    CHECK_STATUS(cseal_qr_render(URI, NULL, 0, CSEAL_QR_SVG, NULL, out, sizeof out, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_qr_render(URI, NULL, 0, CSEAL_QR_SVG, NULL, NULL, 1, &out_len), CSEAL_E_ARGUMENT);
}

int main(void)
{
    test_options();
    test_kinds();
    test_refused();
    return check_summary();
}
