/* SPDX-License-Identifier: Apache-2.0 */
/* engine.h: enrollment, login, replay and refusal through the C ABI; requests that nobody should send. */
#include "engine.h"

#include "phone.h"

#define IN_MAPLE "{\"tenant\":\"maple\",\"now_us\":1800000000000000,"

static const char* const policy = IN_MAPLE
    "\"actor\":\"ops\",\"reason\":\"start\",\"policy\":{\"rules\":[{\"name\":\"all\",\"groups\":\"*\","
    "\"paths\":\"*\"}],\"paths\":{\"web\":{\"challenge\":true}}}}";

static const char* const login = IN_MAPLE "\"subject\":\"alice\",\"session\":\"" SESSION
                                          "\",\"path\":\"web\",\"first_factor\":{\"method\":\"pwd\"}}";

static void test_options(void)
{
    const cseal_engine_options want = {sizeof want, 0, CSEAL_SCHEMA_CHECK, CSEAL_FORK_REOPEN, 4, 5000, 8, 0, NULL, 0};
    cseal_engine_options options;
    cseal_key_ring* ring = a_ring();
    cseal_engine* engine = (cseal_engine*)&options;
    CHECK_STATUS(cseal_engine_options_init(&options, sizeof options), CSEAL_OK);
    CHECK(memcmp(&options, &want, sizeof want) == 0);
    CHECK_STATUS(cseal_engine_options_init(NULL, sizeof options), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_options_init(&options, 31), CSEAL_E_ARGUMENT);
    const struct {
        cseal_engine_options options;
        cseal_status status;
    } refused[] = {
        {{sizeof want, 4, 0, 0, 4, 5000, 8, 0, NULL, 0}, CSEAL_E_UNSUPPORTED},
        {{sizeof want, 0, 2, 0, 4, 5000, 8, 0, NULL, 0}, CSEAL_E_UNSUPPORTED},
        {{sizeof want, 0, 0, 2, 4, 5000, 8, 0, NULL, 0}, CSEAL_E_UNSUPPORTED},
        {{sizeof want, 0, 0, 0, 0, 5000, 8, 0, NULL, 0}, CSEAL_E_RANGE},
        {{sizeof want, 0, 0, 0, 4, 9, 8, 0, NULL, 0}, CSEAL_E_RANGE},
        {{sizeof want, 0, 0, 0, 4, 5000, 65, 0, NULL, 0}, CSEAL_E_RANGE},
        {{sizeof want, 0, 0, 0, 4, 5000, 8, 1, NULL, 0}, CSEAL_E_UNSUPPORTED},
        {{8, 0, 0, 0, 4, 5000, 8, 0, NULL, 0}, CSEAL_E_ARGUMENT},
    };
    for (size_t i = 0; i < COUNT_OF(refused); ++i) {
        CHECK_STATUS(cseal_engine_open("memory:", 7, ring, &refused[i].options, NULL, &engine), refused[i].status);
        CHECK(engine == NULL);
    }
    cseal_problem problem = {.struct_size = sizeof problem};
    CHECK_STATUS(cseal_engine_open("mysql://h", 9, ring, NULL, &problem, &engine), CSEAL_E_ARGUMENT);
    CHECK(strlen(problem.text) > 0 && strstr(problem.text, "mysql") == NULL);
    CHECK_STATUS(cseal_engine_open("memory:", 7, NULL, NULL, NULL, &engine), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_open(NULL, 0, ring, NULL, NULL, &engine), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_open("memory:", 7, ring, NULL, NULL, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_close(NULL), CSEAL_OK);
    cseal_engine_free(NULL);
    cseal_engine_answer_free(NULL);
    cseal_key_ring_free(ring);
}

static void test_login(void)
{
    cseal_engine* engine = opened(NULL);
    char factor[512];
    char challenge[512];
    char request[1024];
    char code[6];
    CHECK_STATUS(call(engine, CSEAL_OP_EVALUATE, login, NULL, 0).status, CSEAL_DENY); /* no policy */
    CHECK_STATUS(call(engine, CSEAL_OP_SET_POLICY, policy, NULL, 0).status, CSEAL_OK);
    CHECK_STATUS(call(engine, CSEAL_OP_EVALUATE, login, NULL, 0).status, CSEAL_ENROLL);

    answered made = call(engine, CSEAL_OP_ENROLL_TOTP, IN_MAPLE "\"subject\":\"alice\"}", NULL, 0);
    CHECK_STATUS(made.status, CSEAL_OK);
    CHECK(strncmp(made.secret, "otpauth://totp/", 15) == 0 && strstr(made.json, "otpauth") == NULL);
    (void)member(&made, "factor_id", factor);
    phone app = phone_of(made.secret, made.secret_len);

    (void)snprintf(request, sizeof request, IN_MAPLE "\"subject\":\"alice\",\"factor_id\":\"%s\"}", factor);
    CHECK_STATUS(call(engine, CSEAL_OP_CONFIRM, request, "000000x", 7).status, CSEAL_MALFORMED);
    phone_code(&app, NOW_S, code);
    code[0] = (char)('0' + (code[0] - '0' + 1) % 10);
    CHECK_STATUS(call(engine, CSEAL_OP_CONFIRM, request, code, 6).status, CSEAL_WRONG);
    phone_code(&app, NOW_S, code);
    const answered confirmed = call(engine, CSEAL_OP_CONFIRM, request, code, 6);
    CHECK_STATUS(confirmed.status, CSEAL_OK);
    CHECK(strstr(confirmed.json, "\"step\":60000000") != NULL);

    /* The next login is asked for a second factor; the code that confirmed is used up. */
    const answered asked = call(engine, CSEAL_OP_EVALUATE, login, NULL, 0);
    CHECK_STATUS(asked.status, CSEAL_CHALLENGE);
    (void)member(&asked, "challenge_id", challenge);
    (void)snprintf(request, sizeof request,
                   "{\"tenant\":\"maple\",\"now_us\":1800000030000000,\"subject\":\"alice\",\"session\":\"" SESSION
                   "\",\"challenge_id\":\"%s\"}",
                   challenge);
    const answered replayed = call(engine, CSEAL_OP_VERIFY_CHALLENGE, request, code, 6);
    CHECK_STATUS(replayed.status, CSEAL_DENY);
    CHECK(strstr(replayed.json, "\"reason\":\"REPLAY\"") != NULL && replayed.secret_len == 0);
    phone_code(&app, NOW_S + 30, code);
    const answered allowed = call(engine, CSEAL_OP_VERIFY_CHALLENGE, request, code, 6);
    CHECK_STATUS(allowed.status, CSEAL_OK);
    CHECK(strstr(allowed.json, "\"outcome\":\"allow\"") != NULL && strstr(allowed.json, "\"assurance\":2") != NULL);
    CHECK(allowed.secret_len > 0 && strstr(allowed.json, allowed.secret) == NULL);
    CHECK_STATUS(call(engine, CSEAL_OP_VERIFY_CHALLENGE, request, code, 6).status, CSEAL_DENY);

    /* The grant holds in its session and nowhere else; with it a further factor may be made, without it none. */
    const char* const elsewhere =
        "{\"tenant\":\"maple\",\"now_us\":1800000060000000,\"subject\":\"alice\",\"session\":\"" OTHER_SESSION "\"}";
    const char* const clock_back = IN_MAPLE "\"subject\":\"alice\",\"session\":\"" SESSION "\"}";
    const char* const enroll_later =
        "{\"tenant\":\"maple\",\"now_us\":1800000060000000,\"subject\":\"alice\",\"session\":\"" SESSION "\"}";
    CHECK_STATUS(call(engine, CSEAL_OP_GRANT_VALID, enroll_later, allowed.secret, allowed.secret_len).status, CSEAL_OK);
    CHECK_STATUS(call(engine, CSEAL_OP_GRANT_VALID, elsewhere, allowed.secret, allowed.secret_len).status, CSEAL_DENY);
    CHECK_STATUS(call(engine, CSEAL_OP_GRANT_VALID, enroll_later, "x", 1).status, CSEAL_DENY);
    CHECK_STATUS(call(engine, CSEAL_OP_GRANT_VALID, clock_back, allowed.secret, allowed.secret_len).status,
                 CSEAL_E_TIME);
    CHECK_STATUS(call(engine, CSEAL_OP_RECOVERY_CODES, enroll_later, NULL, 0).status, CSEAL_DENY);
    const answered codes = call(engine, CSEAL_OP_RECOVERY_CODES, enroll_later, allowed.secret, allowed.secret_len);
    CHECK_STATUS(codes.status, CSEAL_OK);
    CHECK(codes.secret_len > 0 && codes.secret[codes.secret_len - 1] == '\n');

    /* What an administrator takes away is gone, and every step is an event. */
    const char* const reset =
        "{\"tenant\":\"maple\",\"now_us\":1800000060000000,\"subject\":\"alice\",\"actor\":\"ops\","
        "\"reason\":\"phone lost\"}";
    const answered gone = call(engine, CSEAL_OP_ADMIN_RESET, reset, NULL, 0);
    CHECK_STATUS(gone.status, CSEAL_OK);
    CHECK(strstr(gone.json, "\"revoked\":2") != NULL);
    CHECK_STATUS(call(engine, CSEAL_OP_GRANT_VALID, enroll_later, allowed.secret, allowed.secret_len).status,
                 CSEAL_DENY);
    CHECK(strstr(call(engine, CSEAL_OP_EVENTS, IN_MAPLE "\"limit\":2}", NULL, 0).json, "\"next\":2") != NULL);
    CHECK(strstr(call(engine, CSEAL_OP_LIST_FACTORS, IN_MAPLE "\"subject\":\"alice\"}", NULL, 0).json,
                 "\"state\":\"revoked\"") != NULL);
    CHECK(strstr(call(engine, CSEAL_OP_POLICY, IN_MAPLE "\"at_us\":null}", NULL, 0).json, "\"version\":1") != NULL);
    CHECK(strstr(call(engine, CSEAL_OP_STATS, "{}", NULL, 0).json, "\"verify_challenge\":{\"DENY\":2,\"OK\":1}") !=
          NULL);
    phone_free(&app);
    cseal_engine_free(engine);
}

static void test_hostile_requests(void)
{
    cseal_engine* engine = opened(NULL);
    const struct {
        uint32_t op;
        const char* request;
        cseal_status status;
        const char* argument; /* NULL: the request as a whole */
    } rows[] = {
        {0, "{}", CSEAL_E_ARGUMENT, "op"},
        {99, "{}", CSEAL_E_ARGUMENT, "op"},
        {CSEAL_OP_STATS, "", CSEAL_E_ARGUMENT, NULL},
        {CSEAL_OP_STATS, "[]", CSEAL_E_ARGUMENT, NULL},
        {CSEAL_OP_STATS, "{\"x\":1}", CSEAL_E_ARGUMENT, "x"},
        {CSEAL_OP_STATS, "{\"now_us\":1,\"now_us\":1}", CSEAL_E_ARGUMENT, NULL},
        {CSEAL_OP_STATS, "{\"now_us\":1}", CSEAL_E_TIME, "now_us"},
        {CSEAL_OP_POLICY, IN_MAPLE "\"at_us\":0}", CSEAL_E_TIME, "at_us"},
        {CSEAL_OP_POLICY, IN_MAPLE "\"at_us\":1700000000000000000}", CSEAL_E_TIME, "at_us"}, /* of milliseconds */
        {CSEAL_OP_STATS, "{\"now_us\":18446744073709551615}", CSEAL_E_RANGE, "now_us"},
        {CSEAL_OP_STATS, "{\"now_us\":1e3}", CSEAL_E_ARGUMENT, "now_us"},
        {CSEAL_OP_EVENTS, "{}", CSEAL_E_ARGUMENT, "tenant"},
        {CSEAL_OP_EVENTS, "{\"tenant\":\"\"}", CSEAL_E_ARGUMENT, "tenant"},
        {CSEAL_OP_EVENTS, "{\"tenant\":7}", CSEAL_E_ARGUMENT, "tenant"},
        {CSEAL_OP_EVENTS, "{\"tenant\":\" a\"}", CSEAL_E_ARGUMENT, "tenant"},
        {CSEAL_OP_EVENTS, "{\"tenant\":\"a\\u0000\"}", CSEAL_E_ARGUMENT, "tenant"},
        {CSEAL_OP_EVENTS, "{\"tenant\":\"e\\u0301\"}", CSEAL_E_ARGUMENT, "tenant"}, /* not in its one form */
        {CSEAL_OP_EVENTS, "{\"tenant\":\"a\",\"limit\":0}", CSEAL_E_RANGE, "limit"},
        {CSEAL_OP_EVENTS, "{\"tenant\":\"a\",\"limit\":true}", CSEAL_E_ARGUMENT, "limit"},
        {CSEAL_OP_EVALUATE, "{\"tenant\":\"a\",\"subject\":\"s\",\"path\":\"web\",\"session\":\"AAAA\"}",
         CSEAL_E_ARGUMENT, "session"},
        {CSEAL_OP_VERIFY_FACTOR, "{\"tenant\":\"a\",\"subject\":\"s\",\"factor_id\":\"f\",\"purpose\":\"login\"}",
         CSEAL_E_ARGUMENT, "purpose"},
        {CSEAL_OP_SET_POLICY, "{\"tenant\":\"a\",\"actor\":\"x\",\"reason\":\"y\",\"policy\":{\"rule\":[]}}",
         CSEAL_E_ARGUMENT, "policy"},
        {CSEAL_OP_VERIFY_BATCH, "{\"tenant\":\"a\",\"purpose\":\"p\",\"items\":[]}", CSEAL_E_RANGE, "items"},
        {CSEAL_OP_VERIFY_BATCH, "{\"tenant\":\"a\",\"purpose\":\"p\",\"items\":[{\"subject\":\"s\"}]}",
         CSEAL_E_ARGUMENT, "items[0].factor_id"},
        {CSEAL_OP_FAULT, "{\"what\":\"fire\"}", CSEAL_E_ARGUMENT, "what"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        char name[512];
        check_row = rows[i].request;
        const answered got = call(engine, rows[i].op, rows[i].request, NULL, 0);
        CHECK_STATUS(got.status, rows[i].status);
        CHECK(strcmp(member(&got, "argument", name), rows[i].argument == NULL ? "" : rows[i].argument) == 0);
        CHECK(strstr(got.json, "\"rule\":\"") != NULL);
    }
    check_row = "";
    cseal_engine_answer* answer = NULL;
    CHECK_STATUS(cseal_engine_call(NULL, CSEAL_OP_STATS, "{}", 2, NULL, 0, &answer), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_call(engine, CSEAL_OP_STATS, NULL, 2, NULL, 0, &answer), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_call(engine, CSEAL_OP_STATS, "{}", 2, NULL, 1, &answer), CSEAL_E_ARGUMENT);
    CHECK(answer == NULL);
    CHECK_STATUS(cseal_engine_call(engine, CSEAL_OP_STATS, "{}", 2, NULL, 0, NULL), CSEAL_E_ARGUMENT);
    cseal_engine_free(engine);
}

/* Nothing but one object of bounded depth, whose names stand once and whose text is UTF-8, is looked at. */
static void test_hostile_json(void)
{
    cseal_engine* engine = opened(NULL);
    const struct {
        const char* text;
        size_t len; /* 0: up to the NUL */
        cseal_status status;
    } rows[] = {
        {"{\"tenant\":\"a\",\"limit\":1}", 0, CSEAL_OK}, /* what the others differ from */
        {"{\"tenant\":\"a\",\"tenant\":\"b\"}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\",\"\\u0074enant\":\"a\"}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\",\"\\u0001\":1}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\",\"\":1}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\",\"limit\":1e400}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\",\"limit\":100000000000000000000}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\",\"limit\":9223372036854775807}", 0, CSEAL_E_RANGE},
        {"{\"tenant\":\"a\",\"limit\":-9223372036854775808}", 0, CSEAL_E_RANGE},
        {"{\"tenant\":\"a\",\"limit\":1.0}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\",\"limit\":01}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\",\"limit\":NaN}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"\xff\"}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"\xc0\xaf\"}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"\xed\xa0\x80\"}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"\\ud800\"}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\\u0000b\"}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\0b\"}", 16, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\"}\0", 15, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\"}\0{\"x\":", 20, CSEAL_E_ARGUMENT},
        {"\0", 1, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\"} {}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\",}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":\"a\" /* x */}", 0, CSEAL_E_ARGUMENT},
        {"{'tenant':'a'}", 0, CSEAL_E_ARGUMENT},
        {"null", 0, CSEAL_E_ARGUMENT},
        {"\"{}\"", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":[[[]]]}", 0, CSEAL_E_ARGUMENT},
        {"{\"tenant\":{\"tenant\":\"a\"}}", 0, CSEAL_E_ARGUMENT},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        check_row = rows[i].text;
        cseal_engine_answer* answer = NULL;
        const size_t len = rows[i].len == 0 ? strlen(rows[i].text) : rows[i].len;
        CHECK_STATUS(cseal_engine_call(engine, CSEAL_OP_EVENTS, rows[i].text, len, NULL, 0, &answer), rows[i].status);
        cseal_engine_answer_free(answer);
    }
    check_row = "";
    const size_t depth = 1000000;
    char* const deep = malloc(depth);
    if (deep != NULL) {
        for (size_t i = 0; i < 2; ++i) { /* arrays in arrays, and objects in objects */
            for (size_t at = 0; at < depth; ++at) {
                deep[at] = i == 0 ? '[' : "{\"a\":"[at % 5];
            }
            cseal_engine_answer* answer = NULL;
            CHECK_STATUS(cseal_engine_call(engine, CSEAL_OP_EVENTS, deep, depth, NULL, 0, &answer), CSEAL_E_ARGUMENT);
            cseal_engine_answer_free(answer);
        }
    }
    free(deep);
    CHECK(strstr(call(engine, CSEAL_OP_LIST_FACTORS, IN_MAPLE "\"limit\":1}", NULL, 0).json, "\"factors\":[]") != NULL);
    cseal_engine_free(engine);
}

static void test_answers(void)
{
    cseal_engine* engine = opened(NULL);
    static const char want[] =
        "{\"calls\":{},\"keys\":{\"active\":\"2026a\",\"sealed\":2},"
        "\"open\":{\"direct\":1,\"done\":0,\"running\":0,\"waiting\":0},\"reasons\":{},"
        "\"store\":{\"busy\":0,\"calls\":0,\"commits\":0,\"retries\":0,\"waiting\":0}}";
    cseal_engine_answer* answer = NULL;
    char json[256];
    uint8_t secret[8];
    size_t len = 0;
    CHECK_STATUS(cseal_engine_call(engine, CSEAL_OP_STATS, "{}", 2, NULL, 0, &answer), CSEAL_OK);
    cseal_engine_free(engine); /* an answer is its own */
    CHECK_STATUS(cseal_engine_answer_json(answer, NULL, 0, &len), CSEAL_E_CAPACITY);
    CHECK_NUMBER(len, strlen(want));
    CHECK_STATUS(cseal_engine_answer_json(answer, json, len, &len), CSEAL_OK);
    CHECK(memcmp(json, want, len) == 0);
    CHECK_STATUS(cseal_engine_answer_json(answer, json, sizeof json, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_answer_json(NULL, json, sizeof json, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_answer_secret(answer, NULL, 0, &len), CSEAL_OK);
    CHECK_NUMBER(len, 0);
    CHECK_STATUS(cseal_engine_answer_secret(answer, NULL, 1, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_answer_secret(NULL, secret, sizeof secret, &len), CSEAL_E_ARGUMENT);
    cseal_engine_answer_free(answer);
}

static void test_faults(void)
{
    cseal_engine* engine = opened(NULL);
    CHECK(strstr(call(engine, CSEAL_OP_HEALTH, "{}", NULL, 0).json, "\"store\":\"up\"") != NULL);
    CHECK_STATUS(call(engine, CSEAL_OP_FAULT, "{\"what\":\"store_down\"}", NULL, 0).status, CSEAL_OK);
    const answered down = call(engine, CSEAL_OP_HEALTH, "{\"timeout_ms\":50}", NULL, 0);
    CHECK_STATUS(down.status, CSEAL_E_STORE_UNAVAILABLE);
    CHECK(strstr(down.json, "\"store\":\"down\"") != NULL);
    CHECK_STATUS(call(engine, CSEAL_OP_FAULT, "{\"what\":\"commit_unknown\"}", NULL, 0).status, CSEAL_OK);
    CHECK_STATUS(call(engine, CSEAL_OP_SET_POLICY, policy, NULL, 0).status, CSEAL_E_STORE_UNKNOWN);
    CHECK_STATUS(call(engine, CSEAL_OP_FAULT, "{\"what\":\"none\"}", NULL, 0).status, CSEAL_OK);
    CHECK(strstr(call(engine, CSEAL_OP_POLICY, IN_MAPLE "\"at_us\":null}", NULL, 0).json, "\"version\":1") != NULL);
    cseal_engine_free(engine);
}

static void test_schema_sql(void)
{
    char sql[8192];
    char longer[8192];
    size_t len = 0;
    size_t again = 0;
    CHECK_STATUS(cseal_engine_schema_sql("memory:", 7, NULL, NULL, 0, &len), CSEAL_E_CAPACITY);
    CHECK(len > 100 && len < sizeof sql);
    CHECK_STATUS(cseal_engine_schema_sql("memory:", 7, NULL, sql, len - 1, &again), CSEAL_E_CAPACITY);
    CHECK(again == len);
    CHECK_STATUS(cseal_engine_schema_sql("memory:", 7, NULL, sql, len, &again), CSEAL_OK);
    CHECK(again == len && strncmp(sql, "BEGIN;\n", 7) == 0 && strncmp(sql + len - 8, "COMMIT;\n", 8) == 0);
    /* A file that is not there is an empty store, and stays away. */
    for (int i = 0; i < 2; ++i) {
        CHECK_STATUS(cseal_engine_schema_sql("sqlite:///no-such.db", 20, NULL, longer, sizeof longer, &again),
                     CSEAL_OK);
        CHECK(again == len && memcmp(sql, longer, len) == 0);
    }
    cseal_problem problem = {.struct_size = sizeof problem};
    CHECK_STATUS(cseal_engine_schema_sql("mysql://h", 9, &problem, sql, sizeof sql, &len), CSEAL_E_ARGUMENT);
    CHECK(strlen(problem.text) > 0 && strstr(problem.text, "mysql") == NULL && len == 0);
    CHECK_STATUS(cseal_engine_schema_sql("sqlite:///no/such", 17, &problem, sql, sizeof sql, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_schema_sql("memory:\0x", 9, &problem, sql, sizeof sql, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_schema_sql(NULL, 0, &problem, sql, sizeof sql, &len), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_schema_sql("memory:", 7, &problem, NULL, 1, &len), CSEAL_E_ARGUMENT);
}

static void test_keys(void)
{
    cseal_engine* engine = opened(NULL);
    cseal_key_ring* ring = a_ring();
    cseal_key_ring* other = NULL;
    static const uint8_t other_key[CSEAL_KEY_RING_KEY_LEN] = "another key, of 32 bytes as well";
    cseal_problem problem = {.struct_size = sizeof problem};
    CHECK_STATUS(cseal_key_ring_new(other_key, sizeof other_key, "2026a", 5, NULL, &other), CSEAL_OK);
    CHECK_STATUS(cseal_engine_reload_keys(engine, other, &problem), CSEAL_E_KEYS);
    CHECK(strlen(problem.text) > 0);
    CHECK_STATUS(cseal_engine_reload_keys(engine, NULL, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_reload_keys(NULL, ring, NULL), CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_key_ring_add(ring, other_key, sizeof other_key, "2026b", 5, NULL), CSEAL_OK);
    CHECK_STATUS(cseal_engine_reload_keys(engine, ring, NULL), CSEAL_OK);
    CHECK_STATUS(cseal_key_ring_promote(ring, "2026b", 5, NULL), CSEAL_OK);
    CHECK_STATUS(cseal_engine_reload_keys(engine, ring, NULL), CSEAL_OK);
    CHECK(strstr(call(engine, CSEAL_OP_KEY_COUNTS, "{}", NULL, 0).json, "\"canary\":{\"2026a\":1}") != NULL);
    const answered made = call(engine, CSEAL_OP_RESEAL, "{\"limit\":10}", NULL, 0);
    CHECK_STATUS(made.status, CSEAL_OK);
    CHECK(strstr(made.json, "\"next\":null,\"resealed\":1") != NULL);
    CHECK(strstr(call(engine, CSEAL_OP_KEY_COUNTS, "{}", NULL, 0).json, "\"canary\":{\"2026b\":1}") != NULL);
    CHECK_STATUS(call(engine, CSEAL_OP_RESEAL, "{\"limit\":0}", NULL, 0).status, CSEAL_E_RANGE);
    CHECK_STATUS(call(engine, CSEAL_OP_RESEAL, "{\"after\":\"x\"}", NULL, 0).status, CSEAL_E_ARGUMENT);
    CHECK_STATUS(call(engine, CSEAL_OP_KEY_COUNTS, "{\"after\":\"x\"}", NULL, 0).status, CSEAL_E_ARGUMENT);
    CHECK_STATUS(call(engine, CSEAL_OP_KEY_COUNTS, "{\"tenant\":\"maple\"}", NULL, 0).status, CSEAL_E_ARGUMENT);
    CHECK_STATUS(cseal_engine_close(engine), CSEAL_OK);
    CHECK_STATUS(cseal_engine_reload_keys(engine, ring, &problem), CSEAL_E_CLOSED);
    cseal_key_ring_free(ring);
    cseal_key_ring_free(other);
    cseal_engine_free(engine);
}

int main(void)
{
    test_options();
    test_schema_sql();
    test_login();
    test_hostile_requests();
    test_hostile_json();
    test_answers();
    test_faults();
    test_keys();
    return check_summary();
}
