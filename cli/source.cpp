// SPDX-License-Identifier: Apache-2.0
#include "source.hpp"

#include <chrono>

namespace counterseal::cli {
namespace {

constexpr std::size_t max_secret_len = 8192;  // of a file with a secret or a URI, which is at most as long
constexpr std::size_t max_code_len = 4096;

std::string_view trimmed(std::string_view text) noexcept
{
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t start = text.find_first_not_of(blanks);
    return start == std::string_view::npos ? std::string_view{}
                                           : text.substr(start, text.find_last_not_of(blanks) + 1 - start);
}

bool is_uri(std::string_view text) noexcept
{
    return trimmed(text).find(':') != std::string_view::npos;
}

}  // namespace

void seed_settings::add_to(CLI::App& command)
{
    numbers_.push_back(command.add_option("--algorithm", algorithm_, "Hash of the HMAC")
                           ->check(CLI::IsMember({"SHA1", "SHA256", "SHA512"}))
                           ->capture_default_str());
    numbers_.push_back(add_number(command, "--digits", digits_, "Digits of a code, 6 to 10")->capture_default_str());
    if (kind_ == seed_kind::totp) {
        numbers_.push_back(
            add_number(command, "--period", period_s_, "Seconds that a step lasts")->capture_default_str());
        numbers_.push_back(add_number(command, "--t0", t0_s_, "Unix time of step 0")->capture_default_str());
        numbers_.push_back(command.add_option("--encoder", encoder_, "How a number becomes a code")
                               ->check(CLI::IsMember({"decimal", "steam"}))
                               ->capture_default_str());
    }
}

void seed_settings::add_names_to(CLI::App& command)
{
    issuer_option_ = command.add_option("--issuer", issuer_, "Who runs the login, for example the practice");
    account_option_ = command.add_option("--account", account_, "Who logs in");
    if (kind_ == seed_kind::hotp) {
        numbers_.push_back(add_number(command, "--counter", counter_, "The counter that the token starts with")
                               ->capture_default_str());
    }
}

void seed_settings::name(seed& of) const
{
    if (issuer_option_ != nullptr && issuer_option_->count() > 0) {
        of.set(seed_text::issuer, issuer_);
    }
    if (account_option_ != nullptr && account_option_->count() > 0) {
        of.set(seed_text::account, account_);
    }
}

seed seed_settings::make(const secret& key) const
{
    seed_info info;
    info.kind = kind_;
    info.hash = algorithm_named(algorithm_);
    info.encoder = encoder_named(encoder_);
    info.digits = digits_;
    info.period_s = period_s_;
    info.t0_s = t0_s_;
    info.counter = counter_;
    if (kind_ == seed_kind::totp) {  // a seed may be slower than what a person would mean to type
        totp_options options;
        options.digits = digits_;
        options.period_s = period_s_;
        options.t0_s = t0_s_;
        options.encoder = info.encoder;
        options.validate();
    }
    seed made(key.bytes(), info);
    name(made);
    return made;
}

void seed_settings::lay_over(seed& from_uri) const
{
    if (from_uri.info().kind != kind_) {
        throw usage_error(std::string("the URI must be of ") + (kind_ == seed_kind::totp ? "TOTP" : "HOTP"));
    }
    for (const CLI::Option* option : numbers_) {
        if (option->count() > 0) {
            throw usage_error(option->get_name() + " cannot be given with a URI, which tells it");
        }
    }
    name(from_uri);
}

CLI::Option* key_options::add_to(CLI::App& command)
{
    auto* option = command.add_option("--secret-file", file, "The secret in base32; - is standard input");
    command.add_flag("--hex", hex, "The secret is in hex, not in base32");
    return option->type_name("FILE");
}

hidden_text key_options::text(session& run, std::string_view what) const
{
    return file.empty() ? run.in.typed(what, true, max_secret_len) : run.in.file(file, "the secret", max_secret_len);
}

secret key_options::decode(std::string_view text) const
{
    if (is_uri(text)) {
        throw usage_error("the secret must be base32 or hex: this looks like a URI");
    }
    return hex ? secret::from_hex(trimmed(text)) : secret::from_base32(trimmed(text));
}

void seed_source::add_to(CLI::App& command, bool with_names)
{
    auto* uri = command.add_option("--uri-file", uri_file_, "An otpauth URI; - is standard input");
    key_.add_to(command)->excludes(uri);
    uri->type_name("FILE");
    settings_.add_to(command);
    if (with_names) {
        settings_.add_names_to(command);
    }
}

seed seed_source::read(session& run) const
{
    const hidden_text text =
        uri_file_.empty() ? key_.text(run, "secret or otpauth URI") : run.in.file(uri_file_, "the URI", max_secret_len);
    const bool found_out = key_.file.empty() && is_uri(view(text));
    if (uri_file_.empty() && !found_out) {
        return settings_.make(key_.decode(view(text)));
    }
    if (key_.hex) {
        throw usage_error("--hex cannot be given with a URI, which has base32");
    }
    seed read = parse_uri(view(text));
    settings_.lay_over(read);
    return read;
}

secret hex_file(session& run, const std::string& path, const char* what)
{
    try {
        return secret::from_hex(view(run.in.file(path, what, max_secret_len)));
    } catch (const config_error&) {
        throw usage_error(std::string(what) + " must be hex");
    }
}

void code_source::add_to(CLI::App& command, std::size_t n)
{
    n_ = n;
    auto* codes = command.add_option("CODE", codes_, n == 1 ? "What the person typed" : "Two codes in a row, as typed");
    codes->expected(static_cast<int>(n))->type_name("");
    command
        .add_option("--code-file", file_,
                    n == 1 ? "The typed code; - is standard input" : "A code a line; - is standard input")
        ->type_name("FILE")
        ->excludes(codes);
}

std::vector<hidden_text> code_source::read(session& run) const
{
    std::vector<hidden_text> all;
    if (!codes_.empty()) {
        for (const std::string& code : codes_) {
            all.emplace_back(code.begin(), code.end());
        }
        return all;
    }
    if (file_.empty() && input::asks()) {
        while (all.size() < n_) {
            all.push_back(run.in.typed(all.empty() ? "code" : "next code", false, max_code_len));
        }
        return all;
    }
    const hidden_text text = run.in.file(file_.empty() ? "-" : file_, "the code", max_code_len);
    std::string_view left = view(text);
    for (std::size_t i = 1; i < n_; ++i) {
        const std::size_t end = left.find('\n');
        if (end == std::string_view::npos) {
            throw usage_error("there must be " + std::to_string(n_) + " lines with a code each");
        }
        const std::string_view line = without_newline(left.substr(0, end + 1));
        all.emplace_back(line.begin(), line.end());
        left.remove_prefix(end + 1);
    }
    left = without_newline(left);
    all.emplace_back(left.begin(), left.end());
    return all;
}

otp_key key_of(const seed& of)
{
    return otp_key(of.key(), of.info().hash);
}

totp_options totp_options_of(const seed& of)
{
    const seed_info info = of.info();
    totp_options options;
    options.digits = info.digits;
    options.period_s = info.period_s;
    options.long_period = true;  // a seed is checked when it is made
    options.t0_s = info.t0_s;
    options.encoder = info.encoder;
    return options;
}

void time_option::add_to(CLI::App& command)
{
    given_ = add_number(command, "--at", at_s_, "Unix time in seconds; default: now");
}

std::uint64_t time_option::get() const
{
    if (is_given()) {
        return at_s_;
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

std::int64_t step_named(const std::string& text)
{
    if (text == "never") {
        return -1;
    }
    std::int64_t step = -1;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), step);
    if (fault != std::errc{} || end != text.data() + text.size() || step < 0) {
        throw usage_error("--last-step must be never, or the step that was stored last");
    }
    return step;
}

}  // namespace counterseal::cli
