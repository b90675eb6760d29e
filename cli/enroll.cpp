// SPDX-License-Identifier: Apache-2.0
#include "enroll.hpp"

#include <unistd.h>

#include <memory>

#include "output.hpp"
#include "printable.hpp"
#include "source.hpp"

namespace counterseal::cli {
namespace {

struct drawing {
    std::string kind;
    std::string level = "M";
    std::string title;
    qr_options options;

    void add_to(CLI::App& command)
    {
        command.add_option("--format", kind, "Of the drawing; default: by the ending of FILE, or ansi for a terminal")
            ->check(CLI::IsMember({"svg", "png", "text", "ansi"}));
        command.add_option("--error-correction", level, "How much of the drawing may be missing")
            ->check(CLI::IsMember({"L", "M", "Q", "H"}))
            ->capture_default_str();
        add_number(command, "--scale", options.scale, "Pixels a module of PNG and SVG, 1 to 40")->capture_default_str();
        add_number(command, "--quiet-zone", options.quiet_zone, "Modules of margin, 0 to 16")->capture_default_str();
        command.add_option("--title", title, "What SVG is called for people who cannot see it; default: the issuer");
    }

    [[nodiscard]] std::string chosen(const destination& to) const
    {
        if (!kind.empty()) {
            return kind;
        }
        if (!to.is_file()) {
            return "ansi";
        }
        for (const auto& [ending, of] : {std::pair{".svg", "svg"}, {".png", "png"}, {".txt", "text"}}) {
            if (to.path.ends_with(ending)) {
                return of;
            }
        }
        throw usage_error("--format must be given where FILE does not end in .svg, .png or .txt");
    }

    [[nodiscard]] hidden_text draw(const seed& of, std::string_view uri, const std::string& as) const
    {
        qr_options how = options;
        how.error_correction = static_cast<qr_correction>(std::string_view("LMQH").find(level));
        return hide(render_qr(uri, title.empty() ? of.text(seed_text::issuer) : title, qr_kind_named(as), how));
    }
};

bool has_name(const seed& of)
{
    return !of.text(seed_text::issuer).empty() || !of.text(seed_text::account).empty();
}

/// What is unusual goes to people on standard error, so that the output stays what it is.
void warn(const session& run, const seed& of)
{
    if (!run.as_json) {
        for (const std::string& warning : of.warnings()) {
            write_stderr("counterseal: warning: " + printable(warning) + "\n");
        }
    }
}

struct new_command {
    explicit new_command(seed_kind kind) : settings(kind) {}

    exit_status operator()(session& run) const
    {
        const secret key = crypto().generate(bits);
        const seed made = settings.make(key);
        const hidden_text base32 = hide(key.base32());
        const hidden_text uri = has_name(made) ? hide(build_uri(made)) : hidden_text{};
        if (qr && uri.empty()) {
            throw usage_error("--qr needs --issuer or --account: a phone has to call the login something");
        }
        if (run.as_json) {
            json document;
            document.begin_object().member("status", std::string_view("done")).member("secret", view(base32));
            document.optional("uri", view(uri)).list("warnings", made.warnings()).end_object();
            run.document(document);
        } else {
            if (qr) {
                append(run.out, view(drawing{}.draw(made, view(uri), "ansi")));
            }
            append(run.out, "secret: ");
            run.line(view(base32));
            if (!uri.empty()) {
                append(run.out, "uri: ");
                run.line(view(uri));
            }
            warn(run, made);
        }
        to.finish(run);
        return exit_status::done;
    }

    seed_settings settings;
    destination to;
    std::uint32_t bits = 160;
    bool qr = false;
};

struct uri_command {
    explicit uri_command(seed_kind kind) : source(kind) {}

    exit_status operator()(session& run) const
    {
        const seed of = source.read(run);
        const hidden_text uri = hide(build_uri(of, strip_colons));
        if (run.as_json) {
            json document;
            document.begin_object().member("status", std::string_view("done")).member("uri", view(uri));
            document.list("warnings", of.warnings()).end_object();
            run.document(document);
        } else {
            run.line(view(uri));
            warn(run, of);
        }
        to.finish(run);
        return exit_status::done;
    }

    seed_source source;
    destination to;
    bool strip_colons = false;
};

struct qr_command {
    explicit qr_command(seed_kind kind) : source(kind) {}

    exit_status operator()(session& run) const
    {
        const std::string as = how.chosen(to);
        const bool shown = !to.is_file();
        if (shown && as == "png" && (run.as_json || ::isatty(STDOUT_FILENO) != 0)) {
            throw usage_error("PNG is no text: name a file with --output");
        }
        const seed of = source.read(run);
        const hidden_text file = how.draw(of, view(hide(build_uri(of, strip_colons))), as);
        if (!run.as_json) {
            to.put(run, view(file));
            warn(run, of);
            return exit_status::done;
        }
        json document;
        document.begin_object().member("status", std::string_view("done")).member("format", std::string_view(as));
        if (shown) {
            document.member("qr", view(file));
        } else {
            to.put(run, view(file));
            document.member("file", std::string_view(to.path));
        }
        document.list("warnings", of.warnings()).end_object();
        run.document(document);
        return exit_status::done;
    }

    seed_source source;
    drawing how;
    destination to;
    bool strip_colons = false;
};

template <class Command>
Command& add(commands& to, CLI::App& parent, const char* name, const char* description, seed_kind kind, CLI::App*& leaf)
{
    const auto made = std::make_shared<Command>(kind);
    leaf = &to.add(parent, name, description, [made](session& run) { return (*made)(run); });
    return *made;
}

}  // namespace

void add_enrollment(commands& to, CLI::App& parent, seed_kind kind)
{
    CLI::App* leaf = nullptr;
    auto& fresh = add<new_command>(to, parent, "new", "Make a new secret. Prints the secret", kind, leaf);
    add_number(*leaf, "--bits", fresh.bits, "Length of the secret")->capture_default_str();
    fresh.settings.add_names_to(*leaf);
    fresh.settings.add_to(*leaf);
    leaf->add_flag("--qr", fresh.qr, "Show a QR code, too")->excludes(leaf->get_option("--json"));
    fresh.to.add_to(*leaf);

    auto& uri = add<uri_command>(to, parent, "uri", "Write the otpauth URI of a secret. Prints the secret", kind, leaf);
    uri.source.add_to(*leaf, true);
    leaf->add_flag("--strip-colons", uri.strip_colons, "Drop colons from issuer and account");
    uri.to.add_to(*leaf);

    auto& qr = add<qr_command>(to, parent, "qr", "Draw the QR code of a secret. Shows the secret", kind, leaf);
    qr.source.add_to(*leaf, true);
    leaf->add_flag("--strip-colons", qr.strip_colons, "Drop colons from issuer and account");
    qr.how.add_to(*leaf);
    qr.to.add_to(*leaf);
}

}  // namespace counterseal::cli
