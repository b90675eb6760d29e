/* SPDX-License-Identifier: Apache-2.0 */
/* seed_file.h: all or nothing, the dry run, every argument, and a file there and back. */
#include "check.h"

#include "counterseal/otp.h"
#include "counterseal/seed_file.h"

#define NOT_AN_IMPORT ((cseal_import*)(void*)&n_checks)
#define NOT_A_SEED ((cseal_seed*)(void*)&n_checks)
#define NOT_AN_EXPORT ((cseal_export*)(void*)&n_checks)

static const char good[] =
    "otpauth://totp/Maple:a?secret=GEZDGNBV&issuer=Maple\n"
    "otpauth://hotp/b?secret=GEZDGNBV&counter=9\n";
static const char half[] =
    "otpauth://totp/Maple:a?secret=GEZDGNBV&issuer=Maple\n"
    "otpauth://totp/b?secret=GEZDGNB1\n";

static cseal_crypto* crypto = NULL;

static cseal_status read(const char* text, uint32_t flags, cseal_problem* problem, cseal_import** import)
{
    cseal_import_options options;
    CHECK_STATUS(cseal_import_options_init(&options, sizeof options), CSEAL_OK);
    options.flags = flags;
    return cseal_import_new(crypto, text, strlen(text), NULL, 0, NULL, 0, &options, problem, import);
}

static cseal_import_info info_of(const cseal_import* import)
{
    cseal_import_info info = {sizeof info, 77, 77, 77};
    CHECK_STATUS(cseal_import_info_get(import, &info), CSEAL_OK);
    return info;
}

static void test_good(void)
{
    cseal_problem problem = {sizeof problem, 0, 0, 0, 0, ""};
    cseal_import* import = NULL;
    CHECK_STATUS(read(good, 0, &problem, &import), CSEAL_OK);
    CHECK(problem.text[0] == '\0');
    const cseal_import_info info = info_of(import);
    CHECK(info.format == CSEAL_FORMAT_URI_LIST && info.n_rows == 2 && info.n_bad == 0);
    CHECK_STATUS(cseal_import_row_get(import, 1, &problem), CSEAL_OK);
    CHECK(problem.line == 2 && problem.text[0] == '\0');
    CHECK_STATUS(cseal_import_row_get(import, 1, NULL), CSEAL_OK);
    CHECK_STATUS(cseal_import_row_get(import, 2, &problem), CSEAL_E_RANGE);
    CHECK_STATUS(cseal_import_row_get(NULL, 0, &problem), CSEAL_E_ARGUMENT);
    cseal_seed* seed = NULL;
    CHECK_STATUS(cseal_import_seed_get(import, 1, &seed), CSEAL_OK);
    cseal_seed_info numbers;
    CHECK_STATUS(cseal_seed_info_init(&numbers, sizeof numbers), CSEAL_OK);
    CHECK_STATUS(cseal_seed_info_get(seed, &numbers), CSEAL_OK);
    CHECK(numbers.kind == CSEAL_SEED_HOTP && numbers.counter == 9);
    cseal_seed_free(seed);
    seed = NOT_A_SEED;
    CHECK_STATUS(cseal_import_seed_get(import, 2, &seed), CSEAL_E_RANGE);
    CHECK(seed == NULL);
    CHECK_STATUS(cseal_import_seed_get(import, 0, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_import_seed_get(NULL, 0, &seed), CSEAL_E_ARGUMENT);
    cseal_import_free(import);
    cseal_import_free(NULL);
}

static void test_all_or_nothing(void)
{
    cseal_problem problem = {sizeof problem, 0, 0, 0, 0, ""};
    cseal_import* import = NULL;
    CHECK_STATUS(read(half, 0, &problem, &import), CSEAL_MALFORMED);
    CHECK(import != NULL);
    CHECK(problem.line == 2 && strncmp(problem.text, "secret ", 7) == 0);
    CHECK(info_of(import).n_rows == 2 && info_of(import).n_bad == 1);
    cseal_seed* seed = NOT_A_SEED;
    CHECK_STATUS(cseal_import_seed_get(import, 0, &seed), CSEAL_MALFORMED); /* good, and yet not handed out */
    CHECK(seed == NULL);
    CHECK_STATUS(cseal_import_seed_get(import, 1, &seed), CSEAL_MALFORMED);
    CHECK_STATUS(cseal_import_row_get(import, 0, &problem), CSEAL_OK);
    CHECK_STATUS(cseal_import_row_get(import, 1, &problem), CSEAL_MALFORMED);
    cseal_import_free(import);

    CHECK_STATUS(read(half, CSEAL_IMPORT_DRY_RUN, &problem, &import), CSEAL_OK);
    CHECK_STATUS(cseal_import_seed_get(import, 0, &seed), CSEAL_OK);
    cseal_seed_free(seed);
    CHECK_STATUS(cseal_import_seed_get(import, 1, &seed), CSEAL_MALFORMED);
    cseal_import_free(import);
}

static void test_refused(void)
{
    cseal_problem problem = {sizeof problem, 0, 0, 0, 0, ""};
    cseal_import* import = NOT_AN_IMPORT;
    CHECK_STATUS(read("", 0, &problem, &import), CSEAL_MALFORMED);
    CHECK(import == NULL && problem.text[0] != '\0');
    CHECK_STATUS(read(good, 2, &problem, &import), CSEAL_E_UNSUPPORTED);
    cseal_import_options options;
    CHECK_STATUS(cseal_import_options_init(&options, sizeof options), CSEAL_OK);
    CHECK(options.format == CSEAL_FORMAT_AUTO && options.flags == 0);
    CHECK_STATUS(cseal_import_options_init(NULL, sizeof options), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_import_options_init(&options, 8), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_import_options_init(&options, sizeof options), CSEAL_OK);
    const uint32_t unread[] = {CSEAL_FORMAT_MIGRATION, 11, 0xffffffffU};
    for (size_t i = 0; i < COUNT_OF(unread); ++i) {
        options.format = unread[i];
        import = NOT_AN_IMPORT;
        CHECK_STATUS(cseal_import_new(crypto, good, 5, NULL, 0, NULL, 0, &options, NULL, &import), CSEAL_E_UNSUPPORTED);
        CHECK(import == NULL);
    }
    CHECK_STATUS(cseal_import_new(NULL, good, 5, NULL, 0, NULL, 0, NULL, NULL, &import), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_import_new(crypto, NULL, 5, NULL, 0, NULL, 0, NULL, NULL, &import), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_import_new(crypto, good, 5, NULL, 1, NULL, 0, NULL, NULL, &import), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_import_new(crypto, good, 5, NULL, 0, NULL, 1, NULL, NULL, &import), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_import_new(crypto, good, 5, NULL, 0, NULL, 0, NULL, NULL, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(read(good, 0, NULL, &import), CSEAL_OK);
    cseal_import_info info = {4, 0, 0, 0};
    CHECK_STATUS(cseal_import_info_get(import, &info), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_import_info_get(import, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_import_info_get(NULL, &info), CSEAL_E_ARGUMENT);
    cseal_import_free(import);
}

static void test_export(void)
{
    cseal_problem problem = {sizeof problem, 0, 0, 0, 0, ""};
    cseal_import* import = NULL;
    CHECK_STATUS(read(good, 0, NULL, &import), CSEAL_OK);
    cseal_seed* totp = NULL;
    cseal_seed* hotp = NULL;
    CHECK_STATUS(cseal_import_seed_get(import, 0, &totp), CSEAL_OK);
    CHECK_STATUS(cseal_import_seed_get(import, 1, &hotp), CSEAL_OK);
    cseal_import_free(import);

    cseal_export* file = NULL;
    CHECK_STATUS(cseal_export_new(CSEAL_FORMAT_URI_LIST, &file), CSEAL_OK);
    CHECK_STATUS(cseal_export_add(file, totp, &problem), CSEAL_OK);
    CHECK_STATUS(cseal_export_add(file, hotp, NULL), CSEAL_OK);
    char text[400];
    size_t len = 77;
    memset(text, 0x5a, sizeof text);
    CHECK_STATUS(cseal_export_write(file, text, sizeof text, &len), CSEAL_OK);
    CHECK(len == strlen(good) && memcmp(text, good, len) == 0 && all_bytes_are(text + len, sizeof text - len, 0));
    CHECK_STATUS(cseal_export_write(file, text, len - 1, &len), CSEAL_E_CAPACITY);
    CHECK(len == strlen(good) && all_bytes_are(text, len - 1, 0));
    CHECK_STATUS(cseal_export_write(NULL, text, sizeof text, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_export_write(file, text, sizeof text, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_export_add(NULL, totp, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_export_add(file, NULL, NULL), CSEAL_E_ARGUMENT);
    cseal_export_free(file);
    cseal_export_free(NULL);

    CHECK_STATUS(cseal_export_new(CSEAL_FORMAT_MIGRATION, &file), CSEAL_OK);
    CHECK_STATUS(cseal_export_add(file, totp, NULL), CSEAL_OK);
    CHECK_STATUS(cseal_export_write(file, text, sizeof text, &len), CSEAL_OK);
    CHECK(strncmp(text, "otpauth-migration://offline?data=", 33) == 0);
    cseal_export_free(file);

    CHECK_STATUS(cseal_export_new(CSEAL_FORMAT_ENTRA_CSV, &file), CSEAL_OK);
    CHECK_STATUS(cseal_export_add(file, hotp, &problem), CSEAL_E_UNSUPPORTED);
    CHECK(strncmp(problem.text, "kind ", 5) == 0);
    cseal_export_free(file);

    file = NOT_AN_EXPORT;
    CHECK_STATUS(cseal_export_new(CSEAL_FORMAT_PSKC, &file), CSEAL_E_UNSUPPORTED);
    CHECK(file == NULL);
    CHECK_STATUS(cseal_export_new(CSEAL_FORMAT_URI_LIST, NULL), CSEAL_E_ARGUMENT);
    cseal_seed_free(totp);
    cseal_seed_free(hotp);
}

int main(void)
{
    CHECK_STATUS(cseal_crypto_new(NULL, 0, &crypto), CSEAL_OK);
    test_good();
    test_all_or_nothing();
    test_refused();
    test_export();
    cseal_crypto_free(crypto);
    return check_summary();
}
