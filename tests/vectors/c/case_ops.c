// SPDX-License-Identifier: Apache-2.0
#include "tests/vectors/c/case_ops.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "counterseal/counterseal.h"

/* The key of a case in both forms, for the calls with a handle and their _raw twins. */
struct factor {
    uint8_t secret[512];
    size_t secret_len;
    uint32_t algorithm;
    cseal_otp_key* key;
};

static struct factor factor_of(struct run* run, const cJSON* one)
{
    struct factor made = {{0}, 0, algorithm_of(json_word(one, "algorithm")), NULL};
    const struct text text = json_text(one, "secret");
    const cseal_status decoded =
        cseal_base32_decode(text.data, text.len, made.secret, sizeof made.secret, &made.secret_len, NULL);
    check(run, decoded == CSEAL_OK, "secret is not read: %s", cseal_status_name(decoded));
    const cseal_status status = cseal_otp_key_new(made.secret, made.secret_len, made.algorithm, &made.key);
    check(run, status == CSEAL_OK, "no key: %s", cseal_status_name(status));
    return made;
}

static cseal_totp_options totp_options_of(struct run* run, const cJSON* one)
{
    cseal_totp_options options;
    check(run, cseal_totp_options_init(&options, sizeof options) == CSEAL_OK, "no options");
    if (json_has(one, "encoder")) {
        options.encoder = CSEAL_ENCODER_STEAM;
    } else {
        options.digits = json_uint32(one, "digits");
    }
    options.period_s = json_uint32(one, "period");
    options.t0_s = json_uint(one, "t0");
    if (json_has(one, "past")) {
        options.past = json_uint32(one, "past");
        options.future = json_uint32(one, "future");
    }
    if (json_has(one, "allow_long_period") && cJSON_IsTrue(json_field(one, "allow_long_period"))) {
        options.flags |= CSEAL_TOTP_LONG_PERIOD;
    }
    return options;
}

static cseal_hotp_options hotp_options_of(struct run* run, const cJSON* one)
{
    cseal_hotp_options options;
    check(run, cseal_hotp_options_init(&options, sizeof options) == CSEAL_OK, "no options");
    options.digits = json_uint32(one, "digits");
    if (json_has(one, "look_ahead")) {
        options.look_ahead = json_uint32(one, "look_ahead");
    }
    return options;
}

static void check_code(struct run* run, const cJSON* one, cseal_status status, const char* code, size_t code_len)
{
    const char* expected = json_word(json_field(one, "expect"), "code");
    check(run, status == CSEAL_OK, "not generated: %s", cseal_status_name(status));
    check(run, code_len == strlen(expected) && memcmp(code, expected, code_len) == 0, "code %.*s, not %s",
          (int)code_len, code, expected);
}

void op_totp_at(struct run* run, const cJSON* one)
{
    const struct factor factor = factor_of(run, one);
    const cseal_totp_options options = totp_options_of(run, one);
    char code[CSEAL_OTP_CODE_MAX];
    size_t code_len = 0;
    const cseal_status status =
        cseal_totp_generate(factor.key, json_uint(one, "time"), &options, code, sizeof code, &code_len);
    check_code(run, one, status, code, code_len);
    cseal_otp_key_free(factor.key);
}

void op_hotp_at(struct run* run, const cJSON* one)
{
    const struct factor factor = factor_of(run, one);
    const cseal_hotp_options options = hotp_options_of(run, one);
    char code[CSEAL_OTP_CODE_MAX];
    size_t code_len = 0;
    const cseal_status status =
        cseal_hotp_generate(factor.key, json_uint(one, "counter"), &options, code, sizeof code, &code_len);
    check_code(run, one, status, code, code_len);
    cseal_otp_key_free(factor.key);
}

void op_totp_verify(struct run* run, const cJSON* one)
{
    const struct factor factor = factor_of(run, one);
    const cseal_totp_options options = totp_options_of(run, one);
    const struct text code = json_text(one, "code");
    const uint64_t now_s = json_uint(one, "time");
    const int64_t last_step = cJSON_IsNull(json_field(one, "last_step")) ? -1 : json_int(one, "last_step");
    int64_t step = -2;
    int64_t raw_step = -2;
    const cseal_status status = cseal_totp_verify(factor.key, code.data, code.len, last_step, now_s, &options, &step);
    const cseal_status raw_status = cseal_totp_verify_raw(factor.secret, factor.secret_len, factor.algorithm, code.data,
                                                          code.len, last_step, now_s, &options, &raw_step);

    const cJSON* expect = json_field(one, "expect");
    const cseal_status expected = status_of(run, json_word(expect, "status"));
    check(run, status == expected, "%s, not %s", cseal_status_name(status), cseal_status_name(expected));
    int64_t expected_step = last_step;
    if (expected == CSEAL_OK) {
        expected_step = json_int(expect, "step");
        const int64_t now = (int64_t)((now_s - options.t0_s) / options.period_s);
        check(run, step - now == json_int(expect, "delta"), "delta %" PRId64, step - now);
    }
    check(run, step == expected_step, "step %" PRId64 ", not %" PRId64, step, expected_step);
    check(run, raw_status == status && raw_step == step, "_raw says %s and step %" PRId64,
          cseal_status_name(raw_status), raw_step);
    cseal_otp_key_free(factor.key);
}

void op_hotp_verify(struct run* run, const cJSON* one)
{
    const struct factor factor = factor_of(run, one);
    const cseal_hotp_options options = hotp_options_of(run, one);
    const struct text code = json_text(one, "code");
    const uint64_t next = json_uint(one, "next_counter");
    uint64_t new_next = ~next;
    uint64_t raw_next = ~next;
    const cseal_status status = cseal_hotp_verify(factor.key, code.data, code.len, next, &options, &new_next);
    const cseal_status raw_status = cseal_hotp_verify_raw(factor.secret, factor.secret_len, factor.algorithm, code.data,
                                                          code.len, next, &options, &raw_next);

    const cJSON* expect = json_field(one, "expect");
    const cseal_status expected = status_of(run, json_word(expect, "status"));
    const uint64_t expected_next = expected == CSEAL_OK ? json_uint(expect, "next_counter") : next;
    check(run, status == expected, "%s, not %s", cseal_status_name(status), cseal_status_name(expected));
    check(run, new_next == expected_next, "next counter %" PRIu64 ", not %" PRIu64, new_next, expected_next);
    check(run, raw_status == status && raw_next == new_next, "_raw says %s and counter %" PRIu64,
          cseal_status_name(raw_status), raw_next);
    cseal_otp_key_free(factor.key);
}

/* Bytes of a UTF-8 character, or of NUL, at the start of a text that is not empty. */
static size_t character_len(const char* text, size_t len)
{
    size_t n = 1;
    while (n < len && ((unsigned char)text[n] & 0xc0U) == 0x80U) {
        ++n;
    }
    return n;
}

void op_base32_error(struct run* run, const cJSON* one)
{
    const struct text text = json_text(one, "text");
    uint8_t key[512];
    memset(key, 0xa5, sizeof key);
    size_t key_len = 1;
    size_t index = 0;
    const cseal_status status = cseal_base32_decode(text.data, text.len, key, sizeof key, &key_len, &index);
    check(run, status == CSEAL_E_ENCODING, "%s", cseal_status_name(status));
    check(run, key_len == 0, "a key of %zu bytes", key_len);
    for (size_t i = 0; i < sizeof key; ++i) {
        check(run, key[i] == 0, "byte %zu of the output is not cleared", i);
    }

    const cJSON* expect = json_field(one, "expect");
    size_t n_characters = 0; /* the library counts bytes, the case counts characters */
    for (size_t i = 0; i < index && i < text.len; i += character_len(text.data + i, text.len - i)) {
        ++n_characters;
    }
    check(run, n_characters == json_uint(expect, "index"), "index %zu", n_characters);
    if (!cJSON_IsNull(json_field(expect, "character"))) {
        const struct text character = json_text(expect, "character");
        check(run,
              index < text.len && character.len == character_len(text.data + index, text.len - index) &&
                  memcmp(text.data + index, character.data, character.len) == 0,
              "not the character at the index");
    }
}

/* A number that the options cannot hold. */
static bool has_no_place(const cJSON* one, const char* name)
{
    return json_has(one, name) && (json_int(one, name) < 0 || json_int(one, name) > UINT32_MAX);
}

/* The argument that is refused when a key and options are made, one after another; "" if none is. */
static const char* refused_argument(struct run* run, const cJSON* one)
{
    const struct text text = json_text(one, "secret");
    uint8_t secret[512];
    size_t secret_len = 0;
    if (cseal_base32_decode(text.data, text.len, secret, sizeof secret, &secret_len, NULL) != CSEAL_OK) {
        return "secret";
    }
    cseal_otp_key* key = NULL;
    const cseal_status made = cseal_otp_key_new(secret, secret_len, algorithm_of(json_word(one, "algorithm")), &key);
    cseal_otp_key_free(key);
    if (made != CSEAL_OK) {
        check(run, key == NULL, "a key all the same");
        return made == CSEAL_E_UNSUPPORTED ? "algorithm" : "secret";
    }
    const char* rule = NULL;
    if (strcmp(json_word(one, "kind"), "totp") == 0) {
        const cseal_totp_options options = totp_options_of(run, one);
        (void)cseal_totp_check(-1, options.t0_s, &options, &rule);
    } else {
        const cseal_hotp_options options = hotp_options_of(run, one);
        (void)cseal_hotp_check(0, &options, &rule);
    }
    return rule != NULL ? rule : "";
}

void op_config_error(struct run* run, const cJSON* one)
{
    const char* kind = json_word(one, "kind");
    check(run, strcmp(kind, "totp") == 0 || strcmp(kind, "hotp") == 0, "unknown kind %s", kind);
    if (has_no_place(one, "digits") || has_no_place(one, "period")) {
        skip(run, "uint32_t does not hold the bad %s", json_word(json_field(one, "expect"), "argument"));
        return;
    }
    const char* argument = json_word(json_field(one, "expect"), "argument");
    const char* refused = refused_argument(run, one);
    const size_t len = strlen(argument);
    check(run, strncmp(refused, argument, len) == 0 && (refused[len] == '\0' || refused[len] == ' '),
          "refused for \"%s\", not for %s", refused, argument);
}
