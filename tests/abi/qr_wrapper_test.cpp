// SPDX-License-Identifier: Apache-2.0
// counterseal.hpp: QR codes, and what their errors say.
#include <gtest/gtest.h>

#include <string>

#include "counterseal/counterseal.hpp"

namespace {

using namespace counterseal;

template <class Call>
std::string refused(Call call, cseal_status status)
{
    try {
        call();
    } catch (const config_error& fault) {
        EXPECT_EQ(fault.code(), status);
        return fault.what();
    }
    return "nothing was thrown";
}

TEST(wrapper_qr, gives_what_the_c_function_writes)
{
    EXPECT_TRUE(render_qr("a", "b", qr_kind::svg).ends_with("</svg>\n"));
    EXPECT_TRUE(render_qr("a", "", qr_kind::png).starts_with("\x89PNG"));
    const std::string small = render_qr("a", "", qr_kind::text, {.quiet_zone = 0});
    EXPECT_LT(small.size(), render_qr("a", "", qr_kind::text).size());
    EXPECT_GT(render_qr(std::string(2900, 'a'), "", qr_kind::svg, {.error_correction = qr_correction::l}).size(),
              16384U)
        << "longer than the first try";
}

TEST(wrapper_qr, errors_name_the_rule)
{
    EXPECT_EQ(refused([] { return render_qr("", "", qr_kind::svg); }, CSEAL_E_ARGUMENT), "text must not be empty");
    EXPECT_EQ(refused([] { return render_qr("a", "", qr_kind::svg, {.scale = 0}); }, CSEAL_E_RANGE),
              "scale must be 1 to 40 pixels");
    EXPECT_EQ(refused([] { return render_qr("a", "\n", qr_kind::svg); }, CSEAL_E_ARGUMENT).substr(0, 6), "title ");
    EXPECT_EQ(refused([] { return render_qr(std::string(2954, 'a'), "", qr_kind::png); }, CSEAL_E_RANGE).substr(0, 5),
              "text ");
    EXPECT_EQ(refused([] { static_cast<void>(qr_kind_named("gif")); }, CSEAL_E_UNSUPPORTED),
              "kind must be svg, png, text or ansi");
    EXPECT_EQ(qr_kind_named("png"), qr_kind::png);
}

}  // namespace
