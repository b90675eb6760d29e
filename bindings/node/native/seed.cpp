// SPDX-License-Identifier: Apache-2.0
#include "seed.hpp"

#include <array>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "factor.hpp"
#include "material.hpp"

namespace counterseal::node {
namespace {

// An External carries a tag, so that the handle of a seed is never taken for that of a factor.
constexpr napi_type_tag seed_tag{0x6373'6561'6c5f'7365, 0x6564'2d76'616c'7565};

bool read_seed(napi_env env, napi_value value, const seed*& into) noexcept
{
    bool tagged = false;
    void* data = nullptr;
    if (napi_check_object_type_tag(env, value, &seed_tag, &tagged) != napi_ok || !tagged ||
        napi_get_value_external(env, value, &data) != napi_ok) {
        return false;
    }
    into = static_cast<const seed*>(data);
    return into != nullptr;
}

void release(napi_env, void* data, void*)
{
    delete static_cast<seed*>(data);
}

napi_value handle_of(napi_env env, seed from)
{
    auto made = std::make_unique<seed>(std::move(from));
    napi_value handle = nullptr;
    if (napi_create_external(env, made.get(), release, nullptr, &handle) != napi_ok) {
        return nullptr;
    }
    static_cast<void>(made.release());
    napi_type_tag_object(env, handle, &seed_tag);
    return handle;
}

napi_value text_of(napi_env env, std::string_view from)
{
    napi_value made = nullptr;
    napi_create_string_utf8(env, from.data(), from.size(), &made);
    return made;
}

napi_value null_of(napi_env env)
{
    napi_value made = nullptr;
    napi_get_null(env, &made);
    return made;
}

napi_value number_of(napi_env env, std::uint64_t number, bool is_known)
{
    napi_value made = nullptr;
    if (!is_known) {
        return null_of(env);
    }
    napi_create_double(env, static_cast<double>(number), &made);
    return made;
}

napi_value list_of(napi_env env, std::span<const napi_value> items)
{
    napi_value list = nullptr;
    if (napi_create_array_with_length(env, items.size(), &list) != napi_ok) {
        return nullptr;
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        napi_set_element(env, list, static_cast<std::uint32_t>(i), items[i]);
    }
    return list;
}

napi_value texts_of(napi_env env, const std::vector<std::string>& texts)
{
    std::vector<napi_value> all;
    for (const std::string& one : texts) {
        all.push_back(text_of(env, one));
    }
    return list_of(env, all);
}

napi_value row_of(napi_env env, const seed_import& file, std::uint32_t index, bool handed_out)
{
    const problem why = file.row(index);
    const napi_value none = null_of(env);
    std::array<napi_value, 9> parts{};
    parts.fill(none);
    parts[0] = number_of(env, why.line, why.line != 0);
    parts[1] = number_of(env, why.column, why.column != 0);
    parts[2] = number_of(env, why.byte, why.byte != UINT64_MAX);
    if (why.status != CSEAL_OK) {
        parts[3] = text_of(env, why.text);
        return list_of(env, parts);
    }
    if (!handed_out) {
        return list_of(env, parts);
    }
    seed one = file.at(index);
    constexpr const char* kinds[] = {"totp", "hotp", "ocra", "yubico"};
    parts[5] = text_of(env, kinds[static_cast<std::uint32_t>(one.info().kind) - 1]);
    napi_create_bigint_uint64(env, one.info().counter, &parts[6]);
    std::vector<std::string> texts;
    for (std::uint32_t which = CSEAL_SEED_ISSUER; which <= CSEAL_SEED_KEY_ID; ++which) {
        texts.push_back(one.text(static_cast<seed_text>(which)));
    }
    parts[7] = texts_of(env, texts);
    parts[8] = texts_of(env, one.warnings());
    parts[4] = handle_of(env, std::move(one));
    return list_of(env, parts);
}

/// A string as UTF-8, or the bytes of a Uint8Array; null is nothing.
bool read_bytes(napi_env env, napi_value value, text& as_text, std::string_view& into)
{
    napi_valuetype type{};
    if (napi_typeof(env, value, &type) != napi_ok) {
        return false;
    }
    if (type == napi_null) {
        into = {};
        return true;
    }
    if (type == napi_string) {
        const bool done = as_text.read(env, value);
        into = as_text.view();
        return done;
    }
    napi_typedarray_type array{};
    std::size_t len = 0;
    void* data = nullptr;
    if (napi_get_typedarray_info(env, value, &array, &len, &data, nullptr, nullptr) != napi_ok ||
        array != napi_uint8_array) {
        return false;
    }
    into = {static_cast<const char*>(data), len};
    return true;
}

}  // namespace

napi_value read_seeds(napi_env env, napi_callback_info info)
{
    const call<5> from(env, info);
    text data_text;
    text format;
    text key_text;
    text password;
    std::string_view data;
    std::string_view key;
    std::string_view unlock;
    bool dry_run = false;
    if (!read_bytes(env, from[0], data_text, data) || !format.read(env, from[1]) ||
        !read_bytes(env, from[2], key_text, key) || !read_bytes(env, from[3], password, unlock) ||
        !read(env, from[4], dry_run)) {
        return from.misused();
    }
    return from.guarded([&] {
        import_settings settings;
        settings.format = format_named(format.view());
        settings.key = {reinterpret_cast<const std::uint8_t*>(key.data()), key.size()};
        settings.password = unlock;
        settings.dry_run = dry_run;
        const seed_import file(from.provider(), data, settings);
        const bool handed_out = file.n_bad() == 0 || dry_run;
        std::vector<napi_value> rows;
        for (std::uint32_t i = 0; i < file.size(); ++i) {
            rows.push_back(row_of(env, file, i, handed_out));
        }
        const std::array<napi_value, 2> answer{text_of(env, name_of(file.format())), list_of(env, rows)};
        return list_of(env, answer);
    });
}

napi_value write_seeds(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    text format;
    std::uint32_t n = 0;
    if (napi_get_array_length(env, from[0], &n) != napi_ok || !format.read(env, from[1])) {
        return from.misused();
    }
    return from.guarded([&] {
        seed_export file(format_named(format.view()));
        for (std::uint32_t i = 0; i < n; ++i) {
            napi_value item = nullptr;
            const seed* as_seed = nullptr;
            const factor* as_factor = nullptr;
            napi_get_element(env, from[0], i, &item);
            try {
                if (read_seed(env, item, as_seed)) {
                    file.add(*as_seed);
                } else if (read(env, item, as_factor)) {
                    file.add(as_factor->as_seed());
                } else {
                    return from.misused();
                }
            } catch (const config_error& fault) {
                throw config_error(fault.code(), "item " + std::to_string(i + 1) + ": " + fault.what());
            }
        }
        std::string written = file.text();
        const napi_value shown = text_of(env, written);
        cseal_wipe(written.data(), written.size());
        return shown;
    });
}

napi_value seed_factor(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    const seed* self = nullptr;
    if (!read_seed(env, from[0], self)) {
        return from.misused();
    }
    return from.guarded([&] { return hand_over(env, factor_of(*self)); });
}

napi_value seed_key(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    const seed* self = nullptr;
    bool private_id = false;
    if (!read_seed(env, from[0], self) || !read(env, from[1], private_id)) {
        return from.misused();
    }
    return from.guarded([&] {
        const secret shown = private_id ? self->private_id() : self->key();
        napi_value made = nullptr;
        napi_create_buffer_copy(env, shown.bytes().size(), shown.bytes().data(), nullptr, &made);
        return made;
    });
}

napi_value seed_reveal(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    const seed* self = nullptr;
    if (!read_seed(env, from[0], self)) {
        return from.misused();
    }
    return from.guarded([&] {
        std::string base32 = self->key().base32();
        const napi_value shown = text_of(env, base32);
        cseal_wipe(base32.data(), base32.size());
        return shown;
    });
}

}  // namespace counterseal::node
