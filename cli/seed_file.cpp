// SPDX-License-Identifier: Apache-2.0
// Seed files: looked at, and turned into what another system takes.
#include <algorithm>
#include <limits>
#include <memory>
#include <optional>

#include "command.hpp"
#include "printable.hpp"
#include "source.hpp"

namespace counterseal::cli {
namespace {

constexpr std::size_t max_file_len = std::size_t{16} << 20;
constexpr std::size_t max_password_len = 4096;

constexpr seed_text all_texts[] = {seed_text::issuer, seed_text::account,      seed_text::user,
                                   seed_text::serial, seed_text::manufacturer, seed_text::model,
                                   seed_text::suite,  seed_text::public_id,    seed_text::key_id};

const char* name_of_kind(seed_kind kind) noexcept
{
    switch (kind) {
        case seed_kind::totp: return "totp";
        case seed_kind::hotp: return "hotp";
        case seed_kind::ocra: return "ocra";
        case seed_kind::yubico: return "yubico";
    }
    return "";
}

const char* name_of_hash(algorithm hash) noexcept
{
    return hash == algorithm::sha1 ? "SHA1" : hash == algorithm::sha256 ? "SHA256" : "SHA512";
}

/// Algorithm, digits and so on, as far as the kind has them: `call` gets name and value.
template <class Call>
void for_each_number(const seed_info& of, Call call)
{
    if (of.kind == seed_kind::totp || of.kind == seed_kind::hotp) {
        call("algorithm", name_of_hash(of.hash));
        if (of.encoder == encoder::steam) {
            call("encoder", "steam");
        } else {
            call("digits", std::uint64_t{of.digits});
        }
    }
    if (of.kind == seed_kind::totp) {
        call("period", std::uint64_t{of.period_s});
    }
    if (of.kind == seed_kind::hotp) {
        call("counter", of.counter);
    }
}

void describe_seed(json& into, const seed& of)
{
    const seed_info info = of.info();
    into.member("type", std::string_view(name_of_kind(info.kind)));
    for (const seed_text which : all_texts) {
        into.optional(name_of(which), of.text(which));
    }
    for_each_number(info, [&](const char* name, auto value) {
        if constexpr (std::is_same_v<decltype(value), const char*>) {
            into.member(name, std::string_view(value));
        } else {
            into.member(name, value);
        }
    });
    into.list("warnings", of.warnings());
}

std::string line_of(const seed& of)
{
    const seed_info info = of.info();
    std::string line = name_of_kind(info.kind);
    for (const seed_text which : all_texts) {
        if (const std::string text = of.text(which); !text.empty()) {
            line += std::string(", ") + name_of(which) + " " + printable(text);
        }
    }
    for_each_number(info, [&](const char* name, auto value) {
        if constexpr (std::is_same_v<decltype(value), const char*>) {
            line += std::string(", ") + value;
        } else {
            line += std::string(", ") + name + " " + std::to_string(value);
        }
    });
    for (const std::string& warning : of.warnings()) {
        line += "\n    warning: " + printable(warning);
    }
    return line;
}

std::string place_of(const problem& why)
{
    return why.line == 0 ? "" : "line " + std::to_string(why.line) + ", column " + std::to_string(why.column) + ": ";
}

void place(json& into, const problem& why)
{
    if (why.line != 0) {
        into.member("line", std::uint64_t{why.line}).member("column", std::uint64_t{why.column});
    }
    if (why.byte != std::numeric_limits<std::uint64_t>::max()) {
        into.member("byte", why.byte);
    }
}

struct seed_file_command {
    std::string file = "-";
    std::string format = "auto";
    std::string password_file;
    std::string key_file;
    bool ask_password = false;
    bool dry_run = false;
    bool qr = false;
    std::string output_format;
    destination to;

    void add_writing_to(CLI::App& command, bool required)
    {
        auto* option = command.add_option("--output-format", output_format, "Write the entries. Prints their secrets");
        option->check(CLI::IsMember({"uri-list", "migration", "entra-csv"}))->required(required);
        command.add_flag("--qr", qr, "Show a QR code before each URI")
            ->needs(option)
            ->excludes(command.get_option("--json"));
        to.add_to(command);
    }

    [[nodiscard]] seed_import read(session& run) const
    {
        std::optional<secret> key;
        if (!key_file.empty()) {
            key = hex_file(run, key_file, "the key");
        }
        hidden_text password;
        if (!password_file.empty()) {
            password = run.in.file(password_file, "the password", max_password_len);
        } else if (ask_password) {
            password = run.in.typed("password", true, max_password_len);
        }
        import_settings settings;
        settings.format = format_named(format);
        settings.dry_run = dry_run;
        settings.password = without_newline(view(password));
        if (key) {
            settings.key = key->bytes();
        }
        return seed_import(crypto(), view(run.in.file(file, "the seed file", max_file_len)), settings);
    }

    exit_status operator()(session& run) const
    {
        try {
            const seed_import from = read(run);
            return from.n_bad() == 0 && !output_format.empty() ? write(run, from) : list(run, from);
        } catch (const problem_error& fault) {
            if (fault.code() != CSEAL_MALFORMED) {
                throw;
            }
            return unreadable(run, fault.where());
        }
    }

    static exit_status unreadable(session& run, const problem& why)
    {
        if (run.as_json) {
            json document;
            document.begin_object().member("status", std::string_view("malformed"));
            place(document, why);
            document.member("message", std::string_view(why.text)).end_object();
            run.document(document);
        } else {
            run.line("malformed: " + place_of(why) + printable(why.text));
        }
        return exit_status::refused;
    }

    exit_status list(session& run, const seed_import& from) const
    {
        const bool shows_good = from.n_bad() == 0 || dry_run;
        json document;
        document.begin_object().member("status", std::string_view(from.n_bad() == 0 ? "done" : "malformed"));
        document.member("format", std::string_view(name_of(from.format())));
        document.member("n_rows", std::uint64_t{from.size()}).member("n_bad", std::uint64_t{from.n_bad()});
        document.key("rows").begin_array();
        for (std::uint32_t i = 0; i < from.size(); ++i) {
            const problem why = from.row(i);
            const bool good = why.status == CSEAL_OK;
            if (good && !shows_good) {
                continue;
            }
            document.begin_object().member("row", std::uint64_t{i} + 1);
            document.member("status", std::string_view(good ? "good" : "bad"));
            place(document, why);
            std::string line = std::to_string(i + 1) + ": ";
            if (good) {
                const seed of = from.at(i);
                describe_seed(document, of);
                line += line_of(of);
            } else {
                document.member("problem", std::string_view(why.text));
                line += "BAD: " + place_of(why) + printable(why.text);
            }
            document.end_object();
            if (!run.as_json) {
                run.line(line);
            }
        }
        document.end_array().end_object();
        if (run.as_json) {
            run.document(document);
        } else {
            run.line(std::string(name_of(from.format())) + ": " + std::to_string(from.size()) +
                     (from.size() == 1 ? " entry, " : " entries, ") + std::to_string(from.n_bad()) + " bad");
            if (!shows_good) {
                run.line("Nothing is taken from a file with bad entries. --dry-run shows the good ones.");
            }
        }
        return from.n_bad() == 0 ? exit_status::done : exit_status::refused;
    }

    /// Each URI of the list with its QR code before it.
    static hidden_text with_codes(std::string_view uris)
    {
        qr_options how;
        how.error_correction = qr_correction::l;  // ten accounts need the room
        hidden_text made;
        while (!uris.empty()) {
            const std::string_view uri = uris.substr(0, uris.find('\n'));
            append(made, view(hide(render_qr(uri, "", qr_kind::ansi, how))));
            append(made, uri);
            append(made, "\n");
            uris.remove_prefix(std::min(uri.size() + 1, uris.size()));
        }
        return made;
    }

    exit_status write(session& run, const seed_import& from) const
    {
        if (qr && output_format == "entra-csv") {
            throw usage_error("--qr needs --output-format uri-list or migration: a phone reads nothing else");
        }
        seed_export into(format_named(output_format));
        for (std::uint32_t i = 0; i < from.size(); ++i) {
            try {
                into.add(from.at(i));
            } catch (const config_error& fault) {
                throw usage_error("entry " + std::to_string(i + 1) + ": " + fault.what());
            }
        }
        const hidden_text list = hide(into.text());
        const hidden_text text = qr ? with_codes(view(list)) : list;
        if (!run.as_json) {
            to.put(run, view(text));
            return exit_status::done;
        }
        json document;
        document.begin_object().member("status", std::string_view("done"));
        document.member("format", std::string_view(output_format)).member("n_rows", std::uint64_t{from.size()});
        if (to.is_file()) {
            to.put(run, view(text));
            document.member("file", std::string_view(to.path));
        } else {
            document.member("text", view(text));
        }
        document.end_object();
        run.document(document);
        return exit_status::done;
    }
};

}  // namespace

void add_seed_files(commands& to, CLI::App& root)
{
    const auto reading = std::make_shared<seed_file_command>();
    CLI::App& leaf = to.add(root, "import", "Look at a seed file, or turn it into another one",
                            [reading](session& run) { return (*reading)(run); });
    leaf.add_option("FILE", reading->file, "What a vendor or an app gave; - is standard input")
        ->required()
        ->type_name("");
    leaf.add_option("--format", reading->format, "Of FILE; auto: what it looks like")
        ->check(CLI::IsMember({"auto", "uri-list", "pskc", "entra-csv", "oath-csv", "yubico-csv", "aegis", "2fas",
                               "bitwarden-json", "bitwarden-csv"}))
        ->capture_default_str();
    leaf.add_option("--key-file", reading->key_file, "The pre-shared key of an encrypted file, in hex")
        ->type_name("FILE");
    auto* password = leaf.add_option("--password-file", reading->password_file, "The password of an encrypted file");
    password->type_name("FILE");
    leaf.add_flag("--ask-password", reading->ask_password, "Ask for that password")->excludes(password);
    auto* dry = leaf.add_flag("--dry-run", reading->dry_run, "Show the good entries although others are bad");
    reading->add_writing_to(leaf, false);
    dry->excludes(leaf.get_option("--output-format"));

    const auto writing = std::make_shared<seed_file_command>();
    writing->format = "uri-list";
    CLI::App& out = to.add(root, "export", "Turn otpauth URIs, one a line, into what another system takes",
                           [writing](session& run) { return (*writing)(run); });
    out.add_option("FILE", writing->file, "The URIs; default: standard input")->type_name("");
    writing->add_writing_to(out, true);
}

}  // namespace counterseal::cli
