// SPDX-License-Identifier: Apache-2.0
#include "core/store/postgres_hosts.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <new>
#include <string_view>

#include "core/store/store_error.hpp"

namespace counterseal::core {
namespace {

using conninfo = std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)>;

std::string_view option(const conninfo& of, std::string_view name)
{
    for (const PQconninfoOption* o = of.get(); o->keyword != nullptr; ++o) {
        if (name == o->keyword) {
            return o->val != nullptr ? o->val : "";
        }
    }
    return {};
}

/// With commas between them; of nothing one that is empty.
std::vector<std::string> split(std::string_view list)
{
    std::vector<std::string> all;
    for (;;) {
        const std::size_t end = list.find(',');
        all.emplace_back(list.substr(0, end));
        if (end == std::string_view::npos) {
            return all;
        }
        list.remove_prefix(end + 1);
    }
}

bool is_on_this_machine(std::string_view host)
{
    constexpr std::string_view names[] = {"", "localhost", "127.0.0.1", "::1"};
    return host.starts_with('/') || host.starts_with('@') || std::ranges::find(names, host) != std::end(names);
}

}  // namespace

std::vector<postgres_host> hosts_of(const libpq& pq, const std::string& url)
{
    char* why = nullptr;
    const conninfo given(pq.PQconninfoParse(url.c_str(), &why), pq.PQconninfoFree);
    if (given == nullptr) {
        pq.PQfreemem(why);  // libpq's text shows the URL, which may hold a password
        throw store_error(status::e_argument, "the URL of the store is not what PostgreSQL's libpq reads");
    }
    if (!option(given, "service").empty()) {
        // libpq reads it when it connects, and not here: nobody could say where that leads, and with which sslmode.
        throw store_error(status::e_argument, "the URL of the store has to name its server, and no service of libpq");
    }
    const conninfo defaults(pq.PQconndefaults(), pq.PQconninfoFree);
    if (defaults == nullptr) {
        throw std::bad_alloc();
    }
    const auto effective = [&](std::string_view name) {
        const std::string_view own = option(given, name);
        return own.empty() ? option(defaults, name) : own;
    };
    const std::vector<std::string> names = split(effective("host"));
    const std::vector<std::string> addresses = split(effective("hostaddr"));
    const std::vector<std::string> ports = split(effective("port"));
    const auto is_elsewhere = [](const std::string& host) { return !is_on_this_machine(host); };
    if ((std::ranges::any_of(names, is_elsewhere) || std::ranges::any_of(addresses, is_elsewhere)) &&
        effective("sslmode") != "verify-full") {
        throw store_error(status::e_argument,
                          "a PostgreSQL server on another machine needs sslmode=verify-full in its URL");
    }
    const std::size_t n = std::max(names.size(), addresses.size());
    // As libpq has it: as many of each, or none; of ports one for all, too.
    const auto fits = [&](const std::vector<std::string>& of, bool is_port) {
        return of.size() == n || (of.size() == 1 && (is_port || of[0].empty()));
    };
    if (!fits(names, false) || !fits(addresses, false) || !fits(ports, true)) {
        throw store_error(status::e_argument, "the URL of the store has other numbers of hosts, addresses and ports");
    }
    std::vector<postgres_host> all(n);
    for (std::size_t i = 0; i < n; ++i) {
        all[i] = {names.size() == n ? names[i] : "", addresses.size() == n ? addresses[i] : "",
                  ports.size() == n ? ports[i] : ports[0]};
    }
    return all;
}

}  // namespace counterseal::core
