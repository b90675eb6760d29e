// SPDX-License-Identifier: Apache-2.0
// The program that is looked at: it makes, uses and frees everything that takes a secret, and stops after each call. It
// touches no secret itself; what it passes on lies on the desk.
#include <sys/types.h>
#include <unistd.h>

#include <cstring>
#include <initializer_list>

#include "core/base/cpu.hpp"
#include "counterseal/counterseal.h"
#include "tests/wipe/controls.hpp"
#include "tests/wipe/desk.hpp"

namespace counterseal::wipe {
namespace {

desk* on = nullptr;
std::uint32_t believed = 0;

/// Fills the stack below with something that is not zero, so that what a call leaves can be told from what it scrubs.
[[gnu::noinline]] void paint() noexcept
{
    unsigned char area[700'000];
    std::memset(area, 0xa5, sizeof area);
    __asm__ __volatile__("" : : "r"(area) : "memory");
}

void stop() noexcept
{
    __asm__ __volatile__("int3" : : : "memory");
}

#define RETURNED(expression, expected, scrubbed)                   \
    do {                                                           \
        on->call = #expression;                                    \
        on->wanted = (expected);                                   \
        on->is_scrubbed = (scrubbed);                              \
        paint();                                                   \
        const cseal_status returned = (expression);                \
        __asm__ __volatile__("int3" : : "r"(returned) : "memory"); \
        if (returned != (expected)) {                              \
            on->status = returned;                                 \
            stop();                                                \
        }                                                          \
    } while (false)
#define CALL(expression) RETURNED(expression, CSEAL_OK, true)
#define ROWS(expression) RETURNED(expression, CSEAL_BATCH_DONE, true)
#define FREE(expression)          \
    do {                          \
        on->call = #expression;   \
        on->is_scrubbed = false;  \
        on->holds_handle = false; \
        expression;               \
        stop();                   \
    } while (false)

struct handles {
    cseal_otp_key* key;
    cseal_key_table* table;
    cseal_ocra* ocra;
    cseal_crypto* crypto;
    cseal_seed* seed;
    cseal_seed* seed2;
    cseal_import* import;
    cseal_export* exported;
};
handles h;

constexpr std::uint32_t n_rows_max = 300;
std::int8_t statuses[n_rows_max];
std::int64_t steps[n_rows_max];
std::uint64_t next_counters[n_rows_max];
std::uint32_t codes_out[n_rows_max];

cseal_totp_options totp_options()
{
    cseal_totp_options options;
    (void)cseal_totp_options_init(&options, sizeof options);
    options.digits = 8;
    return options;
}

cseal_hotp_options hotp_options()
{
    cseal_hotp_options options;
    (void)cseal_hotp_options_init(&options, sizeof options);
    options.digits = 8;
    options.look_ahead = 2;
    return options;
}

std::uint64_t now()
{
    return on->counter * 30;
}

void single_key()
{
    const auto totp = totp_options();
    const auto hotp = hotp_options();
    std::int64_t step = 0;
    std::uint64_t next = 0;
    on->holds_handle = true;
    CALL(cseal_otp_key_new(on->key, on->key_len, on->algorithm, &h.key));
    CALL(cseal_totp_verify(h.key, on->code.data, 8, -1, now(), &totp, &step));
    RETURNED(cseal_totp_verify(h.key, on->code.data, 8, step, now(), &totp, &step), CSEAL_REPLAYED, true);
    CALL(cseal_totp_generate(h.key, now(), &totp, on->out.data, sizeof on->out.data, &on->out.len));
    CALL(cseal_hotp_verify(h.key, on->code.data, 8, on->counter, &hotp, &next));
    CALL(cseal_hotp_resync(h.key, on->code.data, 8, on->code2.data, 8, on->counter, &hotp, &next));
    CALL(cseal_hotp_generate(h.key, on->counter, &hotp, on->out.data, sizeof on->out.data, &on->out.len));
    CALL(cseal_hotp_verify_with_id(h.key, "cccccccccccc", 12, on->code.data, 8, on->counter, &hotp, &next));
    FREE(cseal_otp_key_free(h.key));
}

void raw_key()
{
    const auto totp = totp_options();
    const auto hotp = hotp_options();
    std::int64_t step = 0;
    std::uint64_t next = 0;
    CALL(cseal_totp_verify_raw(on->key, on->key_len, on->algorithm, on->code.data, 8, -1, now(), &totp, &step));
    CALL(cseal_hotp_verify_raw(on->key, on->key_len, on->algorithm, on->code.data, 8, on->counter, &hotp, &next));
}

cseal_batch batch_of(std::uint32_t n, bool with_keys)
{
    cseal_batch batch;
    (void)cseal_batch_init(&batch, sizeof batch);
    batch.n_rows = n;
    batch.codes = &on->number;
    batch.codes_stride = 0;
    if (with_keys) {
        batch.keys = on->key;
        batch.keys_stride = 0;
        batch.key_len = on->key_len;
    }
    return batch;
}

/// Few and many rows: other kernels are chosen.
void batches(std::uint32_t n)
{
    static std::uint64_t time;
    static std::int64_t unused;
    static std::uint64_t counter;
    time = now();
    unused = -1;
    counter = on->counter;
    const auto totp = totp_options();
    const auto hotp = hotp_options();
    auto batch = batch_of(n, true);
    batch.times = &time;
    batch.times_stride = 0;
    batch.states = &unused;
    batch.states_stride = 0;
    ROWS(cseal_totp_verify_batch_raw(on->algorithm, &batch, &totp, statuses, steps));
    batch.states = nullptr;
    batch.codes = nullptr;  // none may be there where some are made
    ROWS(cseal_totp_generate_batch(nullptr, on->algorithm, &batch, &totp, statuses, codes_out));
    batch.codes = &on->number;
    std::memset(codes_out, 0, sizeof codes_out);  // they are the caller's
    batch.states = &counter;
    ROWS(cseal_hotp_verify_batch_raw(on->algorithm, &batch, &hotp, statuses, next_counters));
    batch.codes = nullptr;  // none may be there where some are made
    ROWS(cseal_hotp_generate_batch(nullptr, on->algorithm, &batch, &hotp, statuses, codes_out));
    batch.codes = &on->number;
    std::memset(codes_out, 0, sizeof codes_out);
}

void one_row()
{
    batches(1);
}
/// As many as still get the small stack.
void few_rows()
{
    batches(16);
}
void some_rows()
{
    batches(37);
}
void many_rows()
{
    batches(n_rows_max);
}

void table(std::uint32_t kind, std::uint32_t n)
{
    static std::uint64_t time;
    static std::int64_t state;
    static std::uint32_t first_row;
    time = now();
    state = kind == CSEAL_TABLE_TOTP ? -1 : static_cast<std::int64_t>(on->counter);
    const auto totp = totp_options();
    const auto hotp = hotp_options();
    cseal_key_table_options options;
    (void)cseal_key_table_options_init(&options, sizeof options);
    options.algorithm = on->algorithm;
    options.kind = kind;
    options.replay = CSEAL_REPLAY_THIS_PROCESS;
    on->holds_handle = true;
    CALL(cseal_key_table_new(&options, &h.table));
    auto added = batch_of(n, true);
    added.states = &state;
    added.states_stride = 0;
    CALL(cseal_key_table_add(h.table, &added, &first_row));
    CALL(cseal_key_table_replace(h.table, 0, on->key, on->key_len, state));
    auto batch = batch_of(n, false);
    batch.times = &time;
    batch.times_stride = 0;
    if (kind == CSEAL_TABLE_TOTP) {
        ROWS(cseal_totp_verify_batch(h.table, &batch, &totp, statuses, steps));
        batch.codes = nullptr;  // none may be there where some are made
        ROWS(cseal_totp_generate_batch(h.table, 0, &batch, &totp, statuses, codes_out));
        batch.codes = &on->number;
    } else {
        ROWS(cseal_hotp_verify_batch(h.table, &batch, &hotp, statuses, next_counters));
        batch.codes = nullptr;  // none may be there where some are made
        ROWS(cseal_hotp_generate_batch(h.table, 0, &batch, &hotp, statuses, codes_out));
        batch.codes = &on->number;
    }
    std::memset(codes_out, 0, sizeof codes_out);
    CALL(cseal_key_table_remove(h.table, 0));
    FREE(cseal_key_table_free(h.table));
}

void totp_table()
{
    table(CSEAL_TABLE_TOTP, n_rows_max);
}
void small_totp_table()
{
    table(CSEAL_TABLE_TOTP, 16);
}
void hotp_table()
{
    table(CSEAL_TABLE_HOTP, n_rows_max);
}

void ocra()
{
    static std::size_t error_index;
    static const char* rule;
    std::uint64_t next = 0;
    std::int64_t step = 0;
    on->holds_handle = true;
    CALL(cseal_ocra_new(on->suite.data, on->suite.len, on->key, on->key_len, &h.ocra, &error_index, &rule));
    CALL(cseal_ocra_generate(h.ocra, "12345678", 8, on->pin_hash, sizeof on->pin_hash, on->session, sizeof on->session,
                             on->counter, 0, on->out.data, sizeof on->out.data, &on->out.len));
    CALL(cseal_ocra_verify(h.ocra, on->answer.data, on->answer.len, "12345678", 8, on->pin_hash, sizeof on->pin_hash,
                           on->session, sizeof on->session, on->counter, -1, 0, nullptr, &next, &step));
    FREE(cseal_ocra_free(h.ocra));
}

void text_secrets()
{
    static std::uint32_t repairs;
    static std::size_t error_index;
    CALL(cseal_base32_decode(on->base32.data, on->base32.len, on->secret_out, sizeof on->secret_out,
                             &on->secret_out_len, &error_index));
    CALL(cseal_base32_repair(on->base32.data, on->base32.len, &repairs, on->out.data, sizeof on->out.data,
                             &on->out.len));
    CALL(cseal_base32_encode(on->key, on->key_len, on->out.data, sizeof on->out.data, &on->out.len));
    CALL(cseal_hex_decode(on->hex.data, on->hex.len, on->secret_out, sizeof on->secret_out, &on->secret_out_len,
                          &error_index));
}

void yubico()
{
    std::int64_t counter = 0;
    std::int64_t session_use = 0;
    CALL(cseal_yubico_verify(h.crypto, on->aes_key, 16, on->private_id, 6, "cccccccccccc", 12, on->otp.data,
                             on->otp.len, -1, -1, &counter, &session_use));
    CALL(cseal_yubico_public_id(on->otp.data, on->otp.len, on->out.data, sizeof on->out.data, &on->out.len));
}

void seeds()
{
    cseal_seed_info info;
    (void)cseal_seed_info_init(&info, sizeof info);
    info.algorithm = on->algorithm;
    on->holds_handle = true;
    CALL(cseal_seed_new(on->key, on->key_len, &info, nullptr, &h.seed));
    CALL(cseal_seed_text_set(h.seed, CSEAL_SEED_ISSUER, "Practice", 8));
    CALL(cseal_seed_text_set(h.seed, CSEAL_SEED_ACCOUNT, "mia", 3));
    CALL(cseal_seed_secret_set(h.seed, CSEAL_SEED_PRIVATE_ID, on->private_id, sizeof on->private_id));
    CALL(cseal_seed_secret_get(h.seed, CSEAL_SEED_KEY, on->secret_out, sizeof on->secret_out, &on->secret_out_len));
    CALL(cseal_uri_build(h.seed, 0, nullptr, on->out.data, sizeof on->out.data, &on->out.len));
    CALL(cseal_uri_parse(on->out.data, on->out.len, nullptr, &h.seed2));
    cseal_seed_free(h.seed);
    FREE(cseal_seed_free(h.seed2));
}

/// A file of URIs, written and read.
void seed_file()
{
    cseal_seed_info info;
    (void)cseal_seed_info_init(&info, sizeof info);
    info.algorithm = on->algorithm;
    on->holds_handle = true;
    CALL(cseal_seed_new(on->key, on->key_len, &info, nullptr, &h.seed));
    (void)cseal_seed_text_set(h.seed, CSEAL_SEED_ISSUER, "Practice", 8);
    (void)cseal_seed_text_set(h.seed, CSEAL_SEED_ACCOUNT, "mia", 3);
    CALL(cseal_export_new(CSEAL_FORMAT_URI_LIST, &h.exported));
    CALL(cseal_export_add(h.exported, h.seed, nullptr));
    CALL(cseal_export_write(h.exported, on->out.data, sizeof on->out.data, &on->out.len));
    cseal_export_free(h.exported);
    cseal_seed_free(h.seed);
    CALL(cseal_import_new(h.crypto, on->out.data, on->out.len, nullptr, 0, nullptr, 0, nullptr, nullptr, &h.import));
    CALL(cseal_import_seed_get(h.import, 0, &h.seed2));
    cseal_seed_free(h.seed2);
    FREE(cseal_import_free(h.import));
}

void drawn_secret()
{
    CALL(cseal_secret_generate(h.crypto, 256, on->secret_out, sizeof on->secret_out, &on->secret_out_len));
}

struct scenario {
    const char* name;
    void (*run)();
};

constexpr scenario scenarios[] = {
    {"single_key", single_key},
    {"raw_key", raw_key},
    {"one_row", one_row},
    {"few_rows", few_rows},
    {"some_rows", some_rows},
    {"many_rows", many_rows},
    {"totp_table", totp_table},
    {"small_totp_table", small_totp_table},
    {"hotp_table", hotp_table},
    {"ocra", ocra},
    {"text_secrets", text_secrets},
    {"yubico", yubico},
    {"seeds", seeds},
    {"seed_file", seed_file},
    {"drawn_secret", drawn_secret},
    {"control_stack", [] { control_stack(*on); }},
    {"control_heap", [] { control_heap(*on); }},
    {"control_register", [] { control_register(*on); }},
    {"control_midstate", [] { control_midstate(*on); }},
};

}  // namespace

void run_host(desk& shared)
{
    on = &shared;
    (void)cseal_crypto_new(nullptr, 0, &h.crypto);
    for (const std::uint32_t features :
         {~0U, ~std::uint32_t{core::cpu_avx512}, ~std::uint32_t{core::cpu_sha_ni}, std::uint32_t{core::cpu_avx2}, 0U}) {
        believed = features;
        for (const auto& one : scenarios) {
            for (std::uint32_t algorithm = CSEAL_SHA1; algorithm <= CSEAL_SHA512; ++algorithm) {
                on->scenario = one.name;
                on->features = features;
                on->algorithm = algorithm;
                on->holds_handle = false;
                on->is_control = false;
                on->status = 0;
                on->is_new = true;
                stop();
                on->is_new = false;
                one.run();
            }
        }
    }
    on->is_done = true;
    stop();
    _exit(0);
}

/// What the host believes of its CPU, in the place of core/base/cpu.cpp's object.
std::uint32_t believed_features() noexcept
{
    return believed;
}

}  // namespace counterseal::wipe
