// SPDX-License-Identifier: Apache-2.0
// The manual page, in the man macros (groff_man(7)).
#include <algorithm>
#include <sstream>

#include "counterseal/counterseal.hpp"
#include "describe.hpp"

namespace counterseal::cli {
namespace {

/// Text of a line: hyphens are those of commands, and no line starts with a request.
std::string escaped(const std::string& text)
{
    std::string made;
    for (const char c : text) {
        if (c == '-') {
            made += "\\-";
        } else if (c == '\\') {
            made += "\\e";
        } else {
            made.push_back(c);
        }
    }
    return made.starts_with('.') || made.starts_with('\'') ? "\\&" + made : made;
}

std::string bold(const std::string& text)
{
    return "\\fB" + escaped(text) + "\\fR";
}

std::string value_of(const described_option& option)
{
    if (option.type.empty()) {
        return "";
    }
    return " " + (option.values.empty() ? "\\fI" + escaped(option.type) + "\\fR" : escaped(option.type));
}

bool is_long(const std::string& name)
{
    return name.starts_with("--");
}

void synopsis(std::ostringstream& out, const described_command& command)
{
    out << ".TP\n" << bold("counterseal " + command.path);
    for (const described_option& option : command.options) {
        if (option.positional) {
            const std::string name = "\\fI" + option.names.front() + "\\fR";
            const std::string all = option.many ? name + " " + name : name;
            out << " " << (option.required ? all : "[" + all + "]");
        } else if (option.required) {
            out << " " << bold(*std::ranges::find_if(option.names, is_long)) << value_of(option);
        }
    }
    out << " [\\fIoptions\\fR]\n" << escaped(command.text) << ".\n";
}

void options(std::ostringstream& out, const described_command& command)
{
    for (const described_option& option : command.options) {
        out << ".TP\n";
        if (option.positional) {
            out << "\\fI" << option.names.front() << "\\fR\n";
        } else {
            for (std::size_t i = 0; i < option.names.size(); ++i) {
                out << (i == 0 ? "" : ", ") << bold(option.names[i]);
            }
            out << value_of(option) << '\n';
        }
        out << escaped(option.text);
        if (!option.default_value.empty()) {
            out << "; default: " << escaped(option.default_value);
        }
        out << (option.required ? ". Required.\n" : ".\n");
    }
}

constexpr const char* before = R"(.SH DESCRIPTION
Makes and checks the second factor of a login: one\-time codes, the URIs and QR codes that a phone enrolls with, and the
seed files of token makers. Administers the second factors that the engine keeps in a store: see
.BR "STORES" .
.PP
Secrets are read from files or from standard input, never from arguments, which other users of the machine can see and
the shell keeps. An argument that looks like a secret or an otpauth URI is refused. At a terminal, secrets are asked for
and not shown. Without
.B \-\-secret\-file
and
.B \-\-uri\-file
the secret is read from standard input: base32 or an otpauth URI.
.PP
Codes may be arguments. A script that is given a code by somebody else passes it by
.B \-\-code\-file
or after
.BR \-\- ,
so that it cannot be an option.
.PP
.BR totp ,
.B hotp
and
.B ocra
store nothing. Who calls their
.B verify
stores what it says, and gives it back next time: that is what makes a code count once.
.SH STORES
.BR db ,
.BR policy ,
.BR factor ,
.BR subject ,
.BR enroll ,
.B recovery\-codes
and
.B events
work on a store, in SQLite or PostgreSQL, with the key ring that it was made with.
.B keys init
makes the ring,
.B db migrate
the tables. Both may be named in the environment, by
.B COUNTERSEAL_STORE
and
.BR COUNTERSEAL_KEYS .
A URL with a password belongs there: other users of the machine can see arguments.
.PP
What an administrator changes is an event with the actor and the reason.
.BR enroll ,
.B factor confirm
and
.B recovery\-codes
name nobody.
)";

constexpr const char* after = R"(.SH EXIT STATUS
.TP
.B 0
The code was accepted, or the command has done its work.
.TP
.B 1
Refused: the code is wrong, was used before or is malformed, a file is not what it should be, or the engine does not do
it: there is no such factor, or it is in another state. Which, is printed.
.TP
.B 2
The command or a setting is wrong.
.TP
.B 3
Trouble: a file, memory, the store, its keys or the provider of cryptography failed.
.SH OUTPUT
With
.B \-\-json
each command answers with one JSON object whose
.I status
is
.IR done ,
.IR accepted ,
.IR wrong ,
.IR replayed ,
.IR malformed ,
.IR throttled ,
.IR locked ,
.IR deny
or
.IR error ;
an error has
.I code
and
.I message
beside it. Files are made with mode 0600, and replaced with
.B \-\-force
only. Warnings and errors go to standard error and hold no secret.
.SH EXAMPLES
.TP
A secret for a person, with the QR code on the screen:
counterseal totp new \-\-issuer Praxis \-\-account nurse1 \-\-qr
.TP
The same QR code as a file:
counterseal totp qr \-\-secret\-file nurse1.key \-\-issuer Praxis \-\-account nurse1 \-o nurse1.svg
.TP
The first login:
counterseal totp verify 492039 \-\-secret\-file nurse1.key \-\-last\-step never
.TP
What a vendor has sent, and the same for a phone app:
counterseal import tokens.xml \-\-password\-file password \-\-dry\-run
.br
counterseal import tokens.xml \-\-password\-file password \-\-output\-format migration \-o codes.txt
.TP
A store, and the first phone in it:
export COUNTERSEAL_STORE=sqlite:///logins.db COUNTERSEAL_KEYS=logins.keys
.br
counterseal keys init
.br
counterseal db migrate
.br
counterseal enroll \-\-tenant praxis \-\-subject nurse1 \-\-issuer Praxis \-\-qr \-\-confirm
.TP
A lost phone:
counterseal subject reset \-\-tenant praxis \-\-subject nurse1 \-\-actor office \-\-reason 'phone lost'
.SH STANDARDS
RFC 4226 (HOTP), RFC 6030 (PSKC), RFC 6238 (TOTP), RFC 6287 (OCRA), ISO/IEC 18004 (QR codes).
)";

}  // namespace

std::string manual_page(const CLI::App& root)
{
    const auto all = describe(root);
    std::ostringstream out;
    out << ".\\\" SPDX-License-Identifier: Apache-2.0\n"
           ".\\\" Generated by `counterseal man`; do not edit.\n"
           ".TH COUNTERSEAL 1 \"\" \"counterseal "
        << CSEAL_VERSION_MAJOR << '.' << CSEAL_VERSION_MINOR << "\" \"Counterseal\"\n"
        << ".SH NAME\ncounterseal \\- " << escaped(root.get_description()) << "\n.SH SYNOPSIS\n";
    for (const described_command& command : all) {
        if (command.children.empty()) {
            synopsis(out, command);
        }
    }
    out << before << ".SH OPTIONS\n";
    for (const described_command& command : all) {
        if (command.children.empty()) {
            out << ".SS counterseal " << escaped(command.path) << '\n';
            options(out, command);
        }
    }
    out << after;
    return out.str();
}

}  // namespace counterseal::cli
