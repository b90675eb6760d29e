// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/edwards.hpp"

#include <openssl/bn.h>

#include <vector>

#include "core/crypto/openssl.hpp"
#include "core/crypto/sha256.hpp"

namespace counterseal::core {
namespace {

using big_number = owned<BIGNUM, BN_free>;
using number_context = owned<BN_CTX, BN_CTX_free>;

void need(bool is_good)
{
    if (!is_good) {
        throw crypto_failure();
    }
}

big_number from_hex(const char* text)
{
    BIGNUM* n = nullptr;
    const int len = BN_hex2bn(&n, text);
    big_number out(n);
    need(len != 0);
    return out;
}

/// x^2 = (y^2 - 1) / (d y^2 - a) modulo p, with the a and d of RFC 8032.
struct curve {
    big_number p;
    big_number d;
    int a;
    big_number order_8_y;  // with its negative the y of the points of order 8; nullptr: there are none
};

curve curve_of(signature_scheme scheme)
{
    if (scheme == signature_scheme::ed25519) {
        return {from_hex("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"),
                from_hex("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3"), -1,
                from_hex("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7")};
    }
    curve out{from_hex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
                       "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
              from_hex("98a9"), 1, nullptr};  // 39081: d is its negative
    need(BN_sub(out.d.get(), out.p.get(), out.d.get()) == 1);
    return out;
}

/// The points of order 1, 2 and 4 have y = 1, -1 and 0.
bool is_of_small_order(const curve& on, const BIGNUM* y)
{
    const big_number minus_y(BN_new());
    need(minus_y != nullptr && BN_sub(minus_y.get(), on.p.get(), y) == 1);
    return BN_is_zero(y) == 1 || BN_is_one(y) == 1 || BN_is_one(minus_y.get()) == 1 ||
           (on.order_8_y != nullptr &&
            (BN_cmp(y, on.order_8_y.get()) == 0 || BN_cmp(minus_y.get(), on.order_8_y.get()) == 0));
}

}  // namespace

bool is_sound_edwards(signature_scheme scheme, bytes_view point)
{
    if (point.size() != part_len(scheme)) {
        return false;
    }
    std::vector<std::uint8_t> bytes(point.begin(), point.end());
    bytes.back() &= 0x7f;  // the sign of x, for which no point of large order cares
    const big_number y(BN_lebin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    const number_context context(BN_CTX_new());
    const big_number y_squared(BN_new());
    const big_number numerator(BN_new());
    const big_number denominator(BN_new());
    const curve on = curve_of(scheme);
    need(y != nullptr && context != nullptr && y_squared != nullptr && numerator != nullptr && denominator != nullptr);
    if (BN_cmp(y.get(), on.p.get()) >= 0 || is_of_small_order(on, y.get())) {
        return false;
    }
    const BIGNUM* const p = on.p.get();
    need(BN_mod_sqr(y_squared.get(), y.get(), p, context.get()) == 1 &&
         BN_mod_sub(numerator.get(), y_squared.get(), BN_value_one(), p, context.get()) == 1 &&
         BN_mod_mul(denominator.get(), on.d.get(), y_squared.get(), p, context.get()) == 1 &&
         (on.a == 1 ? BN_mod_sub(denominator.get(), denominator.get(), BN_value_one(), p, context.get())
                    : BN_mod_add(denominator.get(), denominator.get(), BN_value_one(), p, context.get())) == 1 &&
         BN_mod_mul(numerator.get(), numerator.get(), denominator.get(), p, context.get()) == 1);
    // A quotient is a square where the product is.
    const int symbol = BN_kronecker(numerator.get(), p, context.get());
    need(symbol >= -1);
    return symbol == 1;
}

}  // namespace counterseal::core
