// SPDX-License-Identifier: Apache-2.0
// What the entries of the taint runner are written with.
//
// The checker's "undefined" stands for "secret": a secret input is marked undefined, the library runs, and every branch
// or address that depends on it is an error. An entry has three duties: taint each secret argument, do the call in its
// various shapes, and check that the results are right, which needs publish() first where the result is secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/hmac/bulk.hpp"
#include "core/hmac/kernel.hpp"
#include "counterseal/otp.h"

namespace ct {

struct entry {
    std::string name;     // the C function, or "kernel:<target>:<hash>", or "bulk_kernel:..."
    std::string secrets;  // its secret arguments, separated by blanks; each must be tainted at least once
    void (*run)(const entry& self);
    const counterseal::core::hmac_kernel* kernel = nullptr;  // for kernel entries
    const counterseal::core::bulk_kernel* bulk = nullptr;    // for entries of bulk kernels
};

void add_text_entries(std::vector<entry>& to);
void add_key_entries(std::vector<entry>& to);
void add_totp_entries(std::vector<entry>& to);
void add_hotp_entries(std::vector<entry>& to);
void add_batch_entries(std::vector<entry>& to);
void add_ocra_entries(std::vector<entry>& to);
void add_yubico_entries(std::vector<entry>& to);
void add_kernel_entries(std::vector<entry>& to);
void add_bulk_kernel_entries(std::vector<entry>& to);

/// Marks bytes as secret, as `argument` of the running entry.
void taint(std::string_view argument, void* data, std::size_t len);

/// The harness looks at the result of a call from here on: its bytes are no longer secret.
void publish(void* data, std::size_t len);

/// How many of these bytes depend on a secret, at least in one bit. Does not count as looking at them.
[[nodiscard]] std::size_t n_secret(const void* data, std::size_t len);

/// Fails the running entry unless `good`, which must not be secret.
void expect(bool good, std::string_view what);

/// Fails the running entry unless every byte is secret: a result that came out public was declassified too early, or
/// the taint never reached it and the entry proves nothing.
void expect_secret(const void* data, std::size_t len, std::string_view what);

/// A copy of `text` on the heap, tainted; so that reading before or behind it is an error too.
class secret_copy {
public:
    secret_copy(std::string_view argument, std::string_view text);
    ~secret_copy();
    secret_copy(const secret_copy&) = delete;
    secret_copy& operator=(const secret_copy&) = delete;
    [[nodiscard]] const char* text() const noexcept { return bytes_; }
    [[nodiscard]] const std::uint8_t* bytes() const noexcept { return reinterpret_cast<const std::uint8_t*>(bytes_); }
    [[nodiscard]] char* data() noexcept { return bytes_; }
    [[nodiscard]] std::size_t len() const noexcept { return len_; }

private:
    char* bytes_;
    std::size_t len_;
};

/// A prepared key whose secret was tainted and whose contents were seen to be so.
class secret_key {
public:
    secret_key(std::uint32_t algorithm, std::string_view secret);
    ~secret_key() { cseal_otp_key_free(key_); }
    secret_key(const secret_key&) = delete;
    secret_key& operator=(const secret_key&) = delete;
    [[nodiscard]] const cseal_otp_key* get() const noexcept { return key_; }

private:
    cseal_otp_key* key_ = nullptr;
};

/// The key that most entries use: 20 bytes.
inline constexpr std::string_view usual_secret = "12345678901234567890";

/// The HOTP code of usual_secret, or another secret, computed by the library in the open.
[[nodiscard]] std::string open_code(std::uint32_t algorithm, std::string_view secret, std::uint64_t counter,
                                    std::uint32_t digits);

/// Lengths to loop over.
using lengths = std::initializer_list<std::size_t>;

/// `code` with one digit changed.
[[nodiscard]] std::string other_code(std::string code);

inline constexpr std::uint32_t algorithms[] = {CSEAL_SHA1, CSEAL_SHA256, CSEAL_SHA512};

/// Every way to type `code`, and how a verifier that accepts it answers.
struct typed {
    std::string text;
    cseal_status if_right;  // CSEAL_OK, or MALFORMED for what no shape allows
};
[[nodiscard]] std::vector<typed> shapes_of(const std::string& code);

}  // namespace ct
