// SPDX-License-Identifier: Apache-2.0
#include "core/engine/grant.hpp"

#include "core/engine/clock.hpp"
#include "core/enroll/base64url.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint8_t format = 2;

// One byte of format, one of assurance, epoch and time in 8 bytes each, then texts behind a byte of length each: path,
// action, type of the second factor, and the methods up to the end.
class grant_writer {
public:
    void byte(std::size_t value)
    {
        if (value > 255) {
            throw store_error(status::e_range, "a grant holds texts of at most 255 bytes");
        }
        out_.push_back(static_cast<std::uint8_t>(value));
    }
    void number(std::int64_t value)
    {
        out_.resize(out_.size() + sizeof value);
        store_be(out_.data() + out_.size() - sizeof value, static_cast<std::uint64_t>(value));
    }
    void text(std::string_view value)
    {
        byte(value.size());
        out_.insert(out_.end(), value.begin(), value.end());
    }
    [[nodiscard]] const secure_bytes& bytes() const noexcept { return out_; }

private:
    secure_bytes out_;
};

class grant_reader {
public:
    explicit grant_reader(bytes_view from) noexcept : from_{from} {}

    [[nodiscard]] std::size_t byte() { return take(1)[0]; }
    [[nodiscard]] std::int64_t number()
    {
        return static_cast<std::int64_t>(load_be<std::uint64_t>(take(sizeof(std::uint64_t)).data()));
    }
    [[nodiscard]] std::string text()
    {
        const bytes_view found = take(byte());
        return {found.begin(), found.end()};
    }
    [[nodiscard]] bool is_at_end() const noexcept { return from_.empty(); }

private:
    /// Only the engine seals: what does not end where it should is a fault of its own.
    bytes_view take(std::size_t n)
    {
        need(n <= from_.size() ? status::ok : status::e_internal, "a grant was sealed wrongly");
        const bytes_view found = from_.first(n);
        from_ = from_.subspan(n);
        return found;
    }

    bytes_view from_;
};

template <class Call>
status with_place(const row_seal& with, std::string_view tenant, std::string_view subject, bytes_view session,
                  Call&& call)
{
    return call(fields{with.store, tenant, subject, "grant", session});
}

}  // namespace

secure_text make_grant(const row_seal& with, std::string_view tenant, std::string_view subject, bytes_view session,
                       const grant& what)
{
    grant_writer to;
    to.byte(format);
    to.byte(static_cast<std::size_t>(what.assurance));
    to.number(what.epoch);
    to.number(what.at_us);
    to.text(what.path);
    to.text(what.action);
    to.text(what.type);
    for (const std::string& method : what.amr) {
        to.text(method);
    }
    std::vector<std::uint8_t> sealed;
    need(with_place(with, tenant, subject, session,
                    [&](fields where) { return with.by.seal(to.bytes(), where, sealed); }),
         "a grant cannot be sealed");
    return to_base64url<secure_text>(sealed);
}

std::optional<grant> open_grant(const row_seal& with, std::string_view tenant, std::string_view subject,
                                bytes_view session, std::string_view text)
{
    const std::optional<secure_bytes> sealed =
        text.empty() || text.size() > longest_grant ? std::nullopt : from_base64url<secure_bytes>(text);
    if (!sealed) {
        return std::nullopt;
    }
    secure_bytes plain;
    const status s =
        with_place(with, tenant, subject, session, [&](fields where) { return with.by.open(*sealed, where, plain); });
    if (s == status::e_store_corrupt || s == status::e_keys) {
        return std::nullopt;  // another's, changed, or of a key that was retired
    }
    need(s, "a grant cannot be opened");
    grant_reader from(plain);
    if (from.byte() != format) {
        return std::nullopt;
    }
    grant out;
    out.assurance = static_cast<std::int64_t>(from.byte());
    out.epoch = from.number();
    out.at_us = from.number();
    out.path = from.text();
    out.action = from.text();
    out.type = from.text();
    while (!from.is_at_end()) {
        out.amr.push_back(from.text());
    }
    return out;
}

std::optional<grant> check_grant(const row_seal& with, const std::optional<subject>& who, std::string_view tenant,
                                 std::string_view name, bytes_view session, std::string_view text,
                                 std::int64_t oldest_us, std::int64_t now_us, std::int64_t least_assurance)
{
    std::optional<grant> found = open_grant(with, tenant, name, session, text);
    // One of a node whose clock runs ahead would be young for longer than it should.
    if (found && found->epoch == (who ? who->epoch : subject().epoch) && found->assurance >= least_assurance &&
        found->at_us >= oldest_us && found->at_us <= now_us + clock_back_us) {
        return found;
    }
    return std::nullopt;
}

std::optional<grant> check_grant(transaction& in, const row_seal& with, std::string_view tenant,
                                 std::string_view subject, bytes_view session, std::string_view text,
                                 std::int64_t oldest_us, std::int64_t now_us, std::int64_t least_assurance)
{
    return check_grant(with, load_subject(in, with, tenant, subject), tenant, subject, session, text, oldest_us, now_us,
                       least_assurance);
}

}  // namespace counterseal::core
