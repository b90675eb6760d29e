// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/csv.hpp"

#include <algorithm>
#include <utility>

#include "core/enroll/seed.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t max_fields = 256;
constexpr std::size_t max_record_len = 65'536;

/// The first problem of a record stands.
void refuse(csv_record& record, const char* rule, const csv_place& at)
{
    if (record.why.code == status::ok) {
        record.why = {status::malformed, rule, at.byte, at.line, at.column};
    }
}

}  // namespace

csv_place csv_reader::here() const noexcept
{
    return {at_, line_, static_cast<std::uint32_t>(at_ - line_start_ + 1)};
}

bool csv_reader::at_line_end() const noexcept
{
    return at_ == data_.size() || data_[at_] == '\n' || data_.substr(at_).starts_with("\r\n");
}

void csv_reader::skip_line_end() noexcept
{
    if (at_ < data_.size()) {
        at_ += data_[at_] == '\r' ? 2U : 1U;
        ++line_;
        line_start_ = at_;
    }
}

/// Stands behind the opening quote.
void csv_reader::read_quoted(csv_record& into, csv_field& field)
{
    while (at_ < data_.size()) {
        const char c = data_[at_++];
        if (c == '"') {
            if (at_ == data_.size() || data_[at_] != '"') {
                return;
            }
            ++at_;  // doubled: one quote
        } else if (c == '\n') {
            ++line_;
            line_start_ = at_;
        }
        field.text.push_back(c);
    }
    refuse(into, "a quoted field is not closed", field.start);
}

void csv_reader::read_field(csv_record& into)
{
    csv_field field{{}, here()};
    if (at_ < data_.size() && data_[at_] == '"') {
        ++at_;
        read_quoted(into, field);
        if (!at_line_end() && data_[at_] != ',') {
            refuse(into, "there is text behind a quoted field", here());
        }
    }
    while (!at_line_end() && data_[at_] != ',') {
        field.text.push_back(data_[at_++]);
    }
    const auto is_bad = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
    };
    if (std::ranges::any_of(field.text, is_bad)) {
        refuse(into, "a field holds a control character", field.start);
    }
    into.fields.push_back(std::move(field));
}

void csv_reader::read_to_line_end(csv_record& into)
{
    csv_field field{{}, here()};
    while (!at_line_end()) {
        field.text.push_back(data_[at_++]);
    }
    into.fields.push_back(std::move(field));
}

std::optional<csv_record> csv_reader::next()
{
    while (at_ < data_.size() && at_line_end()) {
        skip_line_end();
    }
    if (at_ == data_.size()) {
        return std::nullopt;
    }
    csv_record record;
    record.start = here();
    if (notes_ == csv_notes::hash && data_[at_] == '#') {
        read_to_line_end(record);
        skip_line_end();
        return record;
    }
    read_field(record);
    while (!at_line_end()) {
        ++at_;  // the comma
        if (record.fields.size() == max_fields) {
            refuse(record, "a line has more than 256 fields", here());
            record.fields.pop_back();
        }
        read_field(record);
    }
    if (at_ - record.start.byte > max_record_len) {
        refuse(record, "a line has more than 65536 bytes", record.start);
    }
    skip_line_end();
    return record;
}

}  // namespace counterseal::core
