// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdio>

#include "core/audit/log_format.hpp"

namespace counterseal::core {

std::string rfc3339(std::int64_t at_us)
{
    using namespace std::chrono;
    const sys_time<microseconds> at{microseconds(at_us)};
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{at - day};
    char text[64];
    const int len =
        std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                      static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return {text, static_cast<std::size_t>(len)};
}

}  // namespace counterseal::core
