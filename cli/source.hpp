// SPDX-License-Identifier: Apache-2.0
// Where a command takes its secret, its settings and its typed code from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "command.hpp"

namespace counterseal::cli {

/// The settings that an otpauth URI tells, where there is none.
class seed_settings {
public:
    explicit seed_settings(seed_kind kind) : kind_(kind) {}

    void add_to(CLI::App& command);  // algorithm, digits, period and so on
    void add_names_to(CLI::App& command);

    [[nodiscard]] seed make(const secret& key) const;
    /// Says no where an option contradicts the URI; issuer and account replace what it says.
    void lay_over(seed& from_uri) const;

private:
    void name(seed& of) const;

    seed_kind kind_;
    std::string algorithm_ = "SHA1";
    std::string encoder_ = "decimal";
    std::uint32_t digits_ = 6;
    std::uint32_t period_s_ = 30;
    std::uint64_t t0_s_ = 0;
    std::uint64_t counter_ = 0;
    std::string issuer_;
    std::string account_;
    std::vector<const CLI::Option*> numbers_;
    const CLI::Option* issuer_option_ = nullptr;
    const CLI::Option* account_option_ = nullptr;
};

/// Where a key comes from and how it is written.
struct key_options {
    std::string file;  // empty: standard input, or a person
    bool hex = false;

    /// Gives the option that names the file.
    CLI::Option* add_to(CLI::App& command);
    [[nodiscard]] hidden_text text(session& run, std::string_view what) const;
    [[nodiscard]] secret decode(std::string_view text) const;
};

/// A secret that exists: base32, hex or an otpauth URI, from a file, standard input or a person.
class seed_source {
public:
    explicit seed_source(seed_kind kind) : kind_(kind), settings_(kind) {}

    void add_to(CLI::App& command, bool with_names = false);
    [[nodiscard]] seed read(session& run) const;

private:
    seed_kind kind_;
    seed_settings settings_;
    key_options key_;
    std::string uri_file_;
};

/// Bytes that a file has in hex. Throws usage_error that names `what`.
[[nodiscard]] secret hex_file(session& run, const std::string& path, const char* what);

/// A typed code: an argument, or a line of a file or of standard input.
class code_source {
public:
    void add_to(CLI::App& command, std::size_t n);  // n codes in a row
    [[nodiscard]] std::vector<hidden_text> read(session& run) const;

private:
    std::size_t n_ = 1;
    std::vector<std::string> codes_;
    std::string file_;
};

/// What makes and checks the codes of a seed.
[[nodiscard]] otp_key key_of(const seed& of);
[[nodiscard]] totp_options totp_options_of(const seed& of);

/// The time that a code is of; the only place that reads the clock.
class time_option {
public:
    void add_to(CLI::App& command);
    [[nodiscard]] bool is_given() const { return given_->count() > 0; }
    [[nodiscard]] std::uint64_t get() const;

private:
    std::uint64_t at_s_ = 0;
    const CLI::Option* given_ = nullptr;
};

/// "never" is -1, as the C ABI has it. Throws usage_error for what is no step.
[[nodiscard]] std::int64_t step_named(const std::string& text);

}  // namespace counterseal::cli
